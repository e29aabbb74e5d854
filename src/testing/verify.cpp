#include "testing/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "testing/trace_diff.h"

namespace kemu {

namespace {

constexpr std::size_t kContext = 3;
/// Events behind the first that differs: whoever reads them sees what came of it.
constexpr std::size_t kBehind = 4;

std::string joined(const std::vector<std::string>& before, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : before) text += line + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Where two lines part.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

/// A line as it can be read: its beginning, and what there is around `place`.
std::string shortened(std::string_view line, std::size_t place) {
  constexpr std::size_t kMost = 160, kBeginning = 60, kBefore = 20, kAround = 90;
  if (line.size() <= kMost) return std::string(line);
  if (place < kMost - kBefore) return fmt::format("{}...", line.substr(0, kMost));
  const std::size_t from = std::min(place, line.size()) - kBefore;
  const std::string_view part = line.substr(from, kAround);
  return fmt::format("{}...{}{}", line.substr(0, kBeginning), part,
                     from + part.size() < line.size() ? "..." : "");
}

/// A unified diff of long lines with each of them shortened around the first difference.
std::string readable(std::string_view diff) {
  std::vector<std::string_view> lines;
  std::string_view first[2];  // removed, added
  for (std::size_t at = 0; at < diff.size(); at += lines.back().size() + 1) {
    lines.push_back(diff.substr(at, diff.find('\n', at) - at));
    const std::string_view line = lines.back();
    for (const int side : {0, 1})
      if (first[side].empty() && line.starts_with("-+"[side]) && !line.starts_with("---") &&
          !line.starts_with("+++"))
        first[side] = line.substr(1);
  }
  const std::size_t place = common_prefix(first[0], first[1]) + 1;
  std::string text;
  for (const std::string_view line : lines) text.append(shortened(line, place)).append("\n");
  return text;
}

}  // namespace

TraceComparison::TraceComparison() : file_(std::tmpfile()) { failed_ = !file_; }

void TraceComparison::set_up(MachineOptions& options) {
  options.trace_filter.clear();
  options.trace_options = {};
  options.trace_options.format = TraceOptions::Format::Json;
  options.trace_options.string_limit = 4096;
  if (!options.deterministic) options.deterministic.emplace();
}

void TraceComparison::first(std::string_view line) {
  if (!failed_) failed_ = std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size();
}

bool TraceComparison::next_first(std::string& line) {
  line.clear();
  for (int c = std::getc(file_.get()); c != EOF; c = std::getc(file_.get())) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
  }
  return false;
}

bool TraceComparison::second(std::string_view text) {
  if (failed_) return false;
  if (!std::exchange(comparing_, true)) failed_ = std::fseek(file_.get(), 0, SEEK_SET) != 0;
  std::string line(text.substr(0, text.find('\n')));
  std::string other;
  const bool has_other = next_first(other);
  if (!parted_ && has_other && line == other) {
    ++same_;
    before_.push_back(std::move(line));
    if (before_.size() > kContext) before_.erase(before_.begin());
    return true;
  }
  parted_ = true;
  if (has_other) left_.push_back(std::move(other));
  right_.push_back(std::move(line));
  return right_.size() <= kBehind;
}

std::string TraceComparison::difference() {
  if (failed_) return "the first run's trace could not be kept in a temporary file\n";
  if (!comparing_) (void)std::fseek(file_.get(), 0, SEEK_SET);
  std::string line;
  while (left_.size() <= kBehind && next_first(line)) left_.push_back(line);
  if (left_.empty() && right_.empty()) return {};
  std::string text = fmt::format("the runs differ from event {} on\n", same_ + 1);
  const auto left = read_trace(joined(before_, left_));
  const auto right = read_trace(joined(before_, right_));
  std::string events;
  if (left.ok() && right.ok())
    events = trace_diff(*left, *right, {"first run", "second run", kContext, true});
  // Its first line names places in files, which these are not.
  if (!events.empty()) return text + readable(events.substr(events.find('\n') + 1));
  // What differs is no call: a time, or whose child it is.
  const std::string first = left_.empty() ? "(the first run ended)" : left_.front();
  const std::string second = right_.empty() ? "(the second run ended)" : right_.front();
  return text + readable("-" + first + "\n+" + second + "\n");
}

namespace {

/// What guests change is to be gone before the second run.
std::optional<Error> keep_changes_in_memory(MachineOptions& options) {
  for (const OverlayDirectory& overlay : options.overlays)
    if (!overlay.upper.empty())
      return Error{Error::Kind::Setup,
                   "two runs cannot be compared when the first one's changes "
                   "are kept: no overlay may have an upper directory"};
  const auto has_overlay = [&](const std::string& path) {
    return std::any_of(options.overlays.begin(), options.overlays.end(),
                       [&](const OverlayDirectory& overlay) { return overlay.path == path; });
  };
  if (!options.root.empty() && !has_overlay("/")) options.overlays.push_back({});
  for (Bind& bind : options.binds) {
    if (bind.read_only || has_overlay(bind.guest_path)) continue;
    std::error_code error;
    if (std::filesystem::is_directory(bind.host_path, error))
      options.overlays.push_back({bind.guest_path, ""});
    else
      bind.read_only = true;  // an overlay covers directories alone
  }
  return std::nullopt;
}

/// What a run printed, as far as it tells it from another: FNV-1a of the bytes.
struct Fingerprint {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  void add(std::string_view bytes) {
    for (const char byte : bytes)
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100'0000'01b3;
  }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

enum class Showing : bool { Nothing, Output };

/// The stream, with what is written to it noted.
Stream watched(const Stream& stream, Fingerprint& fingerprint, Showing showing) {
  const auto* sink = std::get_if<OutputSink>(&stream.value());
  if (!sink) return stream;
  return Stream::to([&fingerprint, showing, sink = *sink](std::string_view bytes) {
    fingerprint.add(bytes);
    if (showing == Showing::Output) sink(bytes);
  });
}

struct Run {
  RunEnd end = RunEnd::Exited;
  std::optional<ExitStatus> status;
  std::string waits;
  std::array<Fingerprint, 2> printed;
};

Expected<Run> run_once(const MachineOptions& options, Program program, Showing showing,
                       std::unique_ptr<Machine>& machine) {
  Run run;
  program.output = watched(program.output, run.printed[0], showing);
  program.error = watched(program.error, run.printed[1], showing);
  auto created = Machine::create(options);
  if (const auto* error = std::get_if<Error>(&created)) return *error;
  machine = std::get<std::unique_ptr<Machine>>(std::move(created));
  const auto spawned = machine->spawn(program);
  if (const auto* error = std::get_if<Error>(&spawned)) return *error;
  run.end = machine->run();
  run.status = machine->exit_status();
  if (run.end != RunEnd::Exited) run.waits = machine->explain();
  return run;
}

}  // namespace

Expected<Verification> verify(MachineOptions options, const Program& program) {
  if (auto error = keep_changes_in_memory(options)) return *error;
  TraceComparison comparison;
  TraceComparison::set_up(options);
  options.host_terminal = false;

  std::unique_ptr<Machine> machine;
  options.trace = [&](std::string_view line) { comparison.first(line); };
  const auto first = run_once(options, program, Showing::Output, machine);
  if (const auto* error = std::get_if<Error>(&first)) return *error;
  const Run& shown = std::get<Run>(first);
  Verification result;
  result.end = shown.end;
  result.waits = shown.waits;
  result.status = shown.status;
  result.refusals = machine->refusals();
  result.missing = machine->missing();

  options.trace = [&](std::string_view line) {
    if (!comparison.second(line)) machine->interrupt();
  };
  options.log_level = "off";  // the first run has told it
  const auto second = run_once(options, program, Showing::Nothing, machine);
  // A trace's function refers to what is here.
  machine.reset();
  if (const auto* error = std::get_if<Error>(&second)) return *error;
  result.difference = comparison.difference();
  result.events = comparison.same();
  const auto& again = std::get<Run>(second).printed;
  if (result.difference.empty() && !(shown.printed == again))
    result.difference = fmt::format("the runs print other bytes on standard {}\n",
                                    shown.printed[0] == again[0] ? "error" : "output");
  return result;
}

}  // namespace kemu
