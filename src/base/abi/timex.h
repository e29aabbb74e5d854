#pragma once

#include <array>

#include "base/abi/time.h"

/// adjtimex(2) of AArch64 Linux (linux/timex.h).
namespace kemu::abi {

inline constexpr u32 kAdjustOffsetReadOnly = 0x2000;
inline constexpr u32 kAdjustSingleShot = 0x8000;  // ADJ_ADJTIME: as adjtime(3) does it
inline constexpr u32 kAdjustOffset = 0x0001;
inline constexpr i32 kStatusUnsynchronised = 0x0040;
inline constexpr i32 kTimeError = 5;  // the clock's state when nobody synchronises it

/// struct timex
struct Timex {
  u32 modes = 0;
  u32 pad0 = 0;
  i64 offset = 0;
  i64 frequency = 0;
  i64 most_error = 0;
  i64 estimated_error = 0;
  i32 status = 0;
  u32 pad1 = 0;
  i64 constant = 0;
  i64 precision = 0;
  i64 tolerance = 0;
  Timeval time;
  i64 tick = 0;
  i64 pps_frequency = 0;
  i64 jitter = 0;
  i32 shift = 0;
  u32 pad2 = 0;
  i64 stability = 0;
  i64 jitter_count = 0;
  i64 calibration_count = 0;
  i64 error_count = 0;
  i64 stability_count = 0;
  i32 tai = 0;
  std::array<i32, 11> pad3{};
};
static_assert(sizeof(Timex) == 208);

}  // namespace kemu::abi
