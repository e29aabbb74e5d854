#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fs/terminal.h"
#include "loader/loader.h"
#include "process/pid_fd.h"
#include "process/pid_table.h"
#include "process/posix_timer.h"
#include "process/resource_limits.h"
#include "process/resource_usage.h"
#include "process/signals.h"
#include "process/task.h"
#include "process/wait_status.h"

namespace kemu {

class KernelCopy;

/// What read(2), write(2) and kin moved, as /proc/PID/io tells it; Linux's task_io_accounting.
struct IoCounters {
  u64 bytes_read = 0;
  u64 bytes_written = 0;
  u64 reads = 0;
  u64 writes = 0;
};

/// What is left of a process that ended and has not been waited for. Linux: EXIT_ZOMBIE.
struct ZombieProcess {
  i32 pid = 0;
  PidUse held;  // keeps the pid from being given out again
  i32 parent_pid = 0;
  i32 parent_tid = 0;
  PidUse group;
  PidUse session;
  u32 uid = 0;
  u32 saved_uid = 0;
  std::string name;
  i32 exit_signal = abi::kSigChld;
  WaitStatus status = WaitStatus::exited(0);
  ResourceUsage usage;       // own and waited-for children
  Nanoseconds own_time = 0;  // CPU time without its children's
  Nanoseconds start_time = 0;
  std::shared_ptr<PidHandle> handle;  // what its pidfds hold
};

/// What of a process is plain values: a copy of the machine has them as they are.
struct ProcessValues {
  i32 former_foreground = 0;  // of a terminal that hung up: who hears of it when the leader ends
  bool has_executed = false;  // setpgid(2): EACCES after exec
  i32 parent_tid = 0;         // the task of its parent that made it, or stands in for that one
  std::optional<WaitStatus> leader_status;  // of a leader that ended before the others
  bool child_subreaper = false;
  i32 exit_signal = abi::kSigChld;
  i32 parent_death_signal = 0;
  bool dumpable = true;
  bool huge_pages_disabled = false;  // PR_SET_THP_DISABLE
  bool io_flusher = false;           // PR_SET_IO_FLUSHER
  i32 machine_check_policy = 2;      // PR_MCE_KILL_DEFAULT: kept and told, as the two above

  bool stopped = false;
  std::optional<WaitStatus> unreported;  // stop or continue the parent has not waited for

  ResourceLimits limits;
  bool over_process_limit = false;  // PF_NPROC_EXCEEDED: it became a user who has too many
  i32 membarriers = 0;              // the MEMBARRIER_CMD_…_EXPEDITED it registered for
  IoCounters io;
  i32 oom_score_adj = 0;        // kept and told, as the next one: memory runs out for all at once
  i32 oom_score_adj_least = 0;  // nobody without CAP_SYS_RESOURCE goes below
  u32 core_dump_filter = 0x33;  // which memory a core dump would have; there are none

  Nanoseconds start_time = 0;  // monotonic
  ResourceUsage usage;         // of tasks that ended
  u64 faults_before = 0;       // of its address space, before it came
  ResourceUsage children_usage;

  /// ITIMER_REAL, VIRTUAL, PROF (setitimer(2)).
  struct IntervalTimer {
    Nanoseconds interval = 0;
    Nanoseconds expires = -1;  // REAL: monotonic; others: CPU time; -1: disarmed
  };
  std::array<IntervalTimer, 3> interval_timers;
};

/// A thread group: one pid, one parent, shared signals and limits. Linux's `struct signal_struct`
/// with the fields of `task_struct` that belong to the group leader.
class Process : public ProcessValues {
 public:
  Process(Kernel& kernel, i32 pid);
  ~Process();

  Kernel& kernel() { return kernel_; }
  i32 pid() const { return pid_.value(); }
  i32 parent_pid() const { return parent ? parent->pid() : (pid() == 1 ? 0 : 1); }

  Process* parent = nullptr;  // null: the kernel itself (init, pid 1) is the parent
  std::vector<Process*> children;
  std::list<ZombieProcess> zombies;  // children that ended, oldest first
  std::vector<std::unique_ptr<Task>> tasks;
  /// The first task, whose tid is the pid. It stays when it ends before the others, a zombie.
  Task& leader() { return *tasks.front(); }
  const Task& leader() const { return *tasks.front(); }
  /// The first task that is alive; null when the process has ended.
  Task* living();

  /// Who it is to others: its leader.
  const Credentials& credentials() const { return leader().credentials; }

  PidUse group;  // process group
  PidUse session;
  std::shared_ptr<Terminal> terminal;  // the controlling terminal
  std::shared_ptr<PidHandle> handle;   // what its pidfds hold; made by the first one

  /// What /proc tells of a leader that ended before the others.
  std::optional<ZombieProcess> leader_zombie;

  PendingSignals pending;
  WaitQueue signalled;      // a signal came, blocked or not: signalfds look again
  WaitQueue child_changed;  // this process's children changed

  LoadedProgram program;  // what it executes
  Timer real_timer;       // serves ITIMER_REAL (and alarm)
  PosixTimers timers{*this};
  WaitQueue cpu_time_passed;  // a slice was charged: sleepers on the CPU-time clock look again

  /// The signals of `pending` that are `task`'s to take: those that no task before it wants.
  SigSet pending_for(const Task& task) const;

  /// CPU time of all tasks so far.
  Nanoseconds cpu_time() const;
  ResourceUsage total_usage() const;
  /// What `space`, which is its tasks', adds to their usage.
  ResourceUsage memory_usage(const AddressSpace& space) const;
  /// User time of all tasks so far.
  Nanoseconds user_time() const;
  /// Places in signal queues that its user's processes have taken (RLIMIT_SIGPENDING).
  u64 queue_places_taken() const;
  QueuePlace take_queue_place();

  /// Becomes what `original` is, in a copy of the machine; its tasks and family excepted.
  void copy_from(Process& original, KernelCopy& copy);

 private:
  void real_timer_expired();

  Kernel& kernel_;
  PidUse pid_;
};

}  // namespace kemu
