#include "base/abi/futex.h"

#include <vector>

#include "base/abi/time.h"
#include "process/kernel.h"
#include "syscalls/futex_call.h"
#include "syscalls/time_values.h"

// futex_waitv(2), Linux 5.16: sleeps on up to 128 futexes at once.

namespace kemu {

namespace {

constexpr u32 kMostFutexes = 128;  // FUTEX_WAITV_MAX

/// EINVAL, EFAULT.
Result<std::vector<abi::FutexWaiter>> read_waiters(Task& task, GuestAddr list, u32 count) {
  std::vector<abi::FutexWaiter> waiters(count);
  for (u32 i = 0; i < count; ++i) {
    auto& waiter = waiters[i];
    waiter = TRY(task.space->read_value<abi::FutexWaiter>(list + i * sizeof waiter));
    const u32 known = abi::kFutexSize32 | abi::kFutexPrivateFlag;
    if ((waiter.flags & ~known) || waiter.reserved != 0) return Errno::EINVAL;
    if (!(waiter.flags & abi::kFutexSize32)) return Errno::EINVAL;
  }
  return waiters;
}

/// The first run: joins every queue, or none.
Result<Unit> fall_asleep(Task& task, GuestAddr list, u32 count) {
  const auto waiters = TRY(read_waiters(task, list, count));
  std::vector<FutexKey> keys;
  for (const abi::FutexWaiter& waiter : waiters) {
    const bool is_private = waiter.flags & abi::kFutexPrivateFlag;
    keys.push_back(TRY(FutexTable::key_of(*task.space, GuestAddr(waiter.address),
                                          is_private ? FutexScope::Private : FutexScope::Shared)));
  }
  for (const abi::FutexWaiter& waiter : waiters)
    if (TRY(task.space->read_value<u32>(GuestAddr(waiter.address))) != waiter.value)
      return Errno::EAGAIN;
  for (u32 i = 0; i < count; ++i)
    task.kernel().futexes().add(task.tid(), keys[i], abi::kFutexMatchAny, i,
                                task.scheduling_priority);
  return Unit{};
}

Result<Unit> set_deadline(Task& task, InPtr<abi::Timespec> timeout, ClockId clock) {
  if (timeout.is_null()) return Unit{};
  constexpr i32 kRealtime = 0, kMonotonic = 1;
  if (clock.bits != kRealtime && clock.bits != kMonotonic) return Errno::EINVAL;
  const Nanoseconds time =
      TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timespec>(timeout.addr))));
  if (clock.bits == kMonotonic) {
    task.deadline_at(time);
  } else {
    const Nanoseconds now = task.kernel().clock().now(HostClock::Realtime);
    task.deadline_after(std::max<Nanoseconds>(time - now, 0));
  }
  return Unit{};
}

}  // namespace

SyscallResult<i32> sys_futex_waitv(Task& task, GuestAddr waiters, u32 count, u32 flags,
                                   InPtr<abi::Timespec> timeout, ClockId clock) {
  if (flags != 0 || count == 0 || count > kMostFutexes || waiters.is_null()) return Errno::EINVAL;
  FutexTable& table = task.kernel().futexes();
  const i32 tid = task.tid();
  if (table.state(tid) == FutexTable::State::Absent) {
    TRY(set_deadline(task, timeout, clock));
    TRY(fall_asleep(task, waiters, count));
  }
  for (u32 i = count; i-- > 0;) {
    if (table.state(tid, i) != FutexTable::State::Woken) continue;
    table.forget(tid);
    return static_cast<i32>(i);
  }
  if (task.syscall.timed_out) {
    table.forget(tid);
    return Errno::ETIMEDOUT;
  }
  const Nanoseconds deadline = task.syscall.deadline;
  const Restart restart = deadline >= 0 ? Restart::IfNoHandler : Restart::IfSaRestart;
  if (task.syscall.interrupted) {
    table.forget(tid);
    return Blocked{restart};
  }
  for (u32 i = 0; i < count; ++i) table.wait_on(task, tid, i);
  return Blocked{restart, deadline};
}

}  // namespace kemu
