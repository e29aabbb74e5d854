#pragma once

#include <algorithm>
#include <optional>
#include <random>

#include "base/types.h"

namespace kemu {

/// Whose turn it is, and for how long. Without a seed every task gets the same slice in the order
/// in which they became runnable; with one, chance decides both, the same way every time: races
/// that the plain order hides show up under some seed.
class Schedule {
 public:
  explicit Schedule(std::optional<u64> seed) {
    if (seed) chance_.emplace(*seed);
  }

  /// The longest slice: about half a millisecond of integer code.
  static constexpr u64 kSliceBlocks = 100'000;

  /// A time slice, in translated blocks.
  u64 slice() {
    if (!chance_) return kSliceBlocks;
    // From one block to a whole slice, short ones as likely as long ones: races are won by a few
    // instructions.
    return std::min(kSliceBlocks, u64{1} << below(kSliceShift + 1));
  }
  /// The place in a queue of `size` whose turn it is.
  u64 next_of(u64 size) { return chance_ && size > 1 ? below(size) : 0; }

 private:
  static constexpr u64 kSliceShift = 17;

  /// std::uniform_int_distribution gives other numbers with every library.
  u64 below(u64 bound) { return (*chance_)() % bound; }

  std::optional<std::mt19937_64> chance_;
};

}  // namespace kemu
