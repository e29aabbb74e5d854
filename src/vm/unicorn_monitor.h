#pragma once

#include <cstring>
#include <optional>

#include "base/types.h"

namespace kemu {

/// The exclusive monitor of a CPU: the address that LDXR left, which STXR asks for. Hardware clears
/// it on every exception return; without that a store could succeed although others have written
/// in between, for Unicorn compares values. No register id of Unicorn's names it, but it lies in a
/// saved context: where is found out by running code that leaves a known address in it.
class UnicornMonitor {
 public:
  /// ldxr x0, [x1]; mov x1, #0; svc #0
  static constexpr u32 kCode[] = {0xc85f7c20, 0xd2800001, 0xd4000001};

  /// From contexts of `size` bytes, saved before and after kCode ran with `address` in x1: false
  /// when this library keeps its monitor elsewhere.
  bool find(const void* before, const void* after, std::size_t size, u64 address) {
    for (std::size_t at = 0; at + sizeof(u64) <= size; at += sizeof(u32)) {
      if (read(before, at) != kNothing || read(after, at) != address) continue;
      if (offset_) return false;
      offset_ = at;
    }
    return offset_.has_value();
  }

  /// In a context that is going to be restored; whether that changed it, so
  /// that there is something to restore.
  bool clear(void* context) const {
    if (read(context, *offset_) == kNothing) return false;
    std::memcpy(static_cast<std::byte*>(context) + *offset_, &kNothing, sizeof kNothing);
    return true;
  }

 private:
  static constexpr u64 kNothing = ~u64{0};

  static u64 read(const void* context, std::size_t at) {
    u64 value = 0;
    std::memcpy(&value, static_cast<const std::byte*>(context) + at, sizeof value);
    return value;
  }

  std::optional<std::size_t> offset_;
};

}  // namespace kemu
