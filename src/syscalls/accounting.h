#pragma once

#include "base/abi/system.h"
#include "process/process.h"
#include "syscalls/time_values.h"

namespace kemu {

/// getrusage(2)'s and wait4(2)'s view of what was used.
inline abi::Rusage to_rusage(const ResourceUsage& usage) {
  abi::Rusage told;
  told.user_time = to_timeval(usage.user_time);
  told.system_time = to_timeval(usage.system_time);
  told.max_rss = static_cast<i64>(usage.max_resident_kib);
  told.minor_faults = static_cast<i64>(usage.minor_faults);
  told.voluntary_switches = static_cast<i64>(usage.voluntary_switches);
  told.involuntary_switches = static_cast<i64>(usage.involuntary_switches);
  return told;
}

}  // namespace kemu
