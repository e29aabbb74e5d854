#pragma once

#include "base/types.h"

namespace kemu {

/// Instructions of guest code executed: of blocks as they are entered, less what of one did not
/// run. AArch64's all have four bytes, so that a block's size tells.
class InstructionCount {
 public:
  static constexpr u64 kSize = 4;
  static constexpr u64 kMostInBlock = 512;  // QEMU's TCG_MAX_INSNS

  void enter(u64 address, u32 size) {
    count_ += size / kSize;
    end_ = address + size;
  }
  /// The block entered last was left before the instruction at `pc`.
  void leave_at(u64 pc) {
    if (end_ - pc <= kMostInBlock * kSize) count_ -= (end_ - pc) / kSize;
  }
  u64 count() const { return count_; }

 private:
  u64 count_ = 0;
  u64 end_ = 0;  // of the block entered last
};

}  // namespace kemu
