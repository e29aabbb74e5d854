#include "process/kernel.h"

// wait4(2) and waitid(2): one body over zombies and over stops and continuations.

namespace kemu {

namespace {

bool selects(const Kernel::ProcessSelector& who, i32 pid, i32 group) {
  switch (who.kind) {
    case Kernel::ProcessSelector::Kind::Any: return true;
    case Kernel::ProcessSelector::Kind::Pid: return pid == who.id;
    case Kernel::ProcessSelector::Kind::Group: return group == who.id;
  }
  return false;
}

bool selects(const Kernel::WaitOptions& how, i32 exit_signal, i32 parent_tid) {
  using Made = Kernel::WaitOptions::Made;
  if (how.made_by != 0 && how.made_by != parent_tid) return false;
  return how.made == Made::Any || (how.made == Made::Forked) == (exit_signal == abi::kSigChld);
}

/// eligible_child() in kernel/exit.c.
bool selects(const Kernel::ProcessSelector& who, const Kernel::WaitOptions& how,
             const ZombieProcess& child) {
  return selects(who, child.pid, child.group) && selects(how, child.exit_signal, child.parent_tid);
}
bool selects(const Kernel::ProcessSelector& who, const Kernel::WaitOptions& how,
             const Process& child) {
  return selects(who, child.pid(), child.group) &&
         selects(how, child.exit_signal, child.parent_tid);
}

std::optional<Kernel::WaitedChild> take_zombie(Kernel& kernel, Process& parent,
                                               const Kernel::ProcessSelector& who,
                                               const Kernel::WaitOptions& how) {
  auto& zombies = parent.zombies;
  const bool by_pid = who.kind == Kernel::ProcessSelector::Kind::Pid;
  auto it = by_pid ? kernel.zombie_child(parent, who.id) : zombies.begin();
  while (it != zombies.end() && !selects(who, how, *it))
    it = by_pid ? zombies.end() : std::next(it);
  if (it == zombies.end()) return std::nullopt;
  const Kernel::WaitedChild child{it->pid, it->uid, it->status, it->usage};
  if (!how.keep) {
    parent.children_usage += it->usage;
    kernel.reap(parent, it);
  }
  return child;
}

std::optional<Kernel::WaitedChild> take_change(Process& parent, const Kernel::ProcessSelector& who,
                                               const Kernel::WaitOptions& how) {
  if (!how.stopped && !how.continued) return std::nullopt;
  for (Process* child : parent.children) {
    if (!selects(who, how, *child) || !child->unreported) continue;
    const WaitStatus status = *child->unreported;
    if (!(status.was_stopped() && how.stopped) && !(status.has_continued() && how.continued))
      continue;
    if (!how.keep) child->unreported.reset();
    const u32 user = child->credentials().uid;
    return Kernel::WaitedChild{child->pid(), user, status, child->total_usage()};
  }
  return std::nullopt;
}

bool has_candidate(Kernel& kernel, Process& parent, const Kernel::ProcessSelector& who,
                   const Kernel::WaitOptions& how) {
  if (who.kind == Kernel::ProcessSelector::Kind::Pid) {
    const Process* child = kernel.find_process(who.id);
    if (child && child->parent == &parent) return selects(who, how, *child);
    const auto zombie = kernel.zombie_child(parent, who.id);
    return how.exited && zombie != parent.zombies.end() && selects(who, how, *zombie);
  }
  // A zombie will neither stop nor continue: who does not ask for exits waits for others.
  if (how.exited)
    for (const ZombieProcess& zombie : parent.zombies)
      if (selects(who, how, zombie)) return true;
  for (const Process* child : parent.children)
    if (selects(who, how, *child)) return true;
  return false;
}

}  // namespace

SyscallResult<Kernel::WaitedChild> Kernel::wait(Task& task, const ProcessSelector& who,
                                                const WaitOptions& how) {
  Process& parent = task.process();
  if (how.exited)
    if (auto child = take_zombie(*this, parent, who, how)) return *child;
  if (auto child = take_change(parent, who, how)) return *child;
  if (!has_candidate(*this, parent, who, how)) return Errno::ECHILD;
  if (how.no_hang) return WaitedChild{};
  task.wait_on(parent.child_changed);
  return Blocked{Restart::IfSaRestart};
}

void fill_child_status(abi::SigInfo& info, WaitStatus status) {
  if (status.has_exited()) {
    info.code = abi::kCldExited;
    info.child.status = status.exit_code();
  } else if (status.was_killed()) {
    info.code = status.core_dumped() ? abi::kCldDumped : abi::kCldKilled;
    info.child.status = status.killing_signal();
  } else if (status.was_stopped()) {
    info.code = abi::kCldStopped;
    info.child.status = status.stopping_signal();
  } else {
    info.code = abi::kCldContinued;
    info.child.status = abi::kSigCont;
  }
}

}  // namespace kemu
