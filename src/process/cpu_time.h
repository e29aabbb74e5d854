#pragma once

#include <algorithm>
#include <array>

#include "base/time.h"

namespace kemu {

/// How CPU time divides, as getrusage(2) tells it; Linux's `struct task_cputime`.
struct CpuTimes {
  Nanoseconds user = 0;
  Nanoseconds system = 0;
};

/// Tells the system time of calls without reading the clock twice for each: that would cost as much
/// as a short call takes. Calls whose kind takes long are all measured. Of short ones, one in
/// sixteen is, and the others count as much as those of their kind took on average.
class SyscallMeter {
 public:
  /// Whether this call is to be measured; if not, it counts `expected()`.
  bool due(u64 number) {
    Kind& kind = kinds_[index(number)];
    if (kind.unmeasured == 0) return true;
    --kind.unmeasured;
    return false;
  }
  Nanoseconds expected(u64 number) const { return kinds_[index(number)].mean; }
  void measured(u64 number, Nanoseconds took) {
    Kind& kind = kinds_[index(number)];
    // A call that met a busy host must not count for the next hundred.
    const Nanoseconds counted = std::clamp<Nanoseconds>(took, 0, kLongest);
    kind.mean = kind.mean == 0 ? counted : (7 * kind.mean + counted) / 8;
    kind.unmeasured = kind.mean < kShort ? kUnmeasured : 0;
  }

 private:
  static constexpr Nanoseconds kShort = 1000;
  static constexpr Nanoseconds kLongest = 10'000;
  static constexpr u32 kUnmeasured = 15;
  static constexpr u64 kKinds = 512;  // more than there are calls; what is beyond shares the last

  struct Kind {
    Nanoseconds mean = 0;
    u32 unmeasured = 0;  // calls until the next one is measured
  };
  static u64 index(u64 number) { return std::min(number, kKinds - 1); }
  std::array<Kind, kKinds> kinds_{};
};

}  // namespace kemu
