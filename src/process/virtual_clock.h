#pragma once

#include "base/time.h"
#include "vm/engine.h"

namespace kemu {

/// Translated blocks that one machine has executed on an engine that its copies use, too.
class BlockMeter {
 public:
  explicit BlockMeter(const Engine& engine) : engine_(engine) {}
  u64 total() const { return before_ + (running_ ? engine_.blocks_run() - since_ : 0); }
  /// The machine takes the engine.
  void start() {
    since_ = engine_.blocks_run();
    running_ = true;
  }
  /// Another one does.
  void stop() {
    before_ = total();
    running_ = false;
  }
  /// Nothing counts but what `original` has counted.
  void go_on_from(const BlockMeter& original) { before_ = original.total(); }

 private:
  const Engine& engine_;
  u64 before_ = 0;
  u64 since_ = 0;
  bool running_ = false;
};

/// Time that the machine's own work makes pass, for runs that are the same whenever and wherever
/// they are made: so much for each block executed and each system call begun, and what `advance`
/// adds while everybody sleeps. The machine boots at `start` of the real-time clock; when no time
/// of its own is wanted a caller may choose SOURCE_DATE_EPOCH for it.
class VirtualClock final : public Clock {
 public:
  /// About what they take on a present machine.
  static constexpr Nanoseconds kBlockTime = 5;
  static constexpr Nanoseconds kSyscallTime = 200;

  VirtualClock(const BlockMeter& blocks, const u64& system_calls, Nanoseconds start)
      : blocks_(blocks), system_calls_(system_calls), start_(start) {}

  Nanoseconds now(HostClock clock) override {
    const Nanoseconds passed = skipped_ + static_cast<Nanoseconds>(blocks_.total()) * kBlockTime +
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
  /// The same time, by counts that are the same.
  void go_on_from(const VirtualClock& original) { skipped_ = original.skipped_; }

 private:
  const BlockMeter& blocks_;
  const u64& system_calls_;
  Nanoseconds start_;
  Nanoseconds skipped_ = 0;
};

}  // namespace kemu
