#include <algorithm>

#include "base/abi/sched.h"
#include "process/kernel.h"
#include "process/open_files.h"

// clone(2): a list of "share or fork" lines, one per flag; fork and vfork are no special cases.

namespace kemu {

namespace {

constexpr u64 kNamespaceFlags = abi::kCloneNewNs | abi::kCloneNewCgroup | abi::kCloneNewUts |
                                abi::kCloneNewIpc | abi::kCloneNewUser | abi::kCloneNewPid |
                                abi::kCloneNewNet;

Result<Unit> check_flags(Task& task, u64 flags) {
  if ((flags & abi::kCloneSighand) && !(flags & abi::kCloneVm)) return Errno::EINVAL;
  if ((flags & abi::kCloneThread) && !(flags & abi::kCloneSighand)) return Errno::EINVAL;
  if ((flags & abi::kCloneFs) && (flags & (abi::kCloneNewNs | abi::kCloneNewUser)))
    return Errno::EINVAL;
  constexpr u64 kNotOfThreads = abi::kCloneNewUser | abi::kCloneNewPid | abi::kClonePidfd;
  if ((flags & abi::kCloneThread) && (flags & kNotOfThreads)) return Errno::EINVAL;
  if (flags & kNamespaceFlags) {
    note_missing(task, "clone of namespaces", Errno::EPERM);
    return Errno::EPERM;
  }
  return Unit{};
}

void log_fork(Log& log, i32 parent, i32 child, const ForkReport& report) {
  for (const ForkedRegion& region : report) {
    std::string counts;
    const auto add = [&](u64 count, std::string_view what) {
      if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, what);
    };
    add(region.shared, "shared");
    add(region.copied, "copied");
    add(region.absent, "absent");
    log.debug("fork {} -> {}: {} {:#x}-{:#x}: {}", parent, child, vma_kind_name(region.kind),
              region.range.start.value(), region.range.end.value(), counts);
  }
}

}  // namespace

SyscallResult<i32> Kernel::clone(Task& task, const CloneRequest& request) {
  const i32 made = static_cast<i32>(task.syscall.progress);
  if (made == 0) {
    TRY(check_flags(task, request.flags));
    const i32 tid = TRY(make_task(task, request));
    if (!(request.flags & abi::kCloneVfork)) return tid;
    task.syscall.progress = static_cast<u64>(tid);
  }
  // vfork: wait until the child lets go of the memory by exec or exit.
  const i32 child_tid = static_cast<i32>(task.syscall.progress);
  Task* child = find_task(child_tid);
  if (!child || child->space != task.space) return child_tid;
  task.wait_on(child->released_memory);
  return Blocked{Restart::Killable};
}

Result<Unit> Kernel::share_or_fork(Task& parent, Task& child, const CloneRequest& request) {
  const u64 flags = request.flags;
  if (flags & abi::kCloneVm) {
    child.space = parent.space;
  } else {
    ForkReport report;
    const bool wanted = log().enabled(LogLevel::Debug);
    child.space = TRY(parent.space->fork(options_.fork_mode, wanted ? &report : nullptr));
    if (wanted) log_fork(log(), parent.process().pid(), child.tid(), report);
  }
  child.files = flags & abi::kCloneFiles ? parent.files : parent.files->fork();
  child.fs = flags & abi::kCloneFs ? parent.fs : std::make_shared<FsContext>(*parent.fs);
  child.actions = flags & abi::kCloneSighand ? parent.actions : parent.actions->fork();
  if (flags & abi::kCloneClearSighand) child.actions->reset_for_exec();
  return Unit{};
}

// copy_process(): RLIMIT_NPROC counts the threads and zombies of a user, and binds all but root.
bool Kernel::user_has_processes(u32 user, u64 count) const {
  if (count_tasks() < count) return false;
  u64 found = 0;
  for (const auto& [pid, process] : processes_)
    if (process->credentials().uid == user) found += process->tasks.size();
  for (const auto& [pid, zombie] : zombies_) found += zombie->uid == user;
  return found >= count;
}

namespace {

Result<Unit> check_process_limit(Kernel& kernel, Task& parent) {
  if (kernel.count_tasks() >= kernel.options().budgets.processes) {
    kernel.refuse(Scarce::Processes);
    return Errno::EAGAIN;
  }
  const Credentials& ids = parent.credentials;
  const u64 limit = parent.process().limits.soft(Resource::Processes);
  if (ids.uid == 0 || ids.capable(abi::kCapSysResource) || ids.capable(abi::kCapSysAdmin) ||
      !kernel.user_has_processes(ids.uid, limit))
    return Unit{};
  return Errno::EAGAIN;
}

}  // namespace

Result<i32> Kernel::child_pid(const Task& parent, const CloneRequest& request) {
  if (!request.wanted_pid) return pids_.allocate();
  if (*request.wanted_pid < 1 || *request.wanted_pid >= PidTable::kPidMax) return Errno::EINVAL;
  if (!parent.credentials.privileged()) return Errno::EPERM;
  TRY(pids_.check_free(*request.wanted_pid));
  return *request.wanted_pid;
}

Result<Unit> Kernel::give_pidfd(Task& parent, Process& child, GuestAddr told_at) {
  constexpr u64 kMostOpenFiles = u64{1} << 20;  // fs.nr_open
  const u64 limit = std::min(kMostOpenFiles, parent.process().limits.soft(Resource::OpenFiles));
  if (!has_room_for_files(*this, 1)) {
    refuse(Scarce::Files);
    return Errno::ENFILE;
  }
  child.handle = std::make_shared<PidHandle>(child.pid());
  auto file = std::make_shared<PidFd>(child.handle, 0, next_anonymous_inode());
  const i32 fd = TRY(parent.files->insert(std::move(file), CloseOnExec::Yes, limit));
  const auto told = parent.space->write_value(told_at, fd);
  if (!told.ok()) (void)parent.files->remove(fd);
  return told;
}

namespace {

/// What fork(2) says a child has from its parent. Pending signals and timers are not among it.
void inherit(Process& child, const Process& parent) {
  child.group = parent.group;
  child.session = parent.session;
  child.terminal = parent.terminal;
  child.limits = parent.limits;
  child.membarriers = parent.membarriers;
  child.dumpable = parent.dumpable;
  child.oom_score_adj = parent.oom_score_adj;
  child.oom_score_adj_least = parent.oom_score_adj_least;
  child.core_dump_filter = parent.core_dump_filter;
  child.huge_pages_disabled = parent.huge_pages_disabled;
  child.io_flusher = parent.io_flusher;
  child.machine_check_policy = parent.machine_check_policy;
  child.program = parent.program;
}

/// The same of tasks. SCHED_RESET_ON_FORK: nobody inherits a privileged way of being scheduled.
void inherit(Task& child, Task& parent, u64 flags) {
  child.blocked = parent.saved_mask.value_or(parent.blocked);
  // The alternate stack, unless the memory is shared without vfork.
  const bool keeps_stack = !(flags & abi::kCloneVm) || (flags & abi::kCloneVfork);
  if (keeps_stack) child.alternate_stack = parent.alternate_stack;
  child.trampoline = parent.trampoline;
  child.credentials = parent.credentials;
  child.no_new_privileges = parent.no_new_privileges;
  child.personality = parent.personality;
  if (!(flags & abi::kCloneVm)) child.rseq = parent.rseq;
  child.name = parent.name;
  child.nice = parent.nice;
  child.io_priority = parent.io_priority;
  child.node_policy = parent.node_policy;
  child.timer_slack = child.default_timer_slack = parent.timer_slack;
  child.scheduling_policy = parent.scheduling_policy;
  child.scheduling_priority = parent.scheduling_priority;
  if (!parent.reset_scheduling_on_fork) return;
  const bool real_time = parent.scheduling_priority > 0;
  if (real_time) child.scheduling_policy = abi::kSchedOther;
  child.scheduling_priority = 0;
  if (real_time || child.nice < 0) child.nice = 0;
}

}  // namespace

void Kernel::begin_process(Task& parent, std::unique_ptr<Process> process,
                           const CloneRequest& request) {
  Process& home = parent.process();
  const bool is_sibling = request.flags & abi::kCloneParent;
  process->parent = is_sibling ? home.parent : &home;
  process->parent_tid = is_sibling ? home.parent_tid : parent.tid();
  process->exit_signal = is_sibling ? home.exit_signal : request.exit_signal;
  process->faults_before = process->leader().space->faults();
  if (process->parent) process->parent->children.push_back(process.get());
  processes_.emplace(process->pid(), std::move(process));
  ++statistics_.forks;
}

Result<i32> Kernel::make_task(Task& parent, const CloneRequest& request) {
  const u64 flags = request.flags;
  TRY(check_process_limit(*this, parent));
  const i32 tid = TRY(child_pid(parent, request));
  std::unique_ptr<Process> made;
  if (!(flags & abi::kCloneThread)) {
    made = std::make_unique<Process>(*this, tid);
    inherit(*made, parent.process());
  }
  Process& process = made ? *made : parent.process();
  auto child = std::make_unique<Task>(*this, process, tid, parent.cpu().clone());
  inherit(*child, parent, flags);
  TRY(share_or_fork(parent, *child, request));
  if (flags & abi::kClonePidfd) TRY(give_pidfd(parent, process, request.pidfd));

  child->cpu().set_x(0, 0);
  if (!request.stack.is_null()) child->cpu().set_sp(request.stack.value());
  if (flags & abi::kCloneSetTls) child->cpu().set_tpidr(request.tls);
  // Linux ignores failures of these stores too (kernel/fork.c, put_user).
  if (flags & abi::kCloneParentSetTid) (void)parent.space->write_value(request.parent_tid, tid);
  if (flags & abi::kCloneChildSetTid) (void)child->space->write_value(request.child_tid, tid);
  if (flags & abi::kCloneChildClearTid) child->clear_child_tid = request.child_tid;

  Task& started = *child;
  process.tasks.push_back(std::move(child));
  tasks_.emplace(tid, &started);
  if (made) begin_process(parent, std::move(made), request);
  if (tracer_.enabled()) tracer_.fork(parent.tid(), tid);
  if (observer_ && !(flags & abi::kCloneThread)) observer_->forked(parent, started);
  make_runnable(started);
  return tid;
}

}  // namespace kemu
