#pragma once

#include <array>

#include "base/types.h"

namespace kemu {

/// RLIMIT_… numbers, the same on AArch64 and x86-64 (asm-generic/resource.h).
enum class Resource : u8 {
  Cpu,
  FileSize,
  Data,
  Stack,
  Core,
  ResidentSet,
  Processes,
  OpenFiles,
  LockedMemory,
  AddressSpace,
  Locks,
  PendingSignals,
  MessageQueues,
  Nice,
  RealTimePriority,
  RealTime,
};
inline constexpr u32 kResourceCount = 16;
inline constexpr u64 kUnlimited = ~u64{0};

struct ResourceLimit {
  u64 soft = kUnlimited;
  u64 hard = kUnlimited;
};

/// getrlimit(2)'s table of one process.
class ResourceLimits {
 public:
  ResourceLimits();  // Linux's defaults of a login shell
  const ResourceLimit& get(Resource r) const { return limits_[static_cast<u8>(r)]; }
  void set(Resource r, ResourceLimit limit) { limits_[static_cast<u8>(r)] = limit; }
  u64 soft(Resource r) const { return get(r).soft; }

 private:
  std::array<ResourceLimit, kResourceCount> limits_;
};

}  // namespace kemu
