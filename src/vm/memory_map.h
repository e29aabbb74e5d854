#pragma once

#include <map>
#include <optional>

#include "base/result.h"
#include "vm/gap_index.h"
#include "vm/vma.h"

namespace kemu {

/// Linux keeps this many bytes free below a growing-down Vma (stack_guard_gap).
inline constexpr u64 kStackGuardGap = 256 * kPageSize;

/// The ordered, non-overlapping Vmas of one address space: what may be mapped. Linux's twin is
/// `mm_struct`'s tree of vm_area_struct.
class MemoryMap {
 public:
  using Vmas = std::map<GuestAddr, Vma>;  // keyed by range.start

  const Vmas& vmas() const { return vmas_; }
  /// The Vma that contains `addr`, or null.
  const Vma* find(GuestAddr addr) const;
  /// The first Vma that ends above `addr`, or null.
  const Vma* find_at_or_above(GuestAddr addr) const;
  /// The last Vma that ends at or below `addr`, or null.
  const Vma* find_below(GuestAddr addr) const;
  bool overlaps(GuestRange range) const;
  /// True when Vmas cover every page of the range.
  bool covers(GuestRange range) const;
  /// Bytes of a range that are in Vmas.
  u64 mapped_bytes(GuestRange range) const;
  /// The highest gap of `size` bytes below `limit` and at or above kUserStart (mmap is top-down).
  /// Keeps the guard gap below a growing-down Vma free.
  std::optional<GuestAddr> find_gap(u64 size, GuestAddr limit) const;

  /// Adds a Vma to a free range; merges it with equal neighbours.
  void insert(Vma vma);
  /// Removes the range, splitting Vmas at its borders.
  void erase(GuestRange range);
  /// Applies `change` to every Vma of the range after splitting at its borders; merges afterwards.
  /// `change` must leave range and growth alone.
  template <typename Change>
  void update(GuestRange range, Change&& change) {
    split_at(range.start);
    split_at(range.end);
    auto it = vmas_.lower_bound(range.start);
    for (; it != vmas_.end() && it->first < range.end; ++it) {
      discount(it->second);
      change(it->second);
      count(it->second);
    }
    merge_around(range);
  }
  /// Moves the start of a growing-down Vma to `start`.
  void grow_down(GuestAddr vma_start, GuestAddr start);
  /// Every Vma that maps an object maps what `replace` says instead, which has the same pages.
  template <typename Replace>
  void replace_objects(Replace&& replace) {
    for (auto& [start, vma] : vmas_)
      if (vma.object) vma.object = replace(vma);
  }
  /// Bytes in all Vmas (RLIMIT_AS counts these).
  u64 total_bytes() const { return total_bytes_; }
  /// Bytes in locked Vmas (RLIMIT_MEMLOCK counts these), in all or in a range.
  u64 locked_bytes() const { return locked_bytes_; }
  u64 locked_bytes(GuestRange range) const;
  /// Bytes in private writable Vmas that are no stack (RLIMIT_DATA counts these).
  u64 data_bytes() const { return data_bytes_; }
  static u64 data_bytes_of(const Vma& vma) {
    const bool data =
        vma.sharing == Sharing::Private && vma.protection.writable() && vma.growth == Growth::Fixed;
    return data ? vma.range.size() : 0;
  }

 private:
  static u64 locked_bytes_of(const Vma& vma) {
    return vma.locking == Locking::None ? 0 : vma.range.size();
  }
  /// What the sums above have of a Vma that comes or goes.
  void count(const Vma& vma) {
    total_bytes_ += vma.range.size();
    locked_bytes_ += locked_bytes_of(vma);
    data_bytes_ += data_bytes_of(vma);
  }
  void discount(const Vma& vma) {
    total_bytes_ -= vma.range.size();
    locked_bytes_ -= locked_bytes_of(vma);
    data_bytes_ -= data_bytes_of(vma);
  }
  /// The free room below a Vma, without what a growing one keeps free.
  GuestRange gap_below(Vmas::const_iterator it) const;
  void index_gap_below(Vmas::const_iterator it);
  void split_at(GuestAddr addr);
  void merge_around(GuestRange range);

  Vmas vmas_;
  GapIndex gaps_;  // below each Vma; the room above the last is in no index
  u64 total_bytes_ = 0;
  u64 locked_bytes_ = 0;
  u64 data_bytes_ = 0;
};

}  // namespace kemu
