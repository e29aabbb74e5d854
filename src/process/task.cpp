#include "process/task.h"

#include "process/kernel.h"

namespace kemu {

Task::Task(Kernel& kernel, Process& process, i32 tid, std::unique_ptr<Cpu> cpu)
    : kernel_(kernel),
      process_(process),
      tid_(kernel.pids(), tid),
      cpu_(std::move(cpu)),
      deadline_timer_(kernel.timers(), [this] {
        syscall.timed_out = true;
        kernel_.make_runnable(*this);
      }) {}

Task::~Task() = default;

Caller Task::caller() const { return Caller{process_.pid(), tid()}; }

bool Task::is_leader() const { return this == &process_.leader(); }

PathWalker Task::walker() { return PathWalker(kernel_.mounts(), *fs, caller()); }

void Task::end_syscall() {
  syscall.active = false;
  if (!syscall.held.empty()) syscall.held.clear();
}

Nanoseconds Task::deadline_at(Nanoseconds when) {
  if (syscall.deadline < 0) syscall.deadline = when;
  return syscall.deadline;
}

Nanoseconds Task::deadline_after(Nanoseconds delay) {
  if (syscall.deadline >= 0) return syscall.deadline;
  const Nanoseconds now = kernel_.monotonic();
  constexpr Nanoseconds kNever = INT64_MAX;
  return deadline_at(delay > kNever - now ? kNever : now + delay);
}

Nanoseconds Task::cpu_time() const {
  if (state == TaskState::Dead) return 0;
  return charged_time + kernel_.slice_time(*this);
}

// cputime_adjust() in kernel/sched/cputime.c: the division is an estimate, the sum is not.
CpuTimes Task::cpu_times() const {
  if (state == TaskState::Dead) return {};
  const Nanoseconds total = cpu_time();
  const Nanoseconds estimate = charged_system + kernel_.slice_system_time(*this);
  const Nanoseconds system = std::clamp(estimate, told_times_.system, total - told_times_.user);
  return told_times_ = {total - system, system};
}

ResourceUsage Task::usage() const {
  const CpuTimes times = cpu_times();
  ResourceUsage used;
  used.user_time = times.user;
  used.system_time = times.system;
  used.voluntary_switches = voluntary_switches;
  used.involuntary_switches = involuntary_switches;
  return used;
}

SigSet Task::deliverable() const {
  return (pending.set() | process_.pending_for(*this)) & ~blocked;
}

void Task::woken() { kernel_.make_runnable(*this); }

}  // namespace kemu
