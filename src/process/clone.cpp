#include <algorithm>

#include "base/abi/sched.h"
#include "process/kernel.h"

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
  Log& log = task.kernel().log();
  if (flags & abi::kCloneThread) {
    log.warn_once("clone thread", "clone: threads are not implemented yet (pid {})", task.tid());
    return Errno::EAGAIN;
  }
  if (flags & kNamespaceFlags) {
    log.warn_once("clone namespaces", "clone: namespaces are not implemented (pid {})", task.tid());
    return Errno::EPERM;
  }
  if (flags & abi::kClonePidfd) {
    log.warn_once("clone pidfd", "clone: CLONE_PIDFD is not implemented (pid {})", task.tid());
    return Errno::EINVAL;
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
    const i32 pid = TRY(make_child(task, request));
    if (!(request.flags & abi::kCloneVfork)) return pid;
    task.syscall.progress = static_cast<u64>(pid);
  }
  // vfork: wait until the child lets go of the memory by exec or exit.
  const i32 child_pid = static_cast<i32>(task.syscall.progress);
  Process* child = find_process(child_pid);
  if (!child || child->leader().space != task.space) return child_pid;
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
  return Unit{};
}

Result<i32> Kernel::make_child(Task& task, const CloneRequest& request) {
  Process& parent = task.process();
  if (processes_.size() >= parent.limits.soft(Resource::Processes) &&
      !parent.credentials.privileged())
    return Errno::EAGAIN;
  const i32 pid = TRY(allocate_pid());
  auto process = std::make_unique<Process>(*this, pid);
  auto child = std::make_unique<Task>(*this, *process, pid, task.cpu().clone());
  TRY(share_or_fork(task, *child, request));

  // Pending signals and timers are not inherited; masks, the alternate stack (unless the memory is
  // shared without vfork) and everything below are (fork(2)).
  child->blocked = task.saved_mask.value_or(task.blocked);
  const bool keeps_stack = !(request.flags & abi::kCloneVm) || (request.flags & abi::kCloneVfork);
  if (keeps_stack) child->alternate_stack = task.alternate_stack;
  child->trampoline = task.trampoline;
  child->name = task.name;
  process->group = parent.group;
  process->session = parent.session;
  process->terminal = parent.terminal;
  process->credentials = parent.credentials;
  process->limits = parent.limits;
  process->nice = parent.nice;
  process->personality = parent.personality;
  process->dumpable = parent.dumpable;
  process->no_new_privileges = parent.no_new_privileges;
  process->program = parent.program;
  process->exit_signal = request.exit_signal;
  process->parent = request.flags & abi::kCloneParent ? parent.parent : &parent;

  child->cpu().set_x(0, 0);
  if (!request.stack.is_null()) child->cpu().set_sp(request.stack.value());
  if (request.flags & abi::kCloneSetTls) child->cpu().set_tpidr(request.tls);
  // Linux ignores failures of these stores too (kernel/fork.c, put_user).
  if (request.flags & abi::kCloneParentSetTid)
    (void)task.space->write_value(request.parent_tid, pid);
  if (request.flags & abi::kCloneChildSetTid)
    (void)child->space->write_value(request.child_tid, pid);
  if (request.flags & abi::kCloneChildClearTid) child->clear_child_tid = request.child_tid;

  Task& started = *child;
  process->tasks.push_back(std::move(child));
  if (process->parent) process->parent->children.push_back(process.get());
  processes_.emplace(pid, std::move(process));
  ++statistics_.forks;
  make_runnable(started);
  return pid;
}

}  // namespace kemu
