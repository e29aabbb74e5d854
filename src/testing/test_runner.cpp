#include "testing/test_runner.h"

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kemu/machine.h"
#include "testing/cram_match.h"
#include "testing/cram_script.h"
#include "testing/shortages.h"
#include "testing/verify.h"

namespace kemu::cram {

namespace {

constexpr const char* kScratch = "/tmp/kemu-test";
constexpr std::size_t kTraceTail = 20;

/// What one run of a test's script came to.
struct ScriptRun {
  std::string output;
  std::optional<ExitStatus> status;
  std::vector<std::string> messages;  // why the test fails, whatever was printed
  std::vector<std::string> notes;     // what else there is to know of one that does
  bool machine_failed = false;        // the messages are why there was nothing to compare
};

/// The last events before the command that failed was over.
class TraceTail {
 public:
  /// `marks`: how many of the shell's marks are printed before that.
  TraceTail(std::string salt, std::size_t marks) : salt_(std::move(salt)), left_(marks) {}

  void event(std::string_view line) {
    if (left_ == 0) return;
    lines_.emplace_back(line);
    if (lines_.size() > kTraceTail) lines_.pop_front();
  }
  void output(std::string_view bytes) {
    for (auto at = bytes.find(salt_); at != bytes.npos && left_ > 0;
         at = bytes.find(salt_, at + salt_.size()))
      --left_;
  }
  std::string text() const {
    std::string text;
    for (const std::string& line : lines_) text += line;
    return text;
  }

 private:
  std::string salt_;
  std::size_t left_;
  std::deque<std::string> lines_;
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = split_lines(text);
  for (std::string& line : lines) line.insert(0, "  ");
  return lines;
}

void tell_end(RunEnd end, Machine& machine, ScriptRun& run) {
  const auto tell = [&](const char* what) {
    run.messages.emplace_back(what);
    for (std::string& line : lines_of(machine.explain())) run.messages.push_back(std::move(line));
  };
  switch (end) {
    case RunEnd::Deadlocked: tell("deadlock: every guest waits for another one"); return;
    case RunEnd::OutOfBlocks: tell("stopped: the blocks of --max-blocks are executed"); return;
    case RunEnd::OutOfTime: tell("stopped: the time of --max-time is over"); return;
    case RunEnd::OutOfOutput: tell("stopped: the bytes of --max-output are printed"); return;
    case RunEnd::Interrupted: tell("stopped"); return;
    case RunEnd::CallbackFailed: run.messages.push_back(machine.take_failure()); return;
    case RunEnd::Stopped: tell("stopped by a signal"); return;
    case RunEnd::OutOfInstructions:
    case RunEnd::Breakpoint:
    case RunEnd::InCallback:
    case RunEnd::Condition:
    case RunEnd::Exited: return;
  }
}

/// What budgets refused, and with --strict what was missed.
void tell_shortages(const Machine& machine, const RunnerOptions& options, ScriptRun& run) {
  for (const Refusal& refusal : machine.refusals()) run.notes.push_back(refusal_text(refusal));
  if (!options.strict) return;
  for (const MissingFeature& feature : machine.missing())
    if (!feature.probed) run.messages.push_back("not implemented: " + missing_text(feature));
}

/// Who looks at a run's events and output beside its transcript; either may be empty.
struct Watcher {
  std::function<void(std::string_view)> event;
  std::function<void(std::string_view)> output;
};

ScriptRun run_script(const Script& script, const TestPlace& place, const RunnerOptions& options,
                     const Watcher& watcher = {}) {
  ScriptRun run;
  MachineOptions machine_options = options.machine;
  machine_options.binds.push_back({place.test_dir, place.test_dir, true});
  const std::string cwd = place.scratch + "/" + place.test_file;
  machine_options.directories.push_back(place.scratch + "/tmp");
  machine_options.directories.push_back(cwd);
  machine_options.trace = watcher.event;
  if (options.report)
    machine_options.report = [&](std::string_view waits) {
      options.report(place.test_file, waits);
    };

  auto created = Machine::create(machine_options);
  if (auto* error = std::get_if<Error>(&created)) {
    run.messages.push_back(error->message);
    run.machine_failed = true;
    return run;
  }
  Machine& machine = *std::get<std::unique_ptr<Machine>>(created);
  ShellStart start = start_shell(script, options.shell, ScriptFeed::StandardInput);
  Program program;
  program.argv = std::move(start.argv);
  program.cwd = cwd;
  program.environment = test_environment(place);
  for (const std::string& variable : options.environment) program.environment.push_back(variable);
  program.input = Stream::bytes(std::move(start.standard_input));
  program.output = Stream::to([&](std::string_view bytes) {
    if (watcher.output) watcher.output(bytes);
    run.output += bytes;
  });
  program.error = program.output;
  const auto spawned = machine.spawn(program);
  if (const auto* error = std::get_if<Error>(&spawned)) {
    run.messages.push_back(error->message);
    run.machine_failed = true;
    return run;
  }
  const RunningMachines::Entry running(options.running, machine);
  tell_end(machine.run(), machine, run);
  run.status = machine.exit_status();
  // cram reads until whoever was left behind has closed its output, too.
  if (run.status) machine.run_rest();
  tell_shortages(machine, options, run);
  return run;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof()))
    return std::nullopt;
  return std::move(text).str();
}

/// The machine's end of the failing command, from a second run: runs are the same each time.
std::string trace_of(const Comparison& comparison, const Script& script, const TestPlace& place,
                     const RunnerOptions& options) {
  if (comparison.failed_commands.empty() || !options.machine.deterministic) return {};
  const auto mark =
      std::find(script.marks.begin(), script.marks.end(), comparison.failed_commands.front());
  TraceTail tail(script.salt, static_cast<std::size_t>(mark - script.marks.begin()) + 2);
  (void)run_script(script, place, options,
                   {[&](std::string_view line) { tail.event(line); },
                    [&](std::string_view bytes) { tail.output(bytes); }});
  return tail.text();
}

/// Runs the script once more where its machine is to be the same: a message where it is not.
ScriptRun run_twice(const Script& script, const TestPlace& place, const RunnerOptions& options) {
  RunnerOptions traced = options;
  TraceComparison comparison;
  TraceComparison::set_up(traced.machine);
  ScriptRun run = run_script(script, place, traced,
                             {[&](std::string_view line) { comparison.first(line); }, {}});
  if (run.machine_failed) return run;
  const ScriptRun again = run_script(
      script, place, traced, {[&](std::string_view line) { (void)comparison.second(line); }, {}});
  const std::string difference = comparison.difference();
  if (!difference.empty()) run.messages.push_back("run twice, " + difference);
  if (difference.empty() && again.output != run.output)
    run.messages.emplace_back("run twice, it printed something else");
  return run;
}

void judge(TestRun& run, const TestFile& file, const Script& script, const TestPlace& place,
           const RunnerOptions& options) {
  const ScriptRun made =
      options.verify ? run_twice(script, place, options) : run_script(script, place, options);
  run.result.messages = made.messages;
  if (made.machine_failed) {
    run.result.verdict = Verdict::Broken;
    return;
  }
  if (made.status && made.status->code == kSkippedStatus) {
    run.result.verdict = Verdict::Skipped;
    return;
  }
  const Comparison comparison = compare(file, split_transcript(script, made.output));
  for (const Problem& note : comparison.notes) run.result.messages.push_back(note.text());
  if (comparison.passed && made.messages.empty()) return;
  run.result.verdict = Verdict::Failed;
  for (const std::string& note : made.notes) run.result.messages.push_back(note);
  run.result.diff = comparison.diff;
  run.result.trace = trace_of(comparison, script, place, options);
  if (!comparison.diff.empty()) run.updated = comparison.updated;
}

}  // namespace

TestRun run_test(const std::string& path, const RunnerOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  TestRun run;
  run.result.name = path;
  const auto broken = [&](std::string why) {
    run.result.verdict = Verdict::Broken;
    run.result.messages.push_back(std::move(why));
    return run;
  };
  const auto text = read_file(path);
  if (!text) return broken(path + ": cannot be read");
  if (text->empty()) {
    run.result.verdict = Verdict::Skipped;
    return run;
  }
  const auto file = parse_test(path, *text, options.indent);
  if (!file.ok()) return broken(file.error().text());
  const auto absolute = std::filesystem::absolute(path).lexically_normal();
  const TestPlace place{absolute.parent_path(), absolute.filename(), kScratch, options.shell[0]};
  judge(run, *file, make_script(*file, "kemu"), place, options);
  run.result.duration = std::chrono::steady_clock::now() - started;
  return run;
}

Expected<MachineOptions> busybox_machine(const std::string& host_path) {
  MachineOptions options;
  options.root.clear();
  options.binds.push_back({host_path, "/bin/busybox", true});
  options.fake_root = true;
  options.network = MachineOptions::Network::None;
  options.deterministic.emplace();
  options.log_level = "error";
  options.files.push_back({"/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", {}, {}, 0644});
  options.files.push_back({"/etc/group", "root:x:0:\n", {}, {}, 0644});
  options.directories.push_back("/root");

  auto created = Machine::create(options);
  if (auto* error = std::get_if<Error>(&created)) return *error;
  Machine& machine = *std::get<std::unique_ptr<Machine>>(created);
  std::string applets;
  Program list;
  list.argv = {"/bin/busybox", "--list"};
  list.input = Stream::null();
  list.output = Stream::append_to(applets);
  list.error = Stream::null();
  const auto spawned = machine.spawn(list);
  if (const auto* error = std::get_if<Error>(&spawned)) return *error;
  if (machine.run() != RunEnd::Exited || machine.exit_status() != ExitStatus{} || applets.empty())
    return Error{Error::Kind::CannotExecute,
                 "'" + host_path + "' does not list applets: it is no BusyBox"};
  for (const std::string& applet : split_lines(applets))
    if (applet != "busybox") options.links.push_back({"/bin/" + applet, "busybox"});
  return options;
}

}  // namespace kemu::cram
