#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kemu/error.h"
#include "kemu/guest.h"
#include "kemu/hooks.h"
#include "kemu/options.h"
#include "kemu/program.h"

/// kemu as a library: machines that run AArch64 Linux programs on the caller's thread.
namespace kemu {

class Hooks;
class Kernel;

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
  std::uint64_t blocks = 0;        // translated blocks of guest code executed
  std::uint64_t instructions = 0;  // in them
};

/// Why `Machine::run` came back.
enum class RunEnd : std::uint8_t {
  Exited,       // every program started has ended (their children may go on: `run_rest`)
  Condition,    // RunOptions::until said so
  Stopped,      // the first program was stopped (^Z); post SIGCONT and run again
  Deadlocked,   // every guest waits for another one: `Machine::explain` says who for what
  OutOfBlocks,  // a budget is spent
  OutOfTime,
  OutOfInstructions,
  Interrupted,     // `Machine::interrupt` was called
  CallbackFailed,  // a function of the caller's threw: `Machine::take_failure`
  Breakpoint,      // a guest is at one without a callback: `Machine::breakpoint_hit`
  InCallback,      // nothing was run: it was called by a callback of the same machine
  OutOfOutput,     // a budget is spent
};

/// What a budget kept from guests, who went on with an error.
struct Refusal {
  enum class Budget : std::uint8_t { Processes, Files, Memory } budget = Budget::Processes;
  std::uint64_t limit = 0;
  std::uint64_t times = 0;
  int pid = 0;  // of the first who was refused; 0: kemu itself, for nobody in particular
  std::string program;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Something that guests asked for and kemu does not have.
struct MissingFeature {
  std::string what;    // a call, or one with its flag or option: "semget", "fcntl F_NOTIFY"
  std::string answer;  // what guests get: "ENOSYS"
  std::uint64_t times = 0;
  int pid = 0;  // of the first who asked
  std::string program;
  /// Programs try it and have a way without it, since many kernels lack it: no shortcoming.
  bool probed = false;
};

class Machine;

struct RunOptions {
  /// Asked between time slices; empty: until everything started has ended.
  std::function<bool()> until;
  /// Guests that wait for each other are waited for as well: a signal may still come.
  bool wait_in_deadlock = false;
  /// What guests may execute in this run before it ends: translated blocks, exactly, and
  /// instructions, whose last block is executed to its end.
  std::optional<std::uint64_t> blocks = std::nullopt;
  std::optional<std::uint64_t> instructions = std::nullopt;
};

/// What a fork of a machine has otherwise than the machine it comes from.
struct ForkOptions {
  /// Where programs that already run write whose output or error went to an OutputSink; empty:
  /// where they wrote before.
  OutputSink output;
  OutputSink error;
  /// Where the trace goes, if the machine was made with one; empty: where it went.
  std::function<void(std::string_view)> trace;
  /// What of it is shown, as MachineOptions::trace_filter; empty: what was.
  std::string trace_filter;
  /// Rules as in MachineOptions::inject, besides those the machine has; they count from here on.
  std::vector<std::string> inject;
};

/// A machine's state at one moment, to begin from any number of times. It may outlive the machine.
/// Copies of it are the same snapshot.
class Snapshot {
 public:
  /// A machine in that state; see Machine::fork.
  Expected<std::unique_ptr<Machine>> start(const ForkOptions& options = {}) const;

 private:
  friend class Machine;
  explicit Snapshot(std::shared_ptr<Machine> frozen) : frozen_(std::move(frozen)) {}
  std::shared_ptr<Machine> frozen_;
};

/// One machine: guest memory, mounts and processes. Several of them share nothing, but for forks
/// of one. Not thread safe, but for `post_signal`, `interrupt` and `request_report`.
class Machine {
 public:
  static Expected<std::unique_ptr<Machine>> create(const MachineOptions& options);
  ~Machine();

  /// Starts a program; any number of them, before or between runs. Its pid. Error::Kind::Misuse
  /// within a callback.
  Expected<int> spawn(const Program& program);
  /// A pipe between programs. Each end is closed when the caller has dropped the ProgramPipe and no
  /// guest has it open any more.
  ProgramPipe make_pipe();
  /// Runs guests on the calling thread. It may be called again whatever it said.
  RunEnd run(const RunOptions& options = {});
  /// Goes on, after what was started has ended, until no guest is left or none can go on. Nothing
  /// within a callback.
  void run_rest();
  /// Makes `run` come back within some microseconds. May be called from any thread. It is never
  /// lost: when no run is going on, or that one ends for another reason, the next one comes back at
  /// once.
  void interrupt();
  /// Takes back an `interrupt` that has ended no run yet. True when there was one.
  bool forget_interrupt();

  /// Another machine in the state of this one: processes, memory (pages are copied when somebody
  /// writes), descriptors, pipes, timers, time, files in memory. What is the host's is not copied:
  /// both see the same host files, and what a stream of the host's has given is gone. An Error that
  /// says why when something cannot be copied, as a connected host socket, or while a run goes on.
  /// A machine and its forks share engine and memory: one thread at a time may use any of them, and
  /// options.memory_limit is for all of them together.
  Expected<std::unique_ptr<Machine>> fork(const ForkOptions& options = {});
  Expected<Snapshot> snapshot();
  /// Goes back (or over) to the state of a snapshot, which may be another machine's. Nothing has
  /// happened when there is an Error.
  std::optional<Error> restore(const Snapshot& snapshot);

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
  /// Makes `run` hand that to `MachineOptions::report` within some microseconds and go on; when
  /// nothing runs, as soon as something does. May be called from any thread and signal handler.
  void request_report();
  /// What budgets have refused so far.
  std::vector<Refusal> refusals() const;
  /// What guests have missed so far, in the order in which they first did.
  std::vector<MissingFeature> missing() const;
  /// Of a deterministic machine: which input from outside makes its runs differ, the first a guest
  /// has read from a terminal, pipe or socket of the host. "" while none has.
  std::string host_input() const;
  Statistics statistics() const;
  /// The table of calls counted so far; empty unless the trace options ask for it.
  std::string trace_summary() const;
  /// What completes a trace of Format::Chrome, once nothing more is run; empty for the others.
  std::string trace_end() const;

  // Hooks (kemu/hooks.h): called in the order in which they were added.
  /// Before a call of guests is served, once: `machine.on<Sys::openat>(…)`, kemu/syscalls.h.
  template <typename Kind>
  Hook on(std::function<void(Call<Kind>&)> hook) {
    return on_call(Kind::kNumber, typed<Kind>(std::move(hook)));
  }
  /// When a call ends with a value, whoever gave it: not exit, and execve only when it fails.
  template <typename Kind>
  Hook after(std::function<void(Call<Kind>&)> hook) {
    return after_call(Kind::kNumber, typed<Kind>(std::move(hook)));
  }
  /// The same by number, whether kemu serves such a call or not.
  Hook on_call(unsigned number, CallHook hook);
  Hook after_call(unsigned number, CallHook hook);
  static constexpr unsigned kEveryCall = ~0u;  // as a number: of all calls
  /// The same by Linux's name; Error::Kind::NotFound.
  Expected<Hook> on_call(std::string_view name, CallHook hook);
  Expected<Hook> after_call(std::string_view name, CallHook hook);
  /// What becomes of processes.
  Hook on_event(EventHook hook);
  /// Stops guests at an address: to call `hook`, or to end the run when it is empty. brk
  /// instructions of their own stay SIGTRAP. Setting and removing one has all code translated anew.
  Expected<Hook> set_breakpoint(Breakpoint at, BreakpointHook hook = {});
  /// Where the run that ended last was ended by a breakpoint.
  std::optional<BreakpointHit> breakpoint_hit() const;
  /// Ends a hook of any kind; false when there is none any more.
  bool remove(Hook hook);

  // Guests from outside, between runs and in callbacks.
  /// Bytes of a process's memory: all of them, or Error::Kind::NotMapped.
  Expected<std::string> read_memory(int pid, std::uint64_t address, std::size_t size);
  /// All bytes or none. What the process itself may only read is written too.
  std::optional<Error> write_memory(int pid, std::uint64_t address, std::string_view bytes);
  /// Registers of a process. In a system call pc is behind the svc, and x0 becomes its result.
  /// Error::Kind::Misuse in callbacks other than hooks: those of streams, files and traces.
  Expected<GuestRegisters> registers(int pid);
  std::optional<Error> set_registers(int pid, const GuestRegisters& registers);
  /// How much higher a process's program lies than its file, and nm(1), say: 0 unless it is
  /// position independent.
  Expected<std::uint64_t> load_bias(int pid);

 private:
  friend class MachineKernel;
  struct Parts;
  explicit Machine(std::unique_ptr<Parts> parts);
  template <typename Kind>
  static CallHook typed(std::function<void(Call<Kind>&)> hook) {
    return [hook = std::move(hook)](AnyCall& any) {
      Call<Kind> call(any);
      hook(call);
    };
  }
  Hooks& hooks() const;
  Kernel& kernel() const;
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
