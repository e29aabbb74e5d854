#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/entropy.h"
#include "base/log.h"
#include "base/time.h"
#include "fs/callback_guard.h"
#include "fs/host_fs.h"
#include "fs/host_poller.h"
#include "fs/leases.h"
#include "fs/network.h"
#include "fs/path_walk.h"
#include "fs/record_locks.h"
#include "fs/unix_domain.h"
#include "loader/loader.h"
#include "process/call_interceptor.h"
#include "process/futex_table.h"
#include "process/hardware.h"
#include "process/kernel_files.h"
#include "process/load_average.h"
#include "process/missing.h"
#include "process/pid_table.h"
#include "process/process.h"
#include "process/process_observer.h"
#include "process/refusals.h"
#include "process/schedule.h"
#include "process/syscall_result.h"
#include "process/timer.h"
#include "process/tracer.h"
#include "process/virtual_clock.h"

namespace kemu {

class Kernel;

/// The one upward call: serves the system call in `task.syscall`. Supplied by syscalls/.
using ServeSyscall = SyscallOutcome (*)(Task& task);
/// How many arguments a call takes that leaves the task's Cpu alone (all but clone, execve, exit,
/// rt_sigreturn): it is served without leaving the engine. Nothing for the others.
using InPlaceArguments = std::optional<u32> (*)(u64 number);

/// What a whole machine may use up; guest memory has a limit of its own.
struct KernelBudgets {
  static constexpr u64 kNone = ~u64{0};
  u64 blocks = kNone;     // translated blocks executed
  u64 time = kNone;       // nanoseconds of the machine's monotonic clock since it was made
  u64 processes = kNone;  // and threads, alive or zombies: clone(2) says EAGAIN
  u64 files = kNone;      // open descriptions: open(2) says ENFILE
  u64 output = kNone;     // bytes that go to the host's streams
};

/// Why `Kernel::run` came back.
enum class RunVerdict : u8 {
  Done,         // `done` said so
  AllEnded,     // no process is left
  Deadlock,     // nobody can run, and nothing that could change it is under way
  OutOfBlocks,  // a budget is spent
  OutOfTime,
  OutOfInstructions,
  OutOfOutput,
  Interrupted,  // another thread asked for it
};
/// Whether to come back when every guest waits for another one, or to wait with them: a host signal
/// may still come.
enum class OnDeadlock : u8 { Return, Wait };

/// The same of one run: what guests may execute in it. The block in which instructions are spent is
/// executed to its end.
struct RunBudget {
  u64 blocks = KernelBudgets::kNone;
  u64 instructions = KernelBudgets::kNone;
};

struct KernelOptions {
  ServeSyscall serve = nullptr;
  InPlaceArguments in_place_arguments = nullptr;
  Clock* clock = nullptr;
  Entropy* entropy = nullptr;
  Log* log = nullptr;
  u64 memory_limit = u64{8} << 30;  // bytes of guest memory
  ForkMode fork_mode = ForkMode::CopyOnWrite;
  NetworkAccess network = NetworkAccess::Host;
  std::string host_name = "kemu";
  std::string domain_name = "(none)";
  /// The real time at which the machine boots, for a run in virtual time (VirtualClock); `clock` is
  /// used otherwise.
  std::optional<Nanoseconds> virtual_start;
  std::optional<u64> schedule_seed;  // see Schedule
  KernelBudgets budgets;
  bool fake_root = false;  // --fakeroot: host files are owned by whom the machine says
};

/// What a copy of a kernel does not have from the original.
struct KernelCopyOptions {
  Clock* clock = nullptr;  // unless time is virtual
  Entropy* entropy = nullptr;
  Log* log = nullptr;
  CallbackGuard callbacks;
  /// Where sinks of standard output and error go; null: where the original's do.
  std::shared_ptr<const std::function<void(std::string_view)>> output;
  std::shared_ptr<const std::function<void(std::string_view)>> error;
};

struct SpawnRequest {
  std::string program;  // path in the guest's file system
  std::vector<std::string> argv;
  std::vector<std::string> envp;
  Location cwd;
  std::array<std::shared_ptr<FileDescription>, 3> standard_files;  // null: closed
  Terminal* terminal = nullptr;
  Credentials credentials;
  ResourceLimits limits;
  u32 umask = 022;
  i32 nice = 0;
  std::vector<Signal> ignored_signals;  // as inherited from the host
};

struct KernelStatistics {
  u64 system_calls = 0;
  u64 task_switches = 0;
  u64 forks = 0;
  u64 execs = 0;
  u64 signals = 0;
};

/// One machine: its memory, engine, mounts, processes and time, and the loop that runs them on the
/// caller's thread. Several kernels in one program share nothing.
class Kernel : private FastSyscalls {
 public:
  /// The session (and pid) of the kernel itself, which stands for init: the first guest starts in
  /// it.
  static constexpr i32 kInitSession = 1;

  /// Fails with one line saying why (no Unicorn, no memory).
  static Result<std::unique_ptr<Kernel>, std::string> create(const KernelOptions& options);
  ~Kernel() override;

  /// Another kernel in the same state, with which this one shares its Hardware and nothing else.
  /// Fails with the reason, which reads on from "cannot take a snapshot: ", when something cannot
  /// be copied, or while this one runs.
  Result<std::unique_ptr<Kernel>, std::string> copy(const KernelCopyOptions& options);

  // The machine's parts.
  const KernelOptions& options() const { return options_; }
  Clock& clock() { return *options_.clock; }
  Entropy& entropy() { return *options_.entropy; }
  Log& log() { return *options_.log; }
  FramePool& pool() { return *hardware_->pool; }
  Engine& engine() { return *hardware_->engine; }
  const Engine& engine() const { return *hardware_->engine; }
  /// Translated blocks that this machine has executed.
  u64 blocks_run() const { return blocks_.total(); }
  HostPoller& poller() { return poller_; }
  HostFsContext& host_files() { return *host_files_; }
  FsMachine& own_files() { return *own_files_; }
  TimerQueue& timers() { return timers_; }
  FutexTable& futexes() { return futexes_; }
  PidTable& pids() { return pids_; }
  /// Armed timers on CPU-time clocks: looked at after each slice.
  std::vector<PosixTimer*>& cpu_timers() { return cpu_timers_; }
  const std::shared_ptr<RecordLocks>& record_locks() { return record_locks_; }
  const std::shared_ptr<Leases>& leases() { return leases_; }
  const std::shared_ptr<QueuePlaces>& queue_places() { return queue_places_; }
  const std::shared_ptr<UnixDomain>& unix_domain() { return unix_domain_; }
  Tracer& tracer() { return tracer_; }
  /// Who is asked before a call's handler runs, in this order, and after it in the reverse one.
  std::vector<CallInterceptor*>& interceptors() { return interceptors_; }
  /// Null: nobody.
  void set_observer(ProcessObserver* observer) { observer_ = observer; }
  KernelStatistics& statistics() { return statistics_; }
  LoadAverage& load_average() { return load_average_; }
  Missing& missing() { return missing_; }
  const Refusals& refusals() const { return refusals_; }
  /// A guest has to do without: whose call is served, or whose code runs.
  void refuse(Scarce what);
  /// Of a deterministic machine: what was heard from outside first, which makes its runs differ;
  /// "" while nothing was.
  const std::string& heard_host() const { return heard_host_; }
  /// The host terminal's open file, which /dev leads to; null without one.
  const std::shared_ptr<FileDescription>& console() const { return console_; }
  void set_console(std::shared_ptr<FileDescription> console) { console_ = std::move(console); }
  /// Where the engine stops while this machine runs: see Engine::set_breakpoints.
  void set_breakpoints(std::vector<GuestAddr> addresses);
  /// See FramePool::set_refuse; asked while this machine runs.
  void set_refuse_frames(FramePool::Refuse refuse);
  MountTable& mounts() { return *mounts_; }
  void set_mounts(std::unique_ptr<MountTable> mounts) { mounts_ = std::move(mounts); }
  ElfCache& elf_cache() { return elf_cache_; }
  const std::shared_ptr<MappedObject>& trampoline() const { return trampoline_; }
  Nanoseconds monotonic() { return clock().now(HostClock::Monotonic); }
  Nanoseconds boot_time() const { return boot_time_; }  // of the host, by the monotonic clock
  u64 next_anonymous_inode() { return next_inode_++; }
  void set_host_name(std::string name) { options_.host_name = std::move(name); }
  void set_domain_name(std::string name) { options_.domain_name = std::move(name); }

  // Processes (process/clone.cpp, exec.cpp, exit.cpp, wait.cpp, job_control.cpp).
  Result<Process*, LoadError> spawn(SpawnRequest request);
  /// Null when no live process has the pid. Zombies are found by `find_zombie`.
  Process* find_process(i32 pid);
  const ZombieProcess* find_zombie(i32 pid);
  /// What pidfds of a process or zombie hold; null when there is neither.
  std::shared_ptr<PidHandle> pid_handle(i32 pid);
  Task* find_task(i32 tid);
  /// Threads and zombies.
  u64 count_tasks() const { return tasks_.size() + zombies_.size(); }
  /// Live processes by pid.
  const std::map<i32, std::unique_ptr<Process>>& processes() const { return processes_; }
  /// Runs `visit` for each live process of a group; the number visited.
  template <typename Visit>
  u32 for_each_in_group(i32 group, Visit&& visit) {
    u32 count = 0;
    for (auto& [pid, process] : processes_)
      if (process->group == group) ++count, visit(*process);
    return count;
  }
  /// True when some process (or zombie) of `session` is in `group`.
  bool group_exists(i32 group, i32 session);

  // Signals (signal_send.cpp, signal_deliver.cpp).
  /// Queues for the process (any task takes it). EAGAIN past RLIMIT_SIGPENDING. A timer's signal
  /// carries its `source`.
  Result<Unit> send_signal(Process& process, const abi::SigInfo& info,
                           std::shared_ptr<SignalSource> source = nullptr);
  Result<Unit> send_signal(Task& task, const abi::SigInfo& info,
                           std::shared_ptr<SignalSource> source = nullptr);
  /// Pending signals of the process go to those who want them now: whoever was to take them blocks
  /// them, or is gone. Linux's retarget_shared_pending().
  void retarget_signals(Process& process);
  /// A fault's signal: cannot be blocked or ignored away (forced to its default then).
  void force_signal(Task& task, abi::SigInfo info);
  /// Before a task goes on that others ran in between of, or in a handler: see leave_sequence.
  void abort_sequence(Task& task);
  /// rt_sigreturn(2): all registers, mask and stack from the frame at sp; SIGSEGV when it is bad.
  void return_from_signal(Task& task);

  // Ends (exit.cpp).
  void exit_task(Task& task, i32 code);
  void exit_group(Process& process, WaitStatus status);

  // Scheduling (scheduler.cpp).
  void make_runnable(Task& task);
  /// Whose system call is being served, or whose guest code runs; null between slices.
  Task* running() const { return running_; }
  /// How long `task` has been running in the slice it is in; 0 for any but the running one.
  Nanoseconds slice_time(const Task& task);
  /// How much of that was spent in system calls.
  Nanoseconds slice_system_time(const Task& task) const;
  /// Runs until `done()` says so (asked between slices) or a verdict is reached. It may be called
  /// again after each.
  RunVerdict run(const std::function<bool()>& done, OnDeadlock on_deadlock = OnDeadlock::Return);
  /// For the runs from now on, together.
  void set_run_budget(const RunBudget& budget);
  /// How the processes spawned ended, those that have.
  const std::map<i32, std::optional<WaitStatus>>& spawned() const { return spawned_; }
  bool spawned_have_ended() const { return spawned_alive_ == 0; }
  /// Makes `run` come back soon with RunVerdict::Interrupted; for other threads.
  void interrupt_run();
  /// A host signal for the guests in the foreground; async-signal-safe.
  void post_host_signal(int signal);
  /// True when the first process stopped and a host shell should be told (^Z).
  bool take_host_stop_request();

  // Bodies of system calls that belong to processes (clone.cpp, exec.cpp, wait.cpp).
  struct CloneRequest {
    u64 flags = 0;  // CLONE_… without the exit signal
    i32 exit_signal = abi::kSigChld;
    GuestAddr stack;
    GuestAddr parent_tid;
    GuestAddr child_tid;
    GuestAddr pidfd;  // CLONE_PIDFD: where the descriptor is told
    u64 tls = 0;
    std::optional<i32> wanted_pid;  // clone3's set_tid
  };
  /// Whether a user has at least so many processes and zombies.
  bool user_has_processes(u32 user, u64 count) const;
  SyscallResult<i32> clone(Task& task, const CloneRequest& request);

  struct ExecRequest {
    Location base;
    std::string path;
    FinalLink final_link = FinalLink::Follow;
    std::shared_ptr<FileDescription> file;  // set for AT_EMPTY_PATH
    std::vector<std::string> argv;
    std::vector<std::string> envp;
  };
  SyscallResult<Unit> exec(Task& task, ExecRequest request);

  /// Whom wait4/waitid ask for.
  struct ProcessSelector {
    enum class Kind : u8 { Any, Pid, Group } kind = Kind::Any;
    i32 id = 0;
  };
  struct WaitOptions {
    bool exited = true;
    bool stopped = false;
    bool continued = false;
    bool no_hang = false;
    bool keep = false;  // WNOWAIT
    // Children made without SIGCHLD as their exit signal are "clone" children: waited for only when
    // asked for (__WCLONE), and then instead of the others, or along with them (__WALL).
    enum class Made : u8 { Forked, Cloned, Any } made = Made::Forked;
    i32 made_by = 0;  // __WNOTHREAD: the children of this task alone
  };
  struct WaitedChild {
    i32 pid = 0;  // 0: WNOHANG and nothing yet
    u32 uid = 0;
    WaitStatus status = WaitStatus::exited(0);
    ResourceUsage usage;
  };
  /// ECHILD, Blocked, or a child.
  SyscallResult<WaitedChild> wait(Task& task, const ProcessSelector& who, const WaitOptions& how);

  // job_control.cpp
  Result<Unit> set_process_group(Process& caller, i32 pid, i32 group);
  Result<i32> new_session(Process& caller);
  enum class TerminalUse : u8 { Read, Write, Control };
  /// Job control before terminal I/O: success, EIO (orphaned), or EINTR-with-restart after SIGTTIN
  /// / SIGTTOU was sent to the background group.
  SyscallResult<Unit> check_terminal_access(Task& task, Terminal& terminal, TerminalUse use);
  /// No member could be continued by a shell of its own session.
  bool group_is_orphaned(i32 group);
  /// A session leader gives its terminal up, by exit or TIOCNOTTY: SIGHUP to the foreground group.
  void hang_up_session(Process& leader);
  /// What ptys send.
  TerminalSignals terminal_signals();

  /// A zombie has been waited for: nothing is left of it.
  void reap(Process& parent, std::list<ZombieProcess>::iterator zombie);
  /// A zombie child of `parent` by its pid; the list's end when it has none.
  std::list<ZombieProcess>::iterator zombie_child(Process& parent, i32 pid);

 private:
  friend class KernelCopy;
  Kernel(const KernelOptions& options, std::shared_ptr<Hardware> hardware);
  /// Fails as `create` does.
  std::optional<std::string> set_up();
  void take_hardware();
  void leave_hardware();
  void watch_host_traffic();

  // scheduler.cpp
  /// A whole slice, or what is left of one.
  struct Paused;
  void run_slice(Task& task, std::optional<Paused> rest = std::nullopt);
  Task* take_paused(std::optional<Paused>& rest);
  void enter_guest(Task& task, RunLimits& limits);
  void begin_syscall(Task& task, const SyscallRegisters& registers);
  /// Interceptors may look at all registers: no call that concerns one is served in the engine.
  std::optional<u32> argument_count(u64 number) const override {
    for (const CallInterceptor* interceptor : interceptors_)
      if (interceptor->concerns(number)) return std::nullopt;
    return options_.in_place_arguments(number);
  }
  std::optional<u64> try_syscall(const SyscallRegisters& registers) override;
  void serve_syscall(Task& task);
  SyscallOutcome serve_measured(Task& task);
  void settle_syscall(Task& task, const SyscallOutcome& outcome);
  void block(Task& task, const Blocked& blocked);
  void finish_syscall(Task& task, u64 value);
  void charge(Task& task);
  void expire_interval_timers(Process& process);
  u64 blocks_until_timer() const;
  bool earlier_timer_armed() const;
  void expire_cpu_timers();
  u64 next_slice();
  u64 instructions_left() const;
  std::optional<RunVerdict> spent_budget();
  bool is_deadlocked() const;
  void idle();
  void wake();
  void take_host_signals();
  void signal_foreground(Signal signal);
  // signal_send.cpp
  void prepare_signal(Process& process, Signal signal);
  void resume_for_kill(Process& process);
  void stop_process(Process& process, Signal signal);
  void continue_process(Process& process);
  // signal_deliver.cpp
  void deliver_signals(Task& task);
  std::optional<abi::SigInfo> take_signal(Task& task);
  bool fatal_signal_pending(const Task& task) const;
  void default_signal(Task& task, Signal signal);
  void interrupt_syscall(Task& task, const abi::SigAction& action);
  void end_unrestartable(Task& task);
  void push_frame(Task& task, const abi::SigInfo& info, const abi::SigAction& action);
  void bad_frame(Task& task, Signal signal);
  // clone.cpp
  Result<i32> make_task(Task& parent, const CloneRequest& request);
  void begin_process(Task& parent, std::unique_ptr<Process> process, const CloneRequest& request);
  Result<i32> child_pid(const Task& parent, const CloneRequest& request);
  Result<Unit> share_or_fork(Task& parent, Task& child, const CloneRequest& request);
  Result<Unit> give_pidfd(Task& parent, Process& child, GuestAddr told_at);
  // exec.cpp
  struct LoadedImage {
    std::shared_ptr<AddressSpace> space;
    LoadedProgram program;
    Credentials credentials;
  };
  Result<LoadedImage, LoadError> load_for_exec(Task& task, ExecRequest request);
  void commit_exec(Task& task, LoadedImage image);
  void end_other_tasks(Task& task);
  // exit.cpp
  void leave_task(Task& task);
  void end_task(Task& task);
  void bury_task(Process& process, Task& task);
  void trace_unfinished(const Task& task);
  void give_children(Process& process, i32 tid);
  static void tell_of_parent_death(Process& child);
  void release_futexes(Task& task);  // robust_list.cpp
  void reparent_children(Process& process);
  void reparent_zombies(Process& process, Process* heir);
  void become_zombie(Process& process, WaitStatus status);
  ZombieProcess zombie_of(Process& process, WaitStatus status);
  void notify_parent(Process& child, WaitStatus status);
  enum class Kept : u8 { ForWait, Nothing };
  Kept tell_of_end(Process& parent, const ZombieProcess& zombie);
  void add_zombie(Process& parent, ZombieProcess zombie);
  void reap_dead();
  // job_control.cpp
  void hang_up_if_orphaned(i32 group);
  void hang_up_without(const Process* parent, const Process& child);
  void signal_group(i32 group, i32 signal);
  void hang_up_terminal(Terminal& terminal);

  KernelOptions options_;
  std::shared_ptr<Hardware> hardware_;
  std::vector<GuestAddr> breakpoints_;
  FramePool::Refuse refuse_frames_;
  BlockMeter blocks_;
  std::optional<VirtualClock> virtual_clock_;
  Schedule schedule_;
  HostPoller poller_;
  std::unique_ptr<HostFsContext> host_files_;
  std::unique_ptr<KernelFiles> own_files_;
  std::unique_ptr<MountTable> mounts_;
  std::shared_ptr<FileDescription> console_;
  TimerQueue timers_;
  FutexTable futexes_;
  std::shared_ptr<QueuePlaces> queue_places_ = std::make_shared<QueuePlaces>();
  std::shared_ptr<RecordLocks> record_locks_ = std::make_shared<RecordLocks>();
  std::shared_ptr<Leases> leases_ = std::make_shared<Leases>();
  std::shared_ptr<UnixDomain> unix_domain_ = std::make_shared<UnixDomain>();
  Tracer tracer_;
  std::vector<CallInterceptor*> interceptors_;  // not owned
  ProcessObserver* observer_ = nullptr;         // likewise
  ElfCache elf_cache_;
  std::shared_ptr<MappedObject> trampoline_;
  KernelStatistics statistics_;
  LoadAverage load_average_;
  Missing missing_;
  Refusals refusals_;
  std::string heard_host_;
  Nanoseconds boot_time_ = 0;
  Nanoseconds made_ = 0;  // when the machine was, by the monotonic clock
  u64 next_inode_ = 1000;

  PidTable pids_;
  std::map<i32, std::unique_ptr<Process>> processes_;
  std::unordered_map<i32, Task*> tasks_;  // of live processes, by tid
  std::unordered_map<i32, std::list<ZombieProcess>::iterator> zombies_;  // in their parents' lists
  Process* first_ = nullptr;
  std::map<i32, std::optional<WaitStatus>> spawned_;
  u64 spawned_alive_ = 0;
  bool host_stop_requested_ = false;

  std::deque<Task*> run_queue_;
  Task* running_ = nullptr;
  Nanoseconds slice_started_ = 0;
  Nanoseconds slice_system_ = 0;  // spent in system calls of this slice
  Nanoseconds slice_timer_ = 0;   // the earliest timer its budget was made for
  u64 slice_blocks_ = 0;          // that budget
  u64 slice_calls_ = 0;           // system calls it may still begin
  /// Who stands before a call since an interceptor paused it, out of the run queue.
  struct Paused {
    i32 tid = 0;
    u64 blocks_left = 0;  // of its slice, and calls
    u64 calls_left = 0;
  };
  std::optional<Paused> paused_;
  bool timer_due_ = false;              // one turned out to be due in the middle of the slice
  Nanoseconds thousand_blocks_ = 5000;  // how long they take of late
  RunBudget run_ends_;                  // counts of the engine's at which a run's budget is spent
  SyscallMeter meter_;
  std::vector<PosixTimer*> cpu_timers_;
  std::optional<SyscallOutcome> in_place_outcome_;        // of a call the engine came back with
  std::vector<std::unique_ptr<Process>> dead_processes_;  // destroyed between slices
  std::vector<std::unique_ptr<Task>> dead_tasks_;         // likewise
  std::atomic<bool> interrupt_{false};
  std::atomic<u64> host_signals_{0};
  std::atomic<bool> run_interrupted_{false};
  UniqueFd wake_fd_;  // an eventfd that ends the poller's sleep
  struct WakeWaiter : Waiter {
    void woken() override {}
  } wake_waiter_;
};

/// si_code and si_status of a SIGCHLD (or waitid) that reports `status`.
void fill_child_status(abi::SigInfo& info, WaitStatus status);

}  // namespace kemu
