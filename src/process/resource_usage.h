#pragma once

#include <algorithm>

#include "base/time.h"
#include "base/types.h"

namespace kemu {

/// CPU time and faults, as getrusage(2) and wait4(2) add them up.
struct ResourceUsage {
  Nanoseconds user_time = 0;
  Nanoseconds system_time = 0;
  u64 max_resident_kib = 0;
  u64 minor_faults = 0;
  u64 voluntary_switches = 0;
  u64 involuntary_switches = 0;

  ResourceUsage& operator+=(const ResourceUsage& other) {
    user_time += other.user_time;
    system_time += other.system_time;
    max_resident_kib = std::max(max_resident_kib, other.max_resident_kib);
    minor_faults += other.minor_faults;
    voluntary_switches += other.voluntary_switches;
    involuntary_switches += other.involuntary_switches;
    return *this;
  }
};

}  // namespace kemu
