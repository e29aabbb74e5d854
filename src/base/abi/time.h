#pragma once

#include "base/types.h"

/// Time structures of AArch64 Linux (all 64-bit).
namespace kemu::abi {

struct Timespec {
  i64 sec = 0;
  i64 nsec = 0;
};
static_assert(sizeof(Timespec) == 16);

struct Timeval {
  i64 sec = 0;
  i64 usec = 0;
};
static_assert(sizeof(Timeval) == 16);

struct Timezone {
  i32 minutes_west = 0;
  i32 dst_time = 0;
};
static_assert(sizeof(Timezone) == 8);

struct Itimerval {
  Timeval interval;
  Timeval value;
};
static_assert(sizeof(Itimerval) == 32);

struct Itimerspec {
  Timespec interval;
  Timespec value;
};
static_assert(sizeof(Itimerspec) == 32);

/// struct tms, in clock ticks of 1/100 s.
struct Tms {
  i64 user = 0;
  i64 system = 0;
  i64 children_user = 0;
  i64 children_system = 0;
};
static_assert(sizeof(Tms) == 32);

inline constexpr i32 kClockRealtime = 0;
inline constexpr i32 kClockMonotonic = 1;
inline constexpr i32 kClockProcessCpu = 2;
inline constexpr i32 kClockThreadCpu = 3;
inline constexpr i32 kClockMonotonicRaw = 4;
inline constexpr i32 kClockRealtimeCoarse = 5;
inline constexpr i32 kClockMonotonicCoarse = 6;
inline constexpr i32 kClockBoottime = 7;
inline constexpr i32 kClockTai = 11;
inline constexpr u32 kTimerAbstime = 1;

}  // namespace kemu::abi
