#pragma once

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

/// The host's random source: a machine's door to entropy.
class HostEntropy : public Entropy {
 public:
  void fill(std::span<std::byte> bytes) override;
};

/// The same randomness for the same seed.
class SeededEntropy : public Entropy {
 public:
  explicit SeededEntropy(u64 seed) : random_(seed) {}
  void fill(std::span<std::byte> bytes) override;

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
