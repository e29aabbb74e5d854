#pragma once

#include "base/types.h"

/// futex(2) constants of Linux (linux/futex.h).
namespace kemu::abi {

inline constexpr u32 kFutexWait = 0;
inline constexpr u32 kFutexWake = 1;
inline constexpr u32 kFutexFd = 2;
inline constexpr u32 kFutexRequeue = 3;
inline constexpr u32 kFutexCmpRequeue = 4;
inline constexpr u32 kFutexWakeOp = 5;
inline constexpr u32 kFutexLockPi = 6;
inline constexpr u32 kFutexUnlockPi = 7;
inline constexpr u32 kFutexTryLockPi = 8;
inline constexpr u32 kFutexWaitBitset = 9;
inline constexpr u32 kFutexWakeBitset = 10;
inline constexpr u32 kFutexWaitRequeuePi = 11;
inline constexpr u32 kFutexCmpRequeuePi = 12;
inline constexpr u32 kFutexLockPi2 = 13;
inline constexpr u32 kFutexPrivateFlag = 128;
inline constexpr u32 kFutexClockRealtime = 256;
inline constexpr u32 kFutexCommandMask = ~(kFutexPrivateFlag | kFutexClockRealtime);

inline constexpr u32 kFutexWaiters = 0x80000000;
inline constexpr u32 kFutexOwnerDied = 0x40000000;
inline constexpr u32 kFutexTidMask = 0x3fffffff;

inline constexpr u32 kFutexMatchAny = 0xffffffff;

/// struct futex_waitv.
struct FutexWaiter {
  u64 value = 0;
  u64 address = 0;
  u32 flags = 0;
  u32 reserved = 0;
};
static_assert(sizeof(FutexWaiter) == 24);
inline constexpr u32 kFutexSize32 = 2;  // FUTEX_32

}  // namespace kemu::abi
