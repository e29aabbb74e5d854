#pragma once

#include <optional>

#include "base/types.h"

namespace kemu {

/// An `mrs` of one of the generic timer's registers, which trap so that a guest reads the machine's
/// clock and not the host's.
struct CounterRead {
  enum class What : u8 { Frequency, Count };
  What what = What::Count;
  int target = 31;  // of x0..x30; 31 is xzr
};

/// CNTFRQ_EL0 in Hz: the count is in nanoseconds.
inline constexpr u64 kCounterFrequency = 1'000'000'000;

constexpr std::optional<CounterRead> counter_read_of(u32 instruction) {
  const int target = static_cast<int>(instruction & 0x1f);
  switch (instruction & ~u32{0x1f}) {
    case 0xd53be000: return CounterRead{CounterRead::What::Frequency, target};  // cntfrq_el0
    case 0xd53be020:                                                            // cntpct_el0
    case 0xd53be040: return CounterRead{CounterRead::What::Count, target};      // cntvct_el0
    default: return std::nullopt;
  }
}

}  // namespace kemu
