#pragma once

#include <compare>

#include "base/types.h"

namespace kemu {

inline constexpr u64 kPageSize = 4096;
inline constexpr u64 kPageMask = kPageSize - 1;

/// An address in a guest's virtual memory. It cannot be dereferenced: guest memory is reached
/// through `AddressSpace` alone.
class GuestAddr {
 public:
  constexpr GuestAddr() = default;
  constexpr explicit GuestAddr(u64 value) : value_(value) {}

  constexpr u64 value() const { return value_; }
  constexpr bool is_null() const { return value_ == 0; }
  constexpr u64 page_offset() const { return value_ & kPageMask; }
  constexpr bool page_aligned() const { return page_offset() == 0; }
  constexpr GuestAddr page_floor() const { return GuestAddr(value_ & ~kPageMask); }
  /// The next page boundary at or above; wraps to 0 in the last page of the address space.
  constexpr GuestAddr page_ceil() const { return GuestAddr((value_ + kPageMask) & ~kPageMask); }

  constexpr GuestAddr operator+(u64 bytes) const { return GuestAddr(value_ + bytes); }
  constexpr GuestAddr operator-(u64 bytes) const { return GuestAddr(value_ - bytes); }
  constexpr u64 operator-(GuestAddr other) const { return value_ - other.value_; }
  constexpr GuestAddr& operator+=(u64 bytes) { return *this = *this + bytes; }
  friend constexpr auto operator<=>(GuestAddr, GuestAddr) = default;

 private:
  u64 value_ = 0;
};

/// [start, end) in a guest's virtual memory.
struct GuestRange {
  GuestAddr start;
  GuestAddr end;

  constexpr u64 size() const { return end - start; }
  constexpr u64 pages() const { return size() / kPageSize; }
  constexpr bool empty() const { return end <= start; }
  constexpr bool contains(GuestAddr addr) const { return start <= addr && addr < end; }
  constexpr bool contains(GuestRange other) const {
    return start <= other.start && other.end <= end;
  }
  constexpr bool overlaps(GuestRange other) const { return start < other.end && other.start < end; }
  constexpr GuestRange intersect(GuestRange other) const {
    return {start > other.start ? start : other.start, end < other.end ? end : other.end};
  }
  friend constexpr bool operator==(GuestRange, GuestRange) = default;
};

/// User space of AArch64 with 48-bit virtual addresses ends here (TASK_SIZE_64).
inline constexpr GuestAddr kUserEnd{u64{1} << 48};
/// vm.mmap_min_addr: nothing is mapped below.
inline constexpr GuestAddr kUserStart{0x10000};

}  // namespace kemu
