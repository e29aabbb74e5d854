#pragma once

#include "process/futex_table.h"
#include "syscalls/args.h"
#include "syscalls/handlers.h"

namespace kemu {

/// futex(2)'s arguments.
struct FutexCall {
  GuestAddr addr;
  u32 command = 0;
  FutexScope scope = FutexScope::Private;
  bool realtime = false;
  u32 value = 0;
  Opaque fourth;  // a timeout, or a second count
  GuestAddr addr2;
  u32 value3 = 0;
};

/// Fixes the deadline of a wait, on the monotonic clock, when it has one. EFAULT, EINVAL.
Result<Unit> set_futex_deadline(Task& task, const FutexCall& call);

/// Whether a lock's holder could still unlock it.
bool holder_lives(Kernel& kernel, i32 tid);

/// FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI (futex_pi.cpp).
SyscallResult<u64> futex_lock_pi(Task& task, const FutexCall& call);
Result<u64> futex_unlock_pi(Task& task, const FutexCall& call);
/// FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI (futex_requeue_pi.cpp).
SyscallResult<u64> futex_wait_requeue_pi(Task& task, const FutexCall& call);
Result<u64> futex_cmp_requeue_pi(Task& task, const FutexCall& call);

}  // namespace kemu
