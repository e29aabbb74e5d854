#include "base/abi/futex.h"
#include "process/kernel.h"
#include "syscalls/futex_call.h"

// Locks of FUTEX_LOCK_PI (kernel/futex/pi.c): the word of a free one is 0, of a held one its
// holder's tid, with FUTEX_WAITERS once somebody waits for it in the kernel.

namespace kemu {

// A first thread that ended before the others keeps its number, but will unlock nothing.
bool holder_lives(Kernel& kernel, i32 tid) {
  const Task* holder = kernel.find_task(tid);
  return holder && holder->is_alive();
}

namespace {

/// The first run: takes the lock, or joins its queue. True when it is taken.
Result<bool> take_or_queue(Task& task, const FutexCall& call) {
  const bool waits = call.command != abi::kFutexTryLockPi;
  if (waits) TRY(set_futex_deadline(task, call));
  const FutexKey key = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  const u32 word = TRY(task.space->read_value<u32>(call.addr));
  const u32 holder = word & abi::kFutexTidMask;
  PiFutexes& table = task.kernel().futexes().priority_inheritance();
  if (holder == static_cast<u32>(task.tid()) ||
      table.waits_for(static_cast<i32>(holder), task.tid()))
    return Errno::EDEADLK;
  // Somebody sleeps there who does not mean a lock.
  if (task.kernel().futexes().first(key)) return Errno::EINVAL;
  if (holder == 0) {
    const u32 kept =
        (word & abi::kFutexOwnerDied) | (table.has_waiters(key) ? abi::kFutexWaiters : 0);
    TRY(task.space->write_value(call.addr, static_cast<u32>(task.tid()) | kept));
    return true;
  }
  // The guest's own word does not change who holds what others wait for (attach_to_pi_state()).
  if (table.has_waiters(key) && table.holder(key) != static_cast<i32>(holder)) return Errno::EINVAL;
  // Before the holder is looked for, as futex_lock_pi_atomic() does.
  TRY(task.space->write_value(call.addr, word | abi::kFutexWaiters));
  if (!holder_lives(task.kernel(), static_cast<i32>(holder))) return Errno::ESRCH;
  if (!waits) return Errno::EAGAIN;
  table.add(task, key, call.addr, static_cast<i32>(holder));
  return false;
}

}  // namespace

SyscallResult<u64> futex_lock_pi(Task& task, const FutexCall& call) {
  PiFutexes& table = task.kernel().futexes().priority_inheritance();
  const i32 tid = task.tid();
  const PiFutexes::State state = table.state(tid);
  if (state == PiFutexes::State::Absent && TRY(take_or_queue(task, call))) return u64{0};
  if (state == PiFutexes::State::Holding) {
    table.forget(tid);
    return u64{0};
  }
  if (task.syscall.timed_out) {
    table.forget(tid);
    return Errno::ETIMEDOUT;
  }
  if (task.syscall.interrupted)
    table.forget(tid);
  else
    table.wait_on(task, tid);
  return Blocked{Restart::Always, task.syscall.deadline};
}

Result<u64> futex_unlock_pi(Task& task, const FutexCall& call) {
  const FutexKey key = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  const u32 word = TRY(task.space->read_value<u32>(call.addr));
  if ((word & abi::kFutexTidMask) != static_cast<u32>(task.tid())) return Errno::EPERM;
  if (task.kernel().futexes().first(key)) return Errno::EINVAL;
  PiFutexes& table = task.kernel().futexes().priority_inheritance();
  if (table.has_waiters(key))
    table.hand_over(key, 0);
  else
    TRY(task.space->write_value(call.addr, u32{0}));
  return u64{0};
}

}  // namespace kemu
