#include "base/abi/futex.h"

#include <algorithm>

#include "syscalls/futex_call.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"
#include "syscalls/time_values.h"

// futex(2). Tasks run one at a time and a handler is never interrupted by another guest, so
// comparing a word and falling asleep is atomic by itself.

namespace kemu {

Result<Unit> set_futex_deadline(Task& task, const FutexCall& call) {
  if (call.fourth.value == 0) return Unit{};
  const auto given = TRY(task.space->read_value<abi::Timespec>(call.fourth.addr()));
  const Nanoseconds time = TRY(to_nanoseconds(given));
  if (call.command == abi::kFutexWait) {
    task.deadline_after(time);
  } else if (call.realtime || call.command == abi::kFutexLockPi) {
    const Nanoseconds now = task.kernel().clock().now(HostClock::Realtime);
    task.deadline_after(std::max<Nanoseconds>(time - now, 0));
  } else {
    task.deadline_at(time);
  }
  return Unit{};
}

namespace {

/// The first run of a wait: compares the word and joins the queue.
Result<Unit> fall_asleep(Task& task, const FutexCall& call, u32 bitset) {
  TRY(set_futex_deadline(task, call));
  if (bitset == 0) return Errno::EINVAL;
  const FutexKey key = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  if (TRY(task.space->read_value<u32>(call.addr)) != call.value) return Errno::EAGAIN;
  task.kernel().futexes().add(task.tid(), key, bitset, 0, task.scheduling_priority);
  return Unit{};
}

SyscallResult<u64> futex_wait(Task& task, const FutexCall& call, u32 bitset) {
  FutexTable& table = task.kernel().futexes();
  const i32 tid = task.tid();
  const FutexTable::State state = table.state(tid);
  if (state == FutexTable::State::Absent) TRY(fall_asleep(task, call, bitset));
  if (state == FutexTable::State::Woken) {
    table.forget(tid);
    return u64{0};
  }
  if (task.syscall.timed_out) {
    table.forget(tid);
    return Errno::ETIMEDOUT;
  }
  // A wait with a timeout is not restarted after a handler: what is left of it is not known then.
  const Nanoseconds deadline = task.syscall.deadline;
  const Restart restart = deadline >= 0 ? Restart::IfNoHandler : Restart::IfSaRestart;
  if (task.syscall.interrupted) {
    table.forget(tid);
    return Blocked{restart};
  }
  table.wait_on(task, tid);
  return Blocked{restart, deadline};
}

/// Those are woken by FUTEX_UNLOCK_PI and FUTEX_CMP_REQUEUE_PI alone.
bool has_lock_waiters(Task& task, const FutexKey& key) {
  FutexTable& table = task.kernel().futexes();
  return table.any_wants_lock(key) || table.priority_inheritance().has_waiters(key);
}

Result<u64> futex_wake(Task& task, const FutexCall& call, u32 bitset) {
  if (bitset == 0) return Errno::EINVAL;
  const FutexKey key = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  if (has_lock_waiters(task, key)) return Errno::EINVAL;
  // A count of 0 or below wakes one, as futex_wake() always has.
  const u32 most = static_cast<u32>(std::max(static_cast<i32>(call.value), 1));
  return u64{task.kernel().futexes().wake(key, most, bitset)};
}

Result<u64> futex_requeue(Task& task, const FutexCall& call) {
  const i32 wake_most = static_cast<i32>(call.value);
  const i32 move_most = static_cast<i32>(call.fourth.value);
  if (wake_most < 0 || move_most < 0) return Errno::EINVAL;
  const FutexKey from = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  const FutexKey to = TRY(FutexTable::key_of(*task.space, call.addr2, call.scope));
  if (call.command == abi::kFutexCmpRequeue &&
      TRY(task.space->read_value<u32>(call.addr)) != call.value3)
    return Errno::EAGAIN;
  if (has_lock_waiters(task, from)) return Errno::EINVAL;
  return u64{task.kernel().futexes().requeue(from, to, static_cast<u32>(wake_most),
                                             static_cast<u32>(move_most))};
}

/// FUTEX_WAKE_OP's third value: what to do to the second word and how to compare what it held
/// (futex(2), "FUTEX_WAKE_OP").
struct WakeOperation {
  explicit WakeOperation(u32 bits)
      : operation(bits >> 28 & 7),
        comparison(bits >> 24 & 15),
        operand(sign_extend(bits >> 12)),
        compared(sign_extend(bits)) {
    if (bits >> 31) operand = i32{1} << (operand & 31);  // FUTEX_OP_ARG_SHIFT
  }
  static i32 sign_extend(u32 bits) { return static_cast<i32>(bits << 20) >> 20; }

  /// ENOSYS.
  Result<u32> apply(u32 old) const {
    const u32 by = static_cast<u32>(operand);
    switch (operation) {
      case 0: return by;
      case 1: return old + by;
      case 2: return old | by;
      case 3: return old & ~by;
      case 4: return old ^ by;
      default: return Errno::ENOSYS;
    }
  }
  /// ENOSYS.
  Result<bool> holds(u32 word) const {
    const i32 old = static_cast<i32>(word);
    switch (comparison) {
      case 0: return old == compared;
      case 1: return old != compared;
      case 2: return old < compared;
      case 3: return old <= compared;
      case 4: return old > compared;
      case 5: return old >= compared;
      default: return Errno::ENOSYS;
    }
  }

  u32 operation;
  u32 comparison;
  i32 operand;
  i32 compared;
};

Result<u64> futex_wake_op(Task& task, const FutexCall& call) {
  const FutexKey first = TRY(FutexTable::key_of(*task.space, call.addr, call.scope));
  const FutexKey second = TRY(FutexTable::key_of(*task.space, call.addr2, call.scope));
  const WakeOperation operation(call.value3);
  const u32 old = TRY(task.space->read_value<u32>(call.addr2));
  const u32 changed = TRY(operation.apply(old));
  TRY(task.space->write_value(call.addr2, changed));
  const bool wake_second = TRY(operation.holds(old));
  FutexTable& table = task.kernel().futexes();
  u64 woken = table.wake(first, std::max<u32>(call.value, 1), abi::kFutexMatchAny);
  const u32 most = std::max<u32>(static_cast<u32>(call.fourth.value), 1);
  if (wake_second) woken += table.wake(second, most, abi::kFutexMatchAny);
  return woken;
}

}  // namespace

SyscallResult<u64> sys_futex(Task& task, GuestAddr addr, FutexOperation operation, u32 value,
                             Opaque timeout, GuestAddr addr2, u32 value3) {
  const bool is_private = operation.has(abi::kFutexPrivateFlag);
  const FutexCall call{addr,
                       operation.bits & abi::kFutexCommandMask,
                       is_private ? FutexScope::Private : FutexScope::Shared,
                       operation.has(abi::kFutexClockRealtime),
                       value,
                       timeout,
                       addr2,
                       value3};
  if (call.realtime && call.command != abi::kFutexWaitBitset &&
      call.command != abi::kFutexWaitRequeuePi && call.command != abi::kFutexLockPi2)
    return Errno::ENOSYS;
  switch (call.command) {
    case abi::kFutexWait: return futex_wait(task, call, abi::kFutexMatchAny);
    case abi::kFutexWaitBitset: return futex_wait(task, call, value3);
    case abi::kFutexWake: return futex_wake(task, call, abi::kFutexMatchAny);
    case abi::kFutexWakeBitset: return futex_wake(task, call, value3);
    case abi::kFutexRequeue:
    case abi::kFutexCmpRequeue: return futex_requeue(task, call);
    case abi::kFutexWakeOp: return futex_wake_op(task, call);
    case abi::kFutexLockPi:
    case abi::kFutexLockPi2:
    case abi::kFutexTryLockPi: return futex_lock_pi(task, call);
    case abi::kFutexUnlockPi: return futex_unlock_pi(task, call);
    case abi::kFutexWaitRequeuePi: return futex_wait_requeue_pi(task, call);
    case abi::kFutexCmpRequeuePi: return futex_cmp_requeue_pi(task, call);
    default: return refuse(task, fmt::format("futex operation {}", call.command), Errno::ENOSYS);
  }
}

}  // namespace kemu
