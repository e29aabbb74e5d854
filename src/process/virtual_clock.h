#pragma once

#include "base/time.h"
#include "vm/engine.h"

namespace kemu {

/// Time that the machine's own work makes pass, for runs that are the same whenever and wherever
/// they are made: so much for each block executed and each system call begun, and what `advance`
/// adds while everybody sleeps. The machine boots at `start` of the real-time clock; when no time
/// of its own is wanted a caller may choose SOURCE_DATE_EPOCH for it.
class VirtualClock final : public Clock {
 public:
  /// About what they take on a present machine.
  static constexpr Nanoseconds kBlockTime = 5;
  static constexpr Nanoseconds kSyscallTime = 200;

  VirtualClock(const Engine& engine, const u64& system_calls, Nanoseconds start)
      : engine_(engine), system_calls_(system_calls), start_(start) {}

  Nanoseconds now(HostClock clock) override {
    const Nanoseconds passed = skipped_ +
                               static_cast<Nanoseconds>(engine_.blocks_run()) * kBlockTime +
                               static_cast<Nanoseconds>(system_calls_) * kSyscallTime;
    switch (clock) {
      case HostClock::Realtime: return start_ + passed;
      case HostClock::ProcessCpu: return passed - skipped_;
      case HostClock::Monotonic:
      case HostClock::Boottime: break;
    }
    return passed;
  }

  /// Nothing could run for so long.
  void advance(Nanoseconds duration) { skipped_ += duration; }

 private:
  const Engine& engine_;
  const u64& system_calls_;
  Nanoseconds start_;
  Nanoseconds skipped_ = 0;
};

}  // namespace kemu
