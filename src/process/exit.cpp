#include <algorithm>

#include "process/kernel.h"

// Ends of tasks and processes: what is released when, who is told, who inherits the children.

namespace kemu {

// do_exit(): the process ends with its last task, and as its leader ended (wait_task_zombie()).
void Kernel::exit_task(Task& task, i32 code) {
  Process& process = task.process();
  const WaitStatus status = WaitStatus::exited(code);
  if (task.is_leader()) process.leader_status = status;
  const auto is_alive = [](const auto& other) { return other->is_alive(); };
  if (std::count_if(process.tasks.begin(), process.tasks.end(), is_alive) == 1) {
    exit_group(process, *process.leader_status);
    return;
  }
  if (tracer_.enabled()) tracer_.exit(task.tid(), status);
  end_task(task);
  give_children(process, task.tid());
  retarget_signals(process);
  if (task.is_leader())
    process.leader_zombie = zombie_of(process, status);
  else
    bury_task(process, task);
}

/// Others of its process go on.
void Kernel::end_task(Task& task) {
  task.process().usage += task.usage();
  leave_task(task);
}

/// Nothing is left of it, and its tid is free; it may be the one that runs.
void Kernel::bury_task(Process& process, Task& task) {
  const auto found = std::find_if(process.tasks.begin(), process.tasks.end(),
                                  [&](const auto& other) { return other.get() == &task; });
  tasks_.erase(task.tid());
  dead_tasks_.push_back(std::move(*found));
  process.tasks.erase(found);
}

void Kernel::leave_task(Task& task) {
  release_futexes(task);
  futexes_.forget_task(task.tid());
  task.leave_all();
  task.deadline_timer_.cancel();
  task.state = TaskState::Dead;
  task.end_syscall();
  task.syscall.opening.reset();
  if (task.queued) {
    // Not there when it is paused.
    const auto place = std::find(run_queue_.begin(), run_queue_.end(), &task);
    if (place != run_queue_.end()) run_queue_.erase(place);
  }
  task.queued = false;
  task.files.reset();
  task.fs.reset();
  task.space.reset();
  task.released_memory.wake_all();
}

void Kernel::trace_unfinished(const Task& task) {
  if (task.syscall.active && !task.syscall.trace.empty() &&
      tracer_.filter().shows_file(task.syscall.trace_match))
    tracer_.unfinished(task.tid(), task.syscall.registers.number,
                       task.syscall.trace + "<unfinished ...>) = ?", task.syscall.started);
}

void Kernel::exit_group(Process& process, WaitStatus status) {
  if (!process.living()) return;
  if (tracer_.enabled()) {
    for (const auto& task : process.tasks) trace_unfinished(*task);
    for (const auto& task : process.tasks)
      if (!task->is_leader()) tracer_.exit(task->tid(), status);
    tracer_.exit(process.pid(), status);
  }
  if (observer_) observer_->exiting(process, status);
  const ResourceUsage own = process.total_usage();
  for (auto& task : process.tasks)
    if (task->is_alive()) leave_task(*task);
  process.program.running.reset();
  record_locks_->release_owner(LockOwner{process.pid()});
  process.usage = own;
  process.stopped = false;
  process.real_timer.cancel();
  process.timers.clear();
  process.cpu_time_passed.wake_all();
  if (process.session == process.pid()) hang_up_session(process);
  reparent_children(process);
  become_zombie(process, status);
}

// prctl(2), PR_SET_PDEATHSIG: the parent whose death counts is a thread.
void Kernel::tell_of_parent_death(Process& child) {
  if (child.parent_death_signal == 0) return;
  abi::SigInfo info;
  info.signo = child.parent_death_signal;
  info.sender.pid = child.parent_pid();
  info.sender.uid = child.parent ? child.parent->credentials().uid : 0;
  (void)child.kernel().send_signal(child, info);  // refused at most for want of room
}

/// What children a task has made are another's, forget_original_parent().
void Kernel::give_children(Process& process, i32 tid) {
  const i32 heir = process.living()->tid();
  for (ZombieProcess& zombie : process.zombies)
    if (zombie.parent_tid == tid) zombie.parent_tid = heir;
  for (Process* child : process.children) {
    if (child->parent_tid != tid) continue;
    child->parent_tid = heir;
    tell_of_parent_death(*child);
  }
}

void Kernel::reparent_children(Process& process) {
  Process* heir = process.parent;
  while (heir && !heir->child_subreaper) heir = heir->parent;
  for (Process* child : process.children) {
    tell_of_parent_death(*child);
    child->parent = heir;
    child->parent_tid = heir ? heir->living()->tid() : 0;
    child->exit_signal = abi::kSigChld;
    if (heir) heir->children.push_back(child);
    hang_up_without(&process, *child);
  }
  process.children.clear();
  reparent_zombies(process, heir);
}

// Children that ended already go to the heir as well, who hears of them as if they ended now
// (reparent_leader()); without one the kernel, as init, reaps them.
void Kernel::reparent_zombies(Process& process, Process* heir) {
  while (!process.zombies.empty()) {
    const auto zombie = process.zombies.begin();
    zombie->exit_signal = abi::kSigChld;
    if (heir) zombie->parent_pid = heir->pid();
    if (heir) zombie->parent_tid = heir->living()->tid();
    if (!heir || tell_of_end(*heir, *zombie) == Kept::Nothing) {
      reap(process, zombie);
    } else {
      heir->zombies.splice(heir->zombies.end(), process.zombies, zombie);
      heir->child_changed.wake_all();
    }
  }
}

void Kernel::add_zombie(Process& parent, ZombieProcess zombie) {
  parent.zombies.push_back(std::move(zombie));
  const auto added = std::prev(parent.zombies.end());
  zombies_[added->pid] = added;
}

void Kernel::reap(Process& parent, std::list<ZombieProcess>::iterator zombie) {
  if (zombie->handle) zombie->handle->reaped = true;
  zombies_.erase(zombie->pid);
  parent.zombies.erase(zombie);
}

std::list<ZombieProcess>::iterator Kernel::zombie_child(Process& parent, i32 pid) {
  const auto found = zombies_.find(pid);
  const bool own = found != zombies_.end() && found->second->parent_pid == parent.pid();
  return own ? found->second : parent.zombies.end();
}

ZombieProcess Kernel::zombie_of(Process& process, WaitStatus status) {
  ZombieProcess zombie;
  zombie.pid = process.pid();
  zombie.held = PidUse(pids_, process.pid());
  zombie.parent_pid = process.parent_pid();
  zombie.parent_tid = process.parent_tid;
  zombie.group = process.group;
  zombie.session = process.session;
  zombie.uid = process.credentials().uid;
  zombie.saved_uid = process.credentials().suid;
  zombie.name = process.leader().name;
  zombie.exit_signal = process.exit_signal;
  zombie.status = status;
  zombie.usage = process.usage;
  zombie.own_time = process.cpu_time();
  zombie.start_time = process.start_time;
  zombie.handle = process.handle;
  return zombie;
}

void Kernel::become_zombie(Process& process, WaitStatus status) {
  const i32 pid = process.pid();
  const bool was_first = &process == first_;
  if (was_first) first_ = nullptr;
  if (const auto spawned = spawned_.find(pid); spawned != spawned_.end() && !spawned->second) {
    spawned->second = status;
    --spawned_alive_;
  }
  ZombieProcess zombie = zombie_of(process, status);

  // The object lives until the slice is over: its task may be the one running.
  auto it = processes_.find(pid);
  dead_processes_.push_back(std::move(it->second));
  for (const auto& task : process.tasks) tasks_.erase(task->tid());
  processes_.erase(it);
  Process* parent = process.parent;
  // The first one's connection was the host's shell; that of others without a parent went before.
  if (parent || was_first) hang_up_without(parent, process);
  if (parent) {
    std::erase(parent->children, &process);
    const Kept kept = tell_of_end(*parent, zombie);
    zombie.usage += process.children_usage;
    if (kept == Kept::ForWait) add_zombie(*parent, std::move(zombie));
    // After the zombie is there: a parent blocked in wait looks again and finds it.
    parent->child_changed.wake_all();
  }
  if (process.handle) {
    process.handle->reaped = !find_zombie(pid);
    process.handle->end();
  }
}

// do_notify_parent(): who ignores SIGCHLD leaves no zombies, nor does who set SA_NOCLDWAIT, who
// still gets the signal.
Kernel::Kept Kernel::tell_of_end(Process& parent, const ZombieProcess& zombie) {
  const abi::SigAction& action = parent.leader().actions->get(Signal(abi::kSigChld));
  const bool reaps_itself = zombie.exit_signal == abi::kSigChld &&
                            (action.handler == abi::kSigIgn || (action.flags & abi::kSaNoCldWait));
  if (Signal::from(zombie.exit_signal)) {
    abi::SigInfo info;
    info.signo = zombie.exit_signal;
    info.child.pid = zombie.pid;
    info.child.uid = zombie.uid;
    const auto ticks = [](Nanoseconds t) { return static_cast<u64>(t / (kSecond / 100)); };
    info.child.utime = ticks(zombie.usage.user_time);
    info.child.stime = ticks(zombie.usage.system_time);
    fill_child_status(info, zombie.status);
    (void)send_signal(parent, info);
  }
  return reaps_itself ? Kept::Nothing : Kept::ForWait;
}

// A stop or a continuation.
void Kernel::notify_parent(Process& child, WaitStatus status) {
  child.unreported = status;
  Process* parent = child.parent;
  if (!parent) return;
  const abi::SigAction& action = parent->leader().actions->get(Signal(abi::kSigChld));
  if (!(action.flags & abi::kSaNoCldStop)) {
    abi::SigInfo info;
    info.signo = abi::kSigChld;
    info.child.pid = child.pid();
    info.child.uid = child.credentials().uid;
    const auto ticks = [](Nanoseconds t) { return static_cast<u64>(t / (kSecond / 100)); };
    info.child.utime = ticks(child.total_usage().user_time);
    info.child.stime = ticks(child.total_usage().system_time);
    fill_child_status(info, status);
    (void)send_signal(*parent, info);
  }
  parent->child_changed.wake_all();
}

void Kernel::reap_dead() {
  dead_tasks_.clear();
  dead_processes_.clear();
}

}  // namespace kemu
