#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/abi/signal.h"
#include "fs/fd_table.h"
#include "fs/path_walk.h"
#include "fs/wait_queue.h"
#include "process/cpu_time.h"
#include "process/credentials.h"
#include "process/pid_table.h"
#include "process/resource_usage.h"
#include "process/restartable_sequence.h"
#include "process/signals.h"
#include "process/syscall_result.h"
#include "process/timer.h"
#include "process/trace_event.h"
#include "vm/address_space.h"
#include "vm/engine.h"

namespace kemu {

class Kernel;
class KernelCopy;
class Process;

/// set_mempolicy(2)'s setting.
struct NodePolicy {
  u32 mode = 0;  // MPOL_…, with its flags
  u64 nodes = 0;
};

enum class TaskState : u8 { Runnable, Blocked, Dead };

/// Open files by the numbers a call was given: another thread may close them meanwhile, and the
/// call goes on with what they were (Linux's fdget()).
using HeldFiles = std::vector<std::pair<i32, std::shared_ptr<FileDescription>>>;

/// The system call a task is in: everything a re-run of its handler must remember.
struct SyscallState {
  bool active = false;       // a handler has not finished
  bool interrupted = false;  // last run: a handled signal waits; finish with what there is or block
  bool timed_out = false;    // the deadline passed since the handler blocked
  bool has_waited = false;   // the handler has blocked before
  bool restarts = false;     // last run: blocking means to be made again, not EINTR
  bool let_through = false;  // no interceptor answered: it is the handler's
  bool injected = false;     // an interceptor answered, or changed the value
  u32 asked = 0;             // interceptors that let it pass, until all have
  TraceMatch trace_match;    // whether the call is about files the trace is to show
  SyscallRegisters registers;
  u64 most_bytes = ~u64{0};                  // of a transfer; an interceptor may want it shorter
  Nanoseconds deadline = -1;                 // absolute, kept over re-runs; -1: not set
  u64 progress = 0;                          // bytes moved, a child's pid…: the handler's own
  std::shared_ptr<FileDescription> opening;  // a FIFO's while open(2) waits for its other side
  HeldFiles held;                            // while descriptors are shared
  std::string trace;                         // the entry half of the strace line
  Nanoseconds started = 0;                   // for strace
  u64 trace_before = 0;                      // what the call's value-result argument was: likewise
};

/// What of a task is plain values: a copy of the machine has them as they are.
struct TaskValues {
  TaskState state = TaskState::Runnable;
  Restart restart = Restart::IfSaRestart;  // of the call it blocks in
  bool yield = false;                      // sched_yield: the slice ends here

  // Signals.
  SigSet blocked;
  std::optional<SigSet> saved_mask;  // to be restored after a call with a temporary mask
  SigSet awaited;                    // rt_sigtimedwait: these wake it although blocked
  abi::SigStack alternate_stack;
  GuestAddr trampoline;

  Credentials credentials;
  bool no_new_privileges = false;
  u32 personality = 0;

  std::string name;  // comm, at most 15 bytes
  GuestAddr clear_child_tid;
  GuestAddr robust_list;
  RestartableSequences rseq;
  Nanoseconds charged_time = 0;    // CPU time of the slices that are over
  Nanoseconds charged_system = 0;  // what of it was spent in system calls
  u64 voluntary_switches = 0;
  u64 involuntary_switches = 0;
  i32 nice = 0;               // setpriority's: kept and told, without effect
  i32 io_priority = 0;        // ioprio_set's: likewise; 0: none
  i32 scheduling_policy = 0;  // sched_setscheduler's: kept and told, without effect
  i32 scheduling_priority = 0;
  bool reset_scheduling_on_fork = false;
  NodePolicy node_policy;            // set_mempolicy's: likewise
  Nanoseconds timer_slack = 50'000;  // prctl's PR_SET_TIMERSLACK: likewise
  Nanoseconds default_timer_slack = 50'000;
};

/// One guest thread: what the scheduler runs. Linux's `struct task_struct`.
class Task : public Waiter, public TaskValues {
 public:
  Task(Kernel& kernel, Process& process, i32 tid, std::unique_ptr<Cpu> cpu);
  ~Task() override;

  Kernel& kernel() { return kernel_; }
  Process& process() { return process_; }
  i32 tid() const { return tid_; }
  bool is_leader() const;
  bool is_alive() const { return state != TaskState::Dead; }
  Cpu& cpu() { return *cpu_; }

  // What clone(2) shares or forks.
  std::shared_ptr<AddressSpace> space;
  std::shared_ptr<FdTable> files;
  std::shared_ptr<FsContext> fs;
  std::shared_ptr<SignalActions> actions;

  bool queued = false;  // in the run queue
  SyscallState syscall;
  PendingSignals pending;
  WaitQueue released_memory;  // by exec or exit: a vfork parent goes on

  /// For path walks: PathWalker(kernel.mounts(), *task.fs, task.caller()).
  Caller caller() const;
  PathWalker walker();

  /// The call it is in is over, or is to be made again: what it kept goes.
  void end_syscall();
  /// The deadline of the call being served: set on its first run, the same on re-runs.
  Nanoseconds deadline_after(Nanoseconds delay);
  Nanoseconds deadline_at(Nanoseconds when);

  /// CPU time, that of the slice it is in included; 0 once it is dead (its process keeps it).
  Nanoseconds cpu_time() const;
  /// The same, divided; neither part ever goes back.
  CpuTimes cpu_times() const;
  /// CPU time and switches: memory is its process's.
  ResourceUsage usage() const;

  /// Whether a signal would reach it: one that it does not block, or waits for with sigwait(3).
  bool wants(Signal signal) const { return !blocked.has(signal) || awaited.has(signal); }
  /// Signals that would be delivered now.
  SigSet deliverable() const;

  /// Becomes what `original` is, in a copy of the machine, but for its place in the run queue.
  void copy_from(const Task& original, KernelCopy& copy);

 protected:
  void woken() override;

 private:
  friend class Kernel;
  Kernel& kernel_;
  Process& process_;
  PidUse tid_;
  std::unique_ptr<Cpu> cpu_;
  Timer deadline_timer_;
  mutable CpuTimes told_times_;
};

}  // namespace kemu
