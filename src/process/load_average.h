#pragma once

#include <array>

#include "base/time.h"
#include "base/types.h"

namespace kemu {

/// How many tasks could run, averaged over the last 1, 5 and 15 minutes and damped exponentially.
/// Linux's avenrun (kernel/sched/loadavg.c): one sample every five seconds.
class LoadAverage {
 public:
  /// `active` tasks could run from `since` to `until`; before that, nobody.
  void account(Nanoseconds since, Nanoseconds until, u64 active) {
    if (until >= next_sample_) sample(since, until, active);
  }
  const std::array<double, 3>& values() const { return values_; }

 private:
  void sample(Nanoseconds since, Nanoseconds until, u64 active);
  void damp(u64 samples, u64 active);

  Nanoseconds next_sample_ = 0;  // 0: none was taken yet
  std::array<double, 3> values_{};
};

}  // namespace kemu
