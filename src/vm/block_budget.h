#pragma once

#include <algorithm>

#include "base/types.h"

namespace kemu {

/// How many blocks a run may still execute, spent in instalments so that the hook called for every
/// block has one number to look at.
class BlockBudget {
 public:
  void start(u64 blocks) {
    spent_ = spent();
    granted_ = blocks;
    countdown_ = 0;
    beyond_ = blocks;
  }
  /// Of all runs so far.
  u64 spent() const { return spent_ + (granted_ - left()); }
  u64 left() const { return beyond_ + static_cast<u64>(countdown_); }

  /// Takes one block; false when it is time to look at everything else. Then `refund` it first.
  bool take() { return --countdown_ >= 0; }
  void refund() { ++countdown_; }
  /// Takes one block of the next instalment, of at most so many; false when the budget is spent.
  bool take_next_instalment(u64 most = kInstalment) {
    if (left() == 0 || most == 0) return false;
    beyond_ = left();
    countdown_ = static_cast<i64>(std::min({beyond_, most, kInstalment}));
    beyond_ -= static_cast<u64>(countdown_);
    return take();
  }
  /// Ends the instalment: the next `take` says false.
  void look_at_next_block() { start(left()); }

 private:
  /// A host signal waits at most so many blocks: some microseconds.
  static constexpr u64 kInstalment = 256;

  u64 spent_ = 0;    // of the grants before
  u64 granted_ = 0;  // at the last start
  i64 countdown_ = 0;
  u64 beyond_ = 0;  // of the budget, after the countdown
};

}  // namespace kemu
