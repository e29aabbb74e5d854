#include "cli/run_end.h"

#include <algorithm>
#include <cstdio>

#include "cli/values.h"
#include "testing/shortages.h"

namespace kemu::cli {

namespace {

void print_line(const std::string& text) { std::fprintf(stderr, "kemu: %s\n", text.c_str()); }

}  // namespace

void tell_who_waits(std::string_view waits, std::string_view why) {
  std::string text = "kemu: " + std::string(why) + "\n";
  while (!waits.empty()) {
    const std::size_t end = std::min(waits.find('\n'), waits.size());
    text += "kemu:   " + std::string(waits.substr(0, end)) + "\n";
    waits.remove_prefix(std::min(end + 1, waits.size()));
  }
  std::fputs(text.c_str(), stderr);
}

std::optional<int> verdict_status(RunEnd end, std::string_view waits) {
  switch (end) {
    case RunEnd::Deadlocked:
      tell_who_waits(waits, "deadlock: every guest waits for another one");
      return kDeadlockStatus;
    case RunEnd::OutOfBlocks:
      tell_who_waits(waits, "the guests have executed the blocks of --max-blocks");
      return kBudgetStatus;
    case RunEnd::OutOfTime:
      tell_who_waits(waits, "the guests have run for the time of --max-time");
      return kBudgetStatus;
    case RunEnd::OutOfOutput:
      tell_who_waits(waits, "the guests have printed the bytes of --max-output");
      return kBudgetStatus;
    case RunEnd::OutOfInstructions:
    case RunEnd::Breakpoint:
    case RunEnd::InCallback:
    case RunEnd::CallbackFailed:
    case RunEnd::Condition:
    case RunEnd::Exited:
    case RunEnd::Interrupted:
    case RunEnd::Stopped: break;
  }
  return std::nullopt;
}

void tell_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) print_line(refusal_text(refusal));
}

std::optional<int> tell_missing(const std::vector<MissingFeature>& missing,
                                const Options& options) {
  std::string lines;
  for (const MissingFeature& feature : missing)
    if (!feature.probed) lines += "kemu:   " + missing_text(feature) + "\n";
  if (lines.empty()) return std::nullopt;
  const std::string& level = options.machine.log_level;
  const bool shown = options.strict || (level != "error" && level != "off");
  const std::string& file = options.machine.log_file;
  std::FILE* log = !shown ? nullptr : file.empty() ? stderr : std::fopen(file.c_str(), "a");
  if (log) std::fputs(("kemu: guests missed what kemu does not implement\n" + lines).c_str(), log);
  if (log && log != stderr) std::fclose(log);
  if (options.strict && log != stderr) print_line("--strict: guests missed something; see " + file);
  return options.strict ? std::optional(kMissingStatus) : std::nullopt;
}

void tell_how_to_reproduce(const std::vector<std::string>& command_line) {
  std::string text = "reproduce it by:";
  for (const std::string& word : command_line) text += " " + shell_word(word);
  print_line(text);
}

}  // namespace kemu::cli
