#pragma once

#include <memory>
#include <random>
#include <vector>

#include "base/entropy.h"
#include "base/time.h"
#include "process/credentials.h"
#include "process/resource_limits.h"
#include "process/signals.h"

namespace kemu {

/// The host's clocks: a machine's door to time.
class HostClockSource : public Clock {
 public:
  Nanoseconds now(HostClock clock) override;
};

/// A machine's door to entropy.
class MachineEntropy : public Entropy {
 public:
  /// For a copy of the machine: what is drawn next is the same, if that can be.
  virtual std::unique_ptr<MachineEntropy> copy() const = 0;
};

/// The host's random source.
class HostEntropy : public MachineEntropy {
 public:
  void fill(std::span<std::byte> bytes) override;
  std::unique_ptr<MachineEntropy> copy() const override { return std::make_unique<HostEntropy>(); }
};

/// The same randomness for the same seed.
class SeededEntropy : public MachineEntropy {
 public:
  explicit SeededEntropy(u64 seed) : random_(seed) {}
  void fill(std::span<std::byte> bytes) override;
  std::unique_ptr<MachineEntropy> copy() const override {
    return std::make_unique<SeededEntropy>(*this);
  }

 private:
  std::mt19937_64 random_;  // whose numbers the standard defines
};

// What the first guest inherits from the host process, as a program started by a shell would.

Credentials host_credentials();
/// The host's limits, but for memory: RLIMIT_AS and kin bound kemu itself, not its guests.
ResourceLimits host_limits();
u32 host_umask();
i32 host_nice();
/// Signals the host process was started with ignored (nohup).
std::vector<Signal> ignored_host_signals();

}  // namespace kemu
