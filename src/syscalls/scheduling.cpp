#include <algorithm>

#include "base/abi/resource.h"
#include "base/abi/sched.h"
#include "syscalls/handlers.h"

// Priorities, policies and affinity. kemu runs guests in turn, whatever they ask for: settings are
// checked, kept and told back, and change nothing else.

namespace kemu {

SyscallResult<Unit> sys_sched_yield(Task& task) {
  task.yield = true;
  return Unit{};
}

namespace {

constexpr i32 kNicest = 19;
constexpr i32 kLeastNice = -20;

bool is_real_time(i32 policy) {
  return policy == abi::kSchedFifo || policy == abi::kSchedRoundRobin;
}

/// set_one_prio_perm() and check_same_owner(): root, or the owner.
bool may_manage(const Credentials& own, const Credentials& other) {
  return own.capable(abi::kCapSysNice) || own.euid == other.uid || own.euid == other.euid;
}

template <typename Wanted>
Result<std::vector<Task*>> all_or_esrch(Kernel& kernel, Wanted&& wanted) {
  std::vector<Task*> chosen;
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& thread : process->tasks)
      if (wanted(*thread)) chosen.push_back(thread.get());
  if (chosen.empty()) return Errno::ESRCH;
  return chosen;
}

/// getpriority(2)'s and ioprio_get(2)'s whom: a thread, those of a group's or of a user's, in the
/// order of PRIO_PROCESS, PRIO_PGRP, PRIO_USER. ESRCH when there is none; EINVAL for another kind.
Result<std::vector<Task*>> choose(Task& task, i32 which, i32 who) {
  const Process& caller = task.process();
  switch (which) {
    case abi::kPriorityProcess: {
      Task* named = who == 0 ? &task : task.kernel().find_task(who);
      if (!named) return Errno::ESRCH;
      return std::vector<Task*>{named};
    }
    case abi::kPriorityGroup: {
      const i32 group = who == 0 ? caller.group : who;
      return all_or_esrch(task.kernel(), [=](Task& t) { return t.process().group == group; });
    }
    case abi::kPriorityUser: {
      const u32 user = who == 0 ? task.credentials.uid : static_cast<u32>(who);
      return all_or_esrch(task.kernel(), [=](Task& t) { return t.credentials.uid == user; });
    }
    default: return Errno::EINVAL;
  }
}

/// The same under ioprio_get(2)'s numbers for the kinds. EINVAL, ESRCH.
Result<std::vector<Task*>> choose_for_io(Task& task, i32 which, i32 who) {
  if (which < abi::kIoPriorityProcess || which > abi::kIoPriorityUser) return Errno::EINVAL;
  return choose(task, which - abi::kIoPriorityProcess, who);
}

/// set_one_prio(). EPERM, EACCES.
Result<Unit> set_nice(Task& task, Task& target, i32 nice) {
  const Credentials& own = task.credentials;
  if (!may_manage(own, target.credentials)) return Errno::EPERM;
  // RLIMIT_NICE counts from 1, for a nice value of 19, to 40 (getrlimit(2)).
  constexpr u64 kMostNiceLimit = kNicest + 1 - kLeastNice;
  const u64 limit = std::min(target.process().limits.soft(Resource::Nice), kMostNiceLimit);
  const i32 floor = kNicest + 1 - static_cast<i32>(limit);
  if (nice < target.nice && nice < floor && !own.capable(abi::kCapSysNice)) return Errno::EACCES;
  target.nice = nice;
  return Unit{};
}

}  // namespace

SyscallResult<Unit> sys_setpriority(Task& task, i32 which, i32 who, i32 priority) {
  const i32 nice = std::clamp(priority, kLeastNice, kNicest);
  std::optional<Errno> failure;
  for (Task* thread : TRY(choose(task, which, who))) {
    const auto done = set_nice(task, *thread, nice);
    if (!done.ok()) failure = done.error();
  }
  if (failure) return *failure;
  return Unit{};
}

SyscallResult<i32> sys_getpriority(Task& task, i32 which, i32 who) {
  i32 best = 0;
  // The system call tells 20 - nice, so that no result looks like an error.
  for (const Task* thread : TRY(choose(task, which, who)))
    best = std::max(best, kNicest + 1 - thread->nice);
  return best;
}

namespace {

/// task_nice_ioclass() and task_nice_ioprio() stand in for what nobody set.
i32 effective_io_priority(const Task& thread) {
  if (thread.io_priority >> abi::kIoPriorityClassShift != 0) return thread.io_priority;
  i32 io_class = abi::kIoPriorityBestEffort;
  if (thread.scheduling_policy == abi::kSchedIdle) io_class = abi::kIoPriorityIdle;
  if (is_real_time(thread.scheduling_policy)) io_class = abi::kIoPriorityRealTime;
  constexpr i32 kNiceValuesPerLevel = 5;
  return io_class << abi::kIoPriorityClassShift | (thread.nice - kLeastNice) / kNiceValuesPerLevel;
}

}  // namespace

SyscallResult<Unit> sys_ioprio_set(Task& task, i32 which, i32 who, i32 priority) {
  const i32 level = priority & ((1 << abi::kIoPriorityClassShift) - 1);
  switch (priority >> abi::kIoPriorityClassShift) {
    case abi::kIoPriorityRealTime:
      if (!task.credentials.capable(abi::kCapSysNice)) return Errno::EPERM;
      [[fallthrough]];
    case abi::kIoPriorityBestEffort:
      if (level >= 8) return Errno::EINVAL;
      break;
    case abi::kIoPriorityIdle: break;
    case 0:
      if (level != 0) return Errno::EINVAL;
      break;
    default: return Errno::EINVAL;
  }
  for (Task* thread : TRY(choose_for_io(task, which, who))) {
    if (!may_manage(task.credentials, thread->credentials)) return Errno::EPERM;
    thread->io_priority = priority;
  }
  return Unit{};
}

// One task is told what was set, 0 for nothing; of several the best, where nothing set means what
// the scheduling policy and the nice value stand for (__get_task_ioprio()).
SyscallResult<i32> sys_ioprio_get(Task& task, i32 which, i32 who) {
  const std::vector<Task*> chosen = TRY(choose_for_io(task, which, who));
  if (which == abi::kIoPriorityProcess) return chosen.front()->io_priority;
  i32 best = INT32_MAX;
  for (const Task* thread : chosen) best = std::min(best, effective_io_priority(*thread));
  return best;
}

namespace {

/// The task a pid names, 0 being the caller. EINVAL, ESRCH.
Result<Task*> scheduled_task(Task& task, i32 pid) {
  if (pid < 0) return Errno::EINVAL;
  Task* target = pid == 0 ? &task : task.kernel().find_task(pid);
  if (!target) return Errno::ESRCH;
  return target;
}

/// Policies whose parameter is one priority. EINVAL.
Result<Unit> check_policy(i32 policy) {
  if (is_real_time(policy) || policy == abi::kSchedOther || policy == abi::kSchedBatch ||
      policy == abi::kSchedIdle)
    return Unit{};
  return Errno::EINVAL;
}

Result<Unit> set_policy(Task& task, Task& target, i32 policy, i32 priority) {
  const bool real_time = is_real_time(policy);
  if (real_time ? priority < 1 || priority > 99 : priority != 0) return Errno::EINVAL;
  const Credentials& own = task.credentials;
  if (real_time && !own.capable(abi::kCapSysNice) &&
      static_cast<u64>(priority) > target.process().limits.soft(Resource::RealTimePriority))
    return Errno::EPERM;
  if (!may_manage(own, target.credentials)) return Errno::EPERM;
  target.scheduling_policy = policy;
  target.scheduling_priority = priority;
  return Unit{};
}

}  // namespace

SyscallResult<Unit> sys_sched_setparam(Task& task, i32 pid, InPtr<i32> param) {
  if (param.is_null()) return Errno::EINVAL;
  if (pid < 0) return Errno::EINVAL;
  const i32 priority = TRY(task.space->read_value<i32>(param.addr));
  Task* target = TRY(scheduled_task(task, pid));
  return set_policy(task, *target, target->scheduling_policy, priority);
}

SyscallResult<Unit> sys_sched_setscheduler(Task& task, i32 pid, i32 policy, InPtr<i32> param) {
  if (policy < 0 || param.is_null() || pid < 0) return Errno::EINVAL;
  const i32 priority = TRY(task.space->read_value<i32>(param.addr));
  Task* target = TRY(scheduled_task(task, pid));
  const i32 wanted = policy & ~abi::kSchedResetOnFork;
  const bool resets = policy & abi::kSchedResetOnFork;
  TRY(check_policy(wanted));
  // Who was bound for good does not free itself (user_check_sched_setscheduler()).
  if (target->reset_scheduling_on_fork && !resets && !task.credentials.capable(abi::kCapSysNice))
    return Errno::EPERM;
  TRY(set_policy(task, *target, wanted, priority));
  target->reset_scheduling_on_fork = resets;
  return Unit{};
}

SyscallResult<i32> sys_sched_getscheduler(Task& task, i32 pid) {
  const Task* target = TRY(scheduled_task(task, pid));
  return target->scheduling_policy |
         (target->reset_scheduling_on_fork ? abi::kSchedResetOnFork : 0);
}

SyscallResult<Unit> sys_sched_getparam(Task& task, i32 pid, OutPtr<i32> param) {
  if (param.is_null()) return Errno::EINVAL;
  const Task* target = TRY(scheduled_task(task, pid));
  return task.space->write_value(param.addr, target->scheduling_priority);
}

SyscallResult<Unit> sys_sched_setaffinity(Task& task, i32 pid, u64 size, GuestAddr mask) {
  u64 wanted = 0;
  const u64 taken = std::min<u64>(static_cast<u32>(size), sizeof wanted);
  TRY(task.space->read(mask, std::as_writable_bytes(std::span(&wanted, 1)).first(taken)));
  Task* target = pid == 0 ? &task : task.kernel().find_task(pid);
  if (!target) return Errno::ESRCH;
  if (!may_manage(task.credentials, target->credentials)) return Errno::EPERM;
  if (!(wanted & 1)) return Errno::EINVAL;  // there is one CPU
  return Unit{};
}

SyscallResult<u64> sys_sched_getaffinity(Task& task, i32 pid, u64 size, GuestAddr mask) {
  const u64 one_cpu = 1;
  const u32 length = static_cast<u32>(size);
  if (length == 0 || length % sizeof one_cpu != 0) return Errno::EINVAL;
  if (pid != 0 && !task.kernel().find_task(pid)) return Errno::ESRCH;
  TRY(task.space->write_value(mask, one_cpu));
  return u64{sizeof one_cpu};
}

SyscallResult<i32> sys_sched_get_priority_max(Task&, i32 policy) {
  if (policy == abi::kSchedDeadline) return 0;
  TRY(check_policy(policy));
  return is_real_time(policy) ? 99 : 0;
}

SyscallResult<i32> sys_sched_get_priority_min(Task&, i32 policy) {
  if (policy == abi::kSchedDeadline) return 0;
  TRY(check_policy(policy));
  return is_real_time(policy) ? 1 : 0;
}

namespace {

/// sched_copy_attr(): a shorter struct is completed with zeros, a longer one has to end in them.
/// E2BIG with the size that is known, EINVAL, EFAULT.
Result<abi::SchedulingAttributes> copy_attributes(Task& task, GuestAddr from) {
  abi::SchedulingAttributes wanted;
  u32 size = TRY(task.space->read_value<u32>(from));
  if (size == 0) size = abi::kSchedulingAttributesSize0;
  const auto too_big = [&]() -> Result<abi::SchedulingAttributes> {
    TRY(task.space->write_value(from, u32{sizeof wanted}));
    return Errno::E2BIG;
  };
  if (size < abi::kSchedulingAttributesSize0 || size > kPageSize) return too_big();
  std::vector<std::byte> bytes(std::max<u64>(size, sizeof wanted));
  TRY(task.space->read(from, std::span(bytes).first(size)));
  for (u64 i = sizeof wanted; i < size; ++i)
    if (bytes[i] != std::byte{}) return too_big();
  std::copy_n(bytes.begin(), sizeof wanted, std::as_writable_bytes(std::span(&wanted, 1)).begin());
  wanted.nice = std::clamp(wanted.nice, kLeastNice, kNicest);
  return wanted;
}

}  // namespace

SyscallResult<Unit> sys_sched_setattr(Task& task, i32 pid,
                                      InPtr<abi::SchedulingAttributes> attributes, u32 flags) {
  constexpr u64 kKnownFlags = 0x7f;  // SCHED_FLAG_ALL
  if (attributes.is_null() || pid < 0 || flags != 0) return Errno::EINVAL;
  const auto wanted = TRY(copy_attributes(task, attributes.addr));
  if (static_cast<i32>(wanted.policy) < 0) return Errno::EINVAL;
  Task* target = TRY(scheduled_task(task, pid));
  if (wanted.flags & ~kKnownFlags) return Errno::EINVAL;
  const bool keeps_policy = wanted.flags & abi::kSchedFlagKeepPolicy;
  const i32 policy = keeps_policy ? target->scheduling_policy : static_cast<i32>(wanted.policy);
  TRY(check_policy(policy));
  if (!is_real_time(policy) && !(wanted.flags & abi::kSchedFlagKeepParams)) {
    if (wanted.priority != 0) return Errno::EINVAL;
    const bool lower = wanted.nice < target->nice;
    const auto changed = set_nice(task, *target, wanted.nice);
    if (!changed.ok()) return lower ? Errno::EPERM : changed.error();
  }
  const bool keeps_params = wanted.flags & abi::kSchedFlagKeepParams;
  TRY(set_policy(task, *target, policy,
                 keeps_params ? target->scheduling_priority : static_cast<i32>(wanted.priority)));
  target->reset_scheduling_on_fork = wanted.flags & abi::kSchedFlagResetOnFork;
  return Unit{};
}

SyscallResult<Unit> sys_sched_getattr(Task& task, i32 pid,
                                      OutPtr<abi::SchedulingAttributes> attributes, u32 size,
                                      u32 flags) {
  if (attributes.is_null() || pid < 0 || size > kPageSize ||
      size < abi::kSchedulingAttributesSize0 || flags != 0)
    return Errno::EINVAL;
  const Task* target = TRY(scheduled_task(task, pid));
  abi::SchedulingAttributes told;
  told.size = static_cast<u32>(std::min<u64>(size, sizeof told));
  told.policy = static_cast<u32>(target->scheduling_policy);
  if (target->reset_scheduling_on_fork) told.flags |= abi::kSchedFlagResetOnFork;
  told.priority = static_cast<u32>(target->scheduling_priority);
  if (!is_real_time(target->scheduling_policy)) told.nice = TRY(scheduled_task(task, pid))->nice;
  return task.space->write(attributes.addr, std::as_bytes(std::span(&told, 1)).first(told.size));
}

// Round-robin tasks have a time slice of their own, 100 ms; FIFO ones none. Others are told the
// slice kemu gives them.
SyscallResult<Unit> sys_sched_rr_get_interval(Task& task, i32 pid, OutPtr<abi::Timespec> interval) {
  const Task* target = TRY(scheduled_task(task, pid));
  constexpr i64 kRoundRobin = 100'000'000, kFair = 4'000'000;
  i64 nanoseconds = kFair;
  if (target->scheduling_policy == abi::kSchedRoundRobin) nanoseconds = kRoundRobin;
  if (target->scheduling_policy == abi::kSchedFifo) nanoseconds = 0;
  return task.space->write_value(interval.addr, abi::Timespec{0, nanoseconds});
}

}  // namespace kemu
