#pragma once

#include <algorithm>

#include "base/abi/time.h"
#include "base/result.h"
#include "base/time.h"

namespace kemu {

inline constexpr Nanoseconds kMicrosecond = 1'000;
/// Farther away than any deadline: what an overlong time saturates at, as ktime_set() does.
inline constexpr Nanoseconds kTimeMax = INT64_MAX;

/// A time in nanoseconds as seconds and what is left (0…999 999 999), also before 1970.
constexpr abi::Timespec to_timespec(Nanoseconds time) {
  abi::Timespec split{time / kSecond, time % kSecond};
  if (split.nsec < 0) split = {split.sec - 1, split.nsec + kSecond};
  return split;
}
constexpr abi::Timeval to_timeval(Nanoseconds time) {
  const abi::Timespec split = to_timespec(time);
  return {split.sec, split.nsec / kMicrosecond};
}

/// Saturates at the ends of Nanoseconds' range; `nsec` must be valid.
constexpr Nanoseconds from_timespec(const abi::Timespec& time) {
  constexpr i64 kMostSeconds = kTimeMax / kSecond - 1;
  return std::clamp(time.sec, -kMostSeconds, kMostSeconds) * kSecond + time.nsec;
}
/// False for negative seconds or nanoseconds out of 0…999 999 999 (timespec64_valid).
constexpr bool is_valid_timeout(const abi::Timespec& time) {
  return time.sec >= 0 && time.nsec >= 0 && time.nsec < kSecond;
}

/// A length of time or a point after 1970: EINVAL for what is_valid_timeout refuses; saturates.
inline Result<Nanoseconds> to_nanoseconds(const abi::Timespec& time) {
  if (!is_valid_timeout(time)) return Errno::EINVAL;
  return from_timespec(time);
}
inline Result<Nanoseconds> to_nanoseconds(const abi::Timeval& time) {
  if (time.usec < 0 || time.usec >= kSecond / kMicrosecond) return Errno::EINVAL;
  return to_nanoseconds(abi::Timespec{time.sec, time.usec * kMicrosecond});
}

/// `time` + `delay`, both not negative; saturates.
constexpr Nanoseconds later(Nanoseconds time, Nanoseconds delay) {
  return delay > kTimeMax - time ? kTimeMax : time + delay;
}

}  // namespace kemu
