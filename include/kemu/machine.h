#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kemu/error.h"
#include "kemu/options.h"
#include "kemu/program.h"

/// kemu as a library: machines that run AArch64 Linux programs on the caller's thread.
namespace kemu {

struct Statistics {
  std::uint64_t system_calls = 0;
  std::uint64_t task_switches = 0;
  std::uint64_t forks = 0;
  std::uint64_t execs = 0;
  std::uint64_t signals = 0;
  std::uint64_t frames_in_use = 0;  // of 4 KiB
  std::uint64_t frames_peak = 0;
  std::uint64_t tlb_fills = 0;
  std::uint64_t tlb_flushes = 0;
  std::uint64_t code_invalidations = 0;
};

/// Why `Machine::run` came back.
enum class RunEnd : std::uint8_t {
  Exited,       // every program started has ended (their children may go on: `run_rest`)
  Condition,    // RunOptions::until said so
  Stopped,      // the first program was stopped (^Z); post SIGCONT and run again
  Deadlocked,   // every guest waits for another one: `Machine::explain` says who for what
  OutOfBlocks,  // a budget is spent
  OutOfTime,
  Interrupted,     // `Machine::interrupt` was called
  CallbackFailed,  // a function of the caller's threw: `Machine::take_failure`
};

struct RunOptions {
  /// Asked between time slices; empty: until everything started has ended.
  std::function<bool()> until;
  /// Guests that wait for each other are waited for as well: a signal may still come.
  bool wait_in_deadlock = false;
};

/// One machine: guest memory, mounts and processes. Several of them share nothing. Not thread safe,
/// but for `post_signal` and `interrupt`.
class Machine {
 public:
  static Expected<std::unique_ptr<Machine>> create(const MachineOptions& options);
  ~Machine();

  /// Starts a program; any number of them, before or between runs. Its pid.
  Expected<int> spawn(const Program& program);
  /// A pipe between programs. Each end is closed when the caller has dropped the ProgramPipe and no
  /// guest has it open any more.
  ProgramPipe make_pipe();
  /// Runs guests on the calling thread. It may be called again whatever it said.
  RunEnd run(const RunOptions& options = {});
  /// Goes on, after what was started has ended, until no guest is left or none can go on.
  void run_rest();
  /// Makes `run` come back within some microseconds. May be called from any thread.
  void interrupt();

  /// What a callback threw, once. It ended the run; the machine can go on.
  std::string take_failure();
  /// True while guest processes are alive.
  bool guests_left() const;

  /// How a program that was started ended, once it has: by its pid, or the first one.
  std::optional<ExitStatus> exit_status(int pid) const;
  std::optional<ExitStatus> exit_status() const;
  /// Sends a signal to a guest process, as kill(2) by root would. False when there is none.
  bool kill(int pid, int signal);
  /// Delivers a host signal to the guests in the foreground. May be called from a signal handler.
  void post_signal(int signal);
  /// What every guest is doing, a line each: whom or what it waits for.
  std::string explain() const;
  Statistics statistics() const;
  /// The table of calls counted so far; empty unless the trace options ask for it.
  std::string trace_summary() const;
  /// What completes a trace of Format::Chrome, once nothing more is run; empty for the others.
  std::string trace_end() const;

 private:
  struct Parts;
  explicit Machine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// One implemented system call, as the support table shows it.
struct SyscallSupport {
  unsigned number = 0;
  std::string_view name;
  std::string_view level;  // "full", "partial", "refused"
};
std::vector<SyscallSupport> list_syscalls();

/// "0.1.0" and "2.1.1".
std::string_view version();
std::string engine_version();

}  // namespace kemu
