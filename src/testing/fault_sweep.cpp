#include "kemu/fault_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <unordered_map>

#include "api/machine_kernel.h"
#include "kemu/machine.h"
#include "syscalls/table.h"
#include "syscalls/trace_filter.h"
#include "testing/changed_files.h"
#include "testing/likely_faults.h"

namespace kemu {

namespace {

/// Of all output of a run: nobody means to write more.
constexpr std::size_t kMostOutput = std::size_t{64} << 20;

/// A call of the clean run that can be made to fail.
struct Candidate {
  u64 number = 0;  // of all calls, in the order in which they began
  std::string_view name;
  u64 nth = 0;  // of the calls of that name
  std::vector<std::string_view> faults;

  /// Of `nth`: from the start of the program on; 1 for a run that is just before the call.
  std::string rule(std::string_view fault, u64 from_here) const {
    return fmt::format("{} nth={} {}", name, from_here, fault);
  }
  std::string rule(std::string_view fault) const { return rule(fault, nth); }
};

/// Watches a run for calls that could fail and did not.
class CallRecorder : public CallInterceptor {
 public:
  explicit CallRecorder(const TraceFilter& which) : which_(which) {}

  std::optional<SyscallOutcome> before(Task& task) override {
    settle(task.tid(), kSeemingValue);
    const u64 number = task.syscall.registers.number;
    Candidate call;
    call.number = ++calls_;
    call.nth = ++counts_[number];
    const SyscallEntry* entry = find_syscall(number);
    if (!entry || !which_(number)) return std::nullopt;
    call.name = entry->name;
    call.faults = likely_faults(task);
    if (!call.faults.empty()) begun_.insert_or_assign(task.tid(), std::move(call));
    return std::nullopt;
  }
  void after(Task& task, u64& value) override { settle(task.tid(), value); }

  u64 calls() const { return calls_; }
  std::vector<Candidate> take_candidates() {
    std::ranges::sort(candidates_, {}, &Candidate::number);
    return std::move(candidates_);
  }

 private:
  /// Of a call that did not come back and whose process goes on: execve.
  static constexpr u64 kSeemingValue = 0;

  void settle(i32 tid, u64 value) {
    const auto found = begun_.find(tid);
    if (found == begun_.end()) return;
    Candidate call = std::move(found->second);
    begun_.erase(found);
    constexpr i64 kGreatestErrno = 4095;  // MAX_ERRNO
    const auto result = static_cast<i64>(value);
    if (result < 0 && result >= -kGreatestErrno) return;
    // What moved a byte or nothing cannot be shorter and mean the same.
    if (value <= 1) std::erase(call.faults, "short=1");
    if (!call.faults.empty()) candidates_.push_back(std::move(call));
  }

  const TraceFilter& which_;
  u64 calls_ = 0;
  std::unordered_map<u64, u64> counts_;       // by number
  std::unordered_map<i32, Candidate> begun_;  // by tid
  std::vector<Candidate> candidates_;
};

/// Has a run pause before a call.
class CallStop : public CallInterceptor {
 public:
  void stop_before(u64 number) { wanted_ = number; }
  bool reached() const { return reached_; }

  std::optional<SyscallOutcome> before(Task&) override {
    if (std::exchange(reached_, false)) return std::nullopt;  // asked once more
    if (++calls_ != wanted_) return std::nullopt;
    reached_ = true;
    return SyscallOutcome{SyscallOutcome::Kind::Paused, 0, {}};
  }
  void after(Task&, u64&) override {}

 private:
  u64 calls_ = 0;
  u64 wanted_ = 0;
  bool reached_ = false;
};

/// What a run has left.
struct Outcome {
  RunEnd end = RunEnd::Exited;
  RunEnd rest = RunEnd::Exited;  // of what went on after the program
  ExitStatus status;
  std::string output, error;
  std::string injected;  // the call that failed, as strace prints it
  std::string death;     // of a process by a fault, as strace prints it
  std::string waits;     // who waited for what at the end
  ChangedFiles files;
  u64 blocks = 0;
  Nanoseconds time = 0;
};

/// "[pid 2] close(3)      = 0\n" as it is quoted: without the place and the padding.
std::string event_text(std::string_view line) {
  constexpr std::string_view kPlace = "] ";
  line.remove_prefix(std::min(line.find(kPlace) + kPlace.size(), line.size()));
  if (line.ends_with('\n')) line.remove_suffix(1);
  const std::size_t equals = line.rfind(" = ");
  if (equals == std::string_view::npos) return std::string(line);
  const std::size_t end = line.find_last_not_of(' ', equals);
  return fmt::format("{}{}", line.substr(0, end + 1), line.substr(equals));
}

/// Signals a program gets for what it did itself.
bool is_fault(std::string_view event) {
  constexpr std::array kFaults = {"SIGSEGV", "SIGBUS",  "SIGILL", "SIGFPE",
                                  "SIGABRT", "SIGTRAP", "SIGSYS"};
  return event.find("+++ killed by ") != std::string_view::npos &&
         std::ranges::any_of(kFaults, [&](std::string_view name) {
           return event.find(name) != std::string_view::npos;
         });
}

/// "pid 3 is killed by SIGSEGV" of "[pid 3] +++ killed by SIGSEGV +++\n".
std::string death_text(std::string_view line) {
  const auto between = [&](std::string_view before, std::string_view behind) {
    const std::size_t at = std::min(line.find(before) + before.size(), line.size());
    return line.substr(at, line.find(behind, at) - at);
  };
  return fmt::format("pid {} is killed by {}", between("[pid ", "]"),
                     between("killed by ", " +++"));
}

/// One run of the program, from its start on or from a place on its way.
class Run {
 public:
  /// The program at its start in a machine of `options`, which traces into the run.
  static Expected<std::unique_ptr<Run>> start(MachineOptions options, const Program& program) {
    auto run = std::make_unique<Run>();
    options.trace = [run = run.get()](std::string_view line) { run->event(line); };
    auto created = Machine::create(options);
    if (auto* error = std::get_if<Error>(&created)) return *error;
    run->machine_ = std::get<std::unique_ptr<Machine>>(std::move(created));
    Program started = program;
    started.output = Stream::to(run->keeper(run->outcome_.output));
    started.error = Stream::to(run->keeper(run->outcome_.error));
    const auto spawned = run->machine_->spawn(started);
    if (const auto* error = std::get_if<Error>(&spawned)) return *error;
    return run;
  }

  Kernel& kernel() { return MachineKernel::of(*machine_); }

  /// Until `stop` is reached; false when that does not come to be.
  bool run_to(const CallStop& stop) {
    RunOptions options;
    options.until = [&] { return stop.reached(); };
    return machine_->run(options) == RunEnd::Condition;
  }

  /// A run of its own from where this one is, in which `rule` holds.
  Expected<std::unique_ptr<Run>> fork(std::string rule, std::string trace_filter) {
    auto run = std::make_unique<Run>();
    run->outcome_ = outcome_;
    ForkOptions options;
    options.output = run->keeper(run->outcome_.output);
    options.error = run->keeper(run->outcome_.error);
    options.trace = [run = run.get()](std::string_view line) { run->event(line); };
    options.trace_filter = std::move(trace_filter);
    options.inject = {std::move(rule)};
    auto forked = machine_->fork(options);
    if (auto* error = std::get_if<Error>(&forked)) return *error;
    run->machine_ = std::get<std::unique_ptr<Machine>>(std::move(forked));
    return run;
  }

  /// To its end, and until nobody the program has left behind can go on.
  Outcome finish() {
    outcome_.end = machine_->run();
    if (outcome_.end == RunEnd::Exited && machine_->guests_left()) {
      RunOptions rest;
      rest.until = [this] { return !machine_->guests_left(); };
      outcome_.rest = machine_->run(rest);
    }
    outcome_.status = machine_->exit_status().value_or(ExitStatus{});
    outcome_.waits = machine_->explain();
    outcome_.files = changed_files(kernel());
    outcome_.blocks = kernel().blocks_run();
    outcome_.time = kernel().monotonic();
    return std::move(outcome_);
  }

 private:
  OutputSink keeper(std::string& text) {
    return [this, &text](std::string_view bytes) {
      text += bytes;
      if (text.size() > kMostOutput) machine_->interrupt();
    };
  }
  void event(std::string_view line) {
    if (outcome_.injected.empty() && line.ends_with("(INJECTED)\n"))
      outcome_.injected = event_text(line);
    if (outcome_.death.empty() && is_fault(line)) outcome_.death = line;
  }

  Outcome outcome_;
  std::unique_ptr<Machine> machine_;  // which writes into the other
};

/// The machine of a sweep: the same each time, and no run of it reaches the host.
Expected<MachineOptions> confined(MachineOptions options) {
  if (!options.deterministic) options.deterministic.emplace();
  options.host_terminal = false;
  options.network = MachineOptions::Network::None;
  options.trace_options = {};
  options.trace_options.paths = options.trace_options.stable = true;
  // Over what an overlay keeps on the host lies another one.
  if (!options.root.empty()) options.overlays.push_back({"/", ""});
  const std::vector<OverlayDirectory> asked = options.overlays;
  for (const OverlayDirectory& overlay : asked)
    if (overlay.path != "/" && !overlay.upper.empty())
      options.overlays.push_back({overlay.path, ""});
  for (Bind& bind : options.binds) {
    std::error_code error;
    const auto type = std::filesystem::status(bind.host_path, error).type();
    if (type == std::filesystem::file_type::directory && !bind.read_only)
      options.overlays.push_back({bind.guest_path, ""});
    else if (type == std::filesystem::file_type::regular)
      bind.read_only = true;
    else if (type != std::filesystem::file_type::directory && !error)
      return Error{Error::Kind::Setup,
                   fmt::format("cannot sweep with '{}' bound: it is no file and no directory",
                               bind.host_path)};
  }
  return options;
}

class Sweep {
 public:
  Sweep(MachineOptions machine, const FaultSweepOptions& options, TraceFilter which)
      : machine_(std::move(machine)), options_(options), which_(std::move(which)) {}

  Expected<FaultSweep> run(const std::function<void(const FaultFinding&)>& found) {
    auto candidates = run_clean();
    if (auto* error = std::get_if<Error>(&candidates)) return *error;
    const auto& calls = std::get<std::vector<Candidate>>(candidates);
    sweep_.fallible = calls.size();
    const auto failure =
        for_each_failure(calls, [&](const Candidate& call, std::string_view fault, Run& failing) {
          ++sweep_.runs;
          judge(call, fault, failing.finish(), found);
        });
    if (failure) return *failure;
    return std::move(sweep_);
  }

 private:
  Expected<std::vector<Candidate>> run_clean();
  /// Has `use` run the program from just before each call on, which is going to fail.
  using Use = std::function<void(const Candidate& call, std::string_view fault, Run& failing)>;
  std::optional<Error> for_each_failure(const std::vector<Candidate>& calls, const Use& use);
  MachineOptions machine_of_failures() const;
  void judge(const Candidate& call, std::string_view fault, const Outcome& outcome,
             const std::function<void(const FaultFinding&)>& found);
  std::string changes(const Outcome& outcome) const;

  MachineOptions machine_;
  const FaultSweepOptions& options_;
  TraceFilter which_;
  Outcome clean_;
  FaultSweep sweep_;
};

Expected<std::vector<Candidate>> Sweep::run_clean() {
  CallRecorder recorder(which_);
  MachineOptions machine = machine_;
  machine.trace_filter = "none;signal=none";
  auto started = Run::start(machine, options_.program);
  if (auto* error = std::get_if<Error>(&started)) return *error;
  Run& run = *std::get<std::unique_ptr<Run>>(started);
  run.kernel().interceptors().push_back(&recorder);
  clean_ = run.finish();
  const auto unclean = [&](std::string_view how) {
    return Error{Error::Kind::Setup,
                 fmt::format("nothing to sweep: without a fault the program {}{}{}", how,
                             clean_.error.empty() ? "" : ": ",
                             clean_.error.substr(0, clean_.error.find('\n')))};
  };
  if (clean_.end != RunEnd::Exited) return unclean("does not end");
  if (clean_.status.signal != 0)
    return unclean(fmt::format("is killed by {}", signal_name(Signal(clean_.status.signal))));
  if (clean_.status.code != 0) return unclean(fmt::format("exits with {}", clean_.status.code));
  sweep_.calls = recorder.calls();
  return recorder.take_candidates();
}

/// With bounds for what a run with a failure may take.
MachineOptions Sweep::machine_of_failures() const {
  // Far more than any way of dealing with one failure takes.
  constexpr u64 kMoreBlocks = 20'000'000, kTimesBlocks = 10;
  constexpr u64 kMoreTime = u64{24} * 3600 * kSecond;
  MachineOptions machine = machine_;
  machine.trace_filter = "none;signal=none";
  // What the clean run has warned of need not be said again.
  if (machine.log_level == "warning") machine.log_level = "error";
  Budgets& budgets = machine.budgets;
  constexpr u64 kNone = std::numeric_limits<u64>::max();
  budgets.blocks =
      std::min(budgets.blocks.value_or(kNone), clean_.blocks * kTimesBlocks + kMoreBlocks);
  const u64 ran = static_cast<u64>(std::max<Nanoseconds>(clean_.time, 0));
  budgets.time = std::min(budgets.time.value_or(kNone), ran + kMoreTime);
  return machine;
}

/// The clean run is made once more; it pauses before each call, and forks of it go on with a
/// failure.
std::optional<Error> Sweep::for_each_failure(const std::vector<Candidate>& calls, const Use& use) {
  CallStop stop;
  auto started = Run::start(machine_of_failures(), options_.program);
  if (auto* error = std::get_if<Error>(&started)) return *error;
  Run& clean = *std::get<std::unique_ptr<Run>>(started);
  // The first that is asked: no other has counted the call then.
  auto& asked = clean.kernel().interceptors();
  asked.insert(asked.begin(), &stop);
  for (const Candidate& call : calls) {
    stop.stop_before(call.number);
    if (!clean.run_to(stop))
      return Error{Error::Kind::Setup, "cannot sweep: the program runs otherwise each time"};
    for (const std::string_view fault : call.faults) {
      auto failing = clean.fork(call.rule(fault, 1), fmt::format("{};signal=none", call.name));
      if (auto* error = std::get_if<Error>(&failing)) return *error;
      use(call, fault, *std::get<std::unique_ptr<Run>>(failing));
    }
  }
  return std::nullopt;
}

/// The first line of a text, in brackets; "" of none.
std::string remark(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.empty() ? "" : fmt::format(" ({})", line);
}

/// What of a run's end is a hang; "" for the others.
std::string hang_of(RunEnd end, const std::string& waits) {
  switch (end) {
    case RunEnd::Deadlocked:
      return fmt::format("every guest waits for another one{}", remark(waits));
    case RunEnd::OutOfBlocks:
    case RunEnd::OutOfTime: return "it does not end";
    case RunEnd::Interrupted:
    case RunEnd::OutOfOutput: return "its output does not end";
    case RunEnd::Stopped: return "it is stopped by a signal";
    case RunEnd::OutOfInstructions:
    case RunEnd::Breakpoint:
    case RunEnd::InCallback:
    case RunEnd::CallbackFailed:
    case RunEnd::Condition:
    case RunEnd::Exited: break;
  }
  return {};
}

/// How the run's results differ from the clean one's; "" where they do not.
std::string Sweep::changes(const Outcome& outcome) const {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> list = differences(clean_.files, outcome.files);
  if (const auto output = difference(clean_.output, outcome.output); !output.empty())
    list.insert(list.begin(), "standard output " + output);
  std::string text;
  for (std::size_t i = 0; i < std::min(list.size(), kMost); ++i)
    text += (i == 0 ? "" : ", ") + list[i];
  if (list.size() > kMost) text += fmt::format(", and {} more", list.size() - kMost);
  return text;
}

void Sweep::judge(const Candidate& call, std::string_view fault, const Outcome& outcome,
                  const std::function<void(const FaultFinding&)>& found) {
  using Kind = FaultFinding::Kind;
  FaultFinding finding;
  finding.number = call.number;
  finding.rule = call.rule(fault);
  finding.call = outcome.injected.empty() ? std::string(call.name) : outcome.injected;
  std::string hang = hang_of(outcome.end, outcome.waits);
  // Servers that the clean run leaves behind may go on here, too.
  if (hang.empty() && outcome.rest != clean_.rest) hang = hang_of(outcome.rest, outcome.waits);
  const std::string told = remark(outcome.error);
  const ExitStatus status = outcome.status;
  const bool child_died = !outcome.death.empty() && clean_.death.empty();
  if (status.signal != 0 || child_died) {
    finding.kind = Kind::Crash;
    finding.outcome = child_died ? death_text(outcome.death)
                                 : fmt::format("killed by {}", signal_name(Signal(status.signal)));
    finding.outcome += told;
  } else if (!hang.empty()) {
    finding.kind = Kind::Hang;
    finding.outcome = hang;
  } else {
    const std::string changed = status.code == 0 ? changes(outcome) : "";
    if (changed.empty()) return;
    finding.kind = Kind::ChangedOutput;
    finding.outcome = fmt::format("exited with 0{}, but {}", told, changed);
  }
  if (found) found(finding);
  sweep_.findings.push_back(std::move(finding));
}

std::string_view kind_name(FaultFinding::Kind kind) {
  switch (kind) {
    case FaultFinding::Kind::Crash: return "crash";
    case FaultFinding::Kind::Hang: return "hang";
    case FaultFinding::Kind::ChangedOutput: return "changed output";
  }
  return "";
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string FaultFinding::text() const {
  return fmt::format("{}: call {}, {}: {}: --inject '{}'", kind_name(kind), number, call, outcome,
                     rule);
}

std::string FaultSweep::summary() const {
  const auto count = [&](FaultFinding::Kind kind) {
    return static_cast<std::size_t>(std::ranges::count(findings, kind, &FaultFinding::kind));
  };
  return fmt::format(
      "{}, {} of them failed in {}: {}, {}, {}", counted(calls, "call", "calls"), fallible,
      counted(runs, "run", "runs"), counted(count(FaultFinding::Kind::Crash), "crash", "crashes"),
      counted(count(FaultFinding::Kind::Hang), "hang", "hangs"),
      counted(count(FaultFinding::Kind::ChangedOutput), "changed output", "changed outputs"));
}

Expected<FaultSweep> sweep_faults(const FaultSweepOptions& options,
                                  const std::function<void(const FaultFinding&)>& found) {
  auto which = parse_trace_filter(options.calls);
  if (!which.ok()) return Error{Error::Kind::Setup, which.error()};
  auto machine = confined(options.machine);
  if (auto* error = std::get_if<Error>(&machine)) return *error;
  return Sweep(std::get<MachineOptions>(std::move(machine)), options, std::move(which).value())
      .run(found);
}

}  // namespace kemu
