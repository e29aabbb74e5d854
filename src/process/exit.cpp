#include <algorithm>

#include "process/kernel.h"

// Ends of tasks and processes: what is released when, who is told, who inherits the children.

namespace kemu {

void Kernel::exit_task(Task& task, i32 code) {
  exit_group(task.process(), WaitStatus::exited(code));
}

// Linux's mm_release and exit_files: the tid is cleared and its futex woken while memory is there.
void Kernel::leave_task(Task& task) {
  if (!task.clear_child_tid.is_null() && task.space.use_count() > 1) {
    (void)task.space->write_value(task.clear_child_tid, i32{0});
    futexes_.wake(*task.space, task.clear_child_tid, 1);
  }
  futexes_.forget(task.tid());
  task.leave_all();
  task.deadline_timer_.cancel();
  task.state = TaskState::Dead;
  task.syscall.active = false;
  task.syscall.opening.reset();
  std::erase(run_queue_, &task);
  task.queued = false;
  task.files.reset();
  task.fs.reset();
  task.space.reset();
}

void Kernel::exit_group(Process& process, WaitStatus status) {
  if (process.leader().state == TaskState::Dead) return;
  if (tracer_.enabled()) {
    const auto text =
        status.has_exited()
            ? fmt::format("+++ exited with {} +++", status.exit_code())
            : fmt::format("+++ killed by {} +++", signal_name(Signal(status.killing_signal())));
    tracer_.line(process.pid(), text);
  }
  const ResourceUsage own = process.total_usage();
  for (auto& task : process.tasks) leave_task(*task);
  process.program.running.reset();
  record_locks_->release_owner(LockOwner{process.pid()});
  process.usage = own;
  process.stopped = false;
  process.real_timer.cancel();
  process.released_memory.wake_all();
  if (process.session == process.pid()) hang_up_session(process);
  reparent_children(process);
  become_zombie(process, status);
}

void Kernel::reparent_children(Process& process) {
  Process* heir = process.parent;
  while (heir && !heir->child_subreaper) heir = heir->parent;
  for (Process* child : process.children) {
    const bool was_orphaned = group_is_orphaned(child->group);
    child->parent = heir;
    if (heir) heir->children.push_back(child);
    if (child->parent_death_signal != 0) {
      abi::SigInfo info;
      info.signo = child->parent_death_signal;
      info.sender.pid = process.pid();
      (void)send_signal(*child, info);
    }
    if (!was_orphaned) hang_up_if_orphaned(child->group);
  }
  process.children.clear();
  // Children that ended already go to the heir as well; without one the kernel, as init, reaps
  // them.
  if (heir && !process.zombies.empty()) {
    for (ZombieProcess& zombie : process.zombies) zombie.parent_pid = heir->pid();
    heir->zombies.splice(heir->zombies.end(), process.zombies);
    heir->child_changed.wake_all();
  }
}

void Kernel::become_zombie(Process& process, WaitStatus status) {
  const i32 pid = process.pid();
  if (&process == first_) {
    first_ = nullptr;
    first_exit_ = status;
  }
  ZombieProcess zombie;
  zombie.pid = pid;
  zombie.parent_pid = process.parent_pid();
  zombie.group = process.group;
  zombie.session = process.session;
  zombie.uid = process.credentials.uid;
  zombie.name = process.leader().name;
  zombie.exit_signal = process.exit_signal;
  zombie.status = status;
  zombie.usage = process.usage;
  zombie.usage += process.children_usage;
  zombie.start_time = process.start_time;

  Process* parent = process.parent;
  if (parent) {
    std::erase(parent->children, &process);
    const abi::SigAction& action = parent->leader().actions->get(Signal(abi::kSigChld));
    const bool reaps_itself =
        process.exit_signal == abi::kSigChld &&
        (action.handler == abi::kSigIgn || (action.flags & abi::kSaNoCldWait));
    notify_parent(process, status);
    if (!reaps_itself) parent->zombies.push_back(std::move(zombie));
    // After the zombie is there: a parent blocked in wait looks again and finds it.
    parent->child_changed.wake_all();
  }
  // The object lives until the slice is over: its task may be the one running.
  auto it = processes_.find(pid);
  dead_processes_.push_back(std::move(it->second));
  processes_.erase(it);
  hang_up_if_orphaned(dead_processes_.back()->group);
}

void Kernel::notify_parent(Process& child, WaitStatus status) {
  const bool ended = status.has_exited() || status.was_killed();
  if (!ended) child.unreported = status;
  Process* parent = child.parent;
  if (!parent) return;
  const i32 signal = ended ? child.exit_signal : abi::kSigChld;
  const abi::SigAction& action = parent->leader().actions->get(Signal(abi::kSigChld));
  if (signal != 0 && (ended || !(action.flags & abi::kSaNoCldStop))) {
    abi::SigInfo info;
    info.signo = signal;
    info.child.pid = child.pid();
    info.child.uid = child.credentials.uid;
    const auto ticks = [](Nanoseconds t) { return static_cast<u64>(t / (kSecond / 100)); };
    info.child.utime = ticks(child.total_usage().user_time);
    info.child.stime = ticks(child.total_usage().system_time);
    fill_child_status(info, status);
    (void)send_signal(*parent, info);
  }
  parent->child_changed.wake_all();
}

void Kernel::reap_dead() { dead_processes_.clear(); }

}  // namespace kemu
