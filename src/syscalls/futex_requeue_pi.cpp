#include "base/abi/futex.h"
#include "process/kernel.h"
#include "syscalls/futex_call.h"

// A condition variable's sleepers go straight to the lock they would take next (futex(2),
// FUTEX_WAIT_REQUEUE_PI; Documentation/locking/futex-requeue-pi.rst).

namespace kemu {

namespace {

/// The first run. EAGAIN when the word is not the value any more.
Result<Unit> fall_asleep(Task& task, const FutexCall& call) {
  TRY(set_futex_deadline(task, call));
  if (call.addr == call.addr2) return Errno::EINVAL;
  const FutexKey lock = TRY(FutexTable::key_of(*task.space, call.addr2, call.scope));
  const FutexKey key = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  if (TRY(task.space->read_value<u32>(call.addr)) != call.value) return Errno::EAGAIN;
  if (key == lock) return Errno::EINVAL;
  task.kernel().futexes().add(task.tid(), key, abi::kFutexMatchAny, 0, task.scheduling_priority,
                              FutexTable::WantedLock{lock, call.addr2});
  return Unit{};
}

/// Somebody has moved it to the lock.
SyscallResult<u64> wait_for_lock(Task& task) {
  PiFutexes& locks = task.kernel().futexes().priority_inheritance();
  const i32 tid = task.tid();
  const bool is_holder = locks.state(tid) == PiFutexes::State::Holding;
  if (is_holder || task.syscall.timed_out || task.syscall.interrupted) {
    locks.forget(tid);
    if (is_holder) return u64{0};
    // Made again, the call would find another value.
    return task.syscall.timed_out ? Errno::ETIMEDOUT : Errno::EAGAIN;
  }
  locks.wait_on(task, tid);
  return Blocked{Restart::Always, task.syscall.deadline};
}

/// Makes one sleeper the lock's holder, when it is free, or one of those who wait for it. The
/// caller has the lock's word at `addr`, the sleeper perhaps elsewhere. ESRCH when its holder is
/// gone, EDEADLK when that is the sleeper.
Result<Unit> move_to_lock(Task& caller, GuestAddr addr, Task& sleeper,
                          const FutexTable::WantedLock& lock) {
  FutexTable& table = caller.kernel().futexes();
  PiFutexes& locks = table.priority_inheritance();
  const u32 word = TRY(caller.space->read_value<u32>(addr));
  const i32 holder = static_cast<i32>(word & abi::kFutexTidMask);
  if (holder == sleeper.tid()) return Errno::EDEADLK;
  if (holder != 0 && locks.has_waiters(lock.key) && locks.holder(lock.key) != holder)
    return Errno::EINVAL;
  if (holder != 0 && !holder_lives(caller.kernel(), holder)) return Errno::ESRCH;
  const u32 kept = holder != 0 ? word | abi::kFutexWaiters
                               : (word & abi::kFutexOwnerDied) | static_cast<u32>(sleeper.tid()) |
                                     (locks.has_waiters(lock.key) ? abi::kFutexWaiters : 0);
  TRY(caller.space->write_value(addr, kept));
  caller.kernel().make_runnable(sleeper);
  table.forget(sleeper.tid());
  if (holder == 0)
    locks.grant(sleeper, lock.key, lock.addr);
  else
    locks.add(sleeper, lock.key, lock.addr, holder);
  return Unit{};
}

}  // namespace

SyscallResult<u64> futex_wait_requeue_pi(Task& task, const FutexCall& call) {
  FutexTable& table = task.kernel().futexes();
  const i32 tid = task.tid();
  if (table.priority_inheritance().state(tid) != PiFutexes::State::Absent)
    return wait_for_lock(task);
  if (table.state(tid) == FutexTable::State::Absent) TRY(fall_asleep(task, call));
  if (task.syscall.timed_out || task.syscall.interrupted) {
    table.forget(tid);
    if (task.syscall.timed_out) return Errno::ETIMEDOUT;
  } else {
    table.wait_on(task, tid);
  }
  return Blocked{Restart::Always, task.syscall.deadline};
}

Result<u64> futex_cmp_requeue_pi(Task& task, const FutexCall& call) {
  const i32 move_most = static_cast<i32>(call.fourth.value);
  if (static_cast<i32>(call.value) < 0 || move_most < 0) return Errno::EINVAL;
  if (call.addr == call.addr2 || call.value != 1) return Errno::EINVAL;
  const FutexKey from = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  const FutexKey to = TRY(FutexTable::key_of(*task.space, call.addr2, call.scope));
  if (from == to) return Errno::EINVAL;
  if (TRY(task.space->read_value<u32>(call.addr)) != call.value3) return Errno::EAGAIN;
  const u64 most = u64{1} + static_cast<u64>(move_most);
  u64 moved = 0;
  while (moved < most) {
    const auto first = task.kernel().futexes().first(from);
    if (!first) break;
    if (!first->lock || first->lock->key != to) return Errno::EINVAL;
    const auto done =
        move_to_lock(task, call.addr2, *task.kernel().find_task(first->tid), *first->lock);
    if (!done.ok() && moved == 0) return done.error();
    if (!done.ok()) break;
    ++moved;
  }
  return moved;
}

}  // namespace kemu
