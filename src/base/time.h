#pragma once

#include "base/types.h"

namespace kemu {

/// A point in time or a length of it, in nanoseconds. 64 bits reach to the year 2262.
using Nanoseconds = i64;
inline constexpr Nanoseconds kSecond = 1'000'000'000;

enum class HostClock : u8 { Realtime, Monotonic, Boottime, ProcessCpu };

/// The machine's only source of time. Nothing in fs/, process/ or syscalls/ asks the host itself.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanoseconds now(HostClock clock) = 0;
};

}  // namespace kemu
