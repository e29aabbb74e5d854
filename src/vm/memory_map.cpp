#include "vm/memory_map.h"

#include <algorithm>

#include "base/check.h"

namespace kemu {

namespace {

/// True when `upper` goes on where `lower` ends and nothing tells them apart.
bool mergeable(const Vma& lower, const Vma& upper) {
  if (lower.range.end != upper.range.start) return false;
  if (lower.object && lower.object_offset + lower.range.size() != upper.object_offset) return false;
  return lower.object == upper.object && lower.protection == upper.protection &&
         lower.most == upper.most && lower.kind == upper.kind && lower.sharing == upper.sharing &&
         lower.growth == upper.growth && lower.on_fork == upper.on_fork;
}

/// Where a Vma begins for those who look for free room (vm_start_gap).
u64 start_with_guard(const Vma& vma) {
  const u64 guard = vma.growth == Growth::Down ? kStackGuardGap : 0;
  const u64 start = vma.range.start.value();
  return start > guard ? start - guard : 0;
}

}  // namespace

const Vma* MemoryMap::find(GuestAddr addr) const {
  const Vma* vma = find_at_or_above(addr);
  return vma && vma->range.contains(addr) ? vma : nullptr;
}

const Vma* MemoryMap::find_at_or_above(GuestAddr addr) const {
  auto it = vmas_.upper_bound(addr);
  if (it != vmas_.begin() && std::prev(it)->second.range.contains(addr)) --it;
  return it == vmas_.end() ? nullptr : &it->second;
}

const Vma* MemoryMap::find_below(GuestAddr addr) const {
  auto it = vmas_.lower_bound(addr);
  while (it != vmas_.begin()) {
    --it;
    if (it->second.range.end <= addr) return &it->second;
  }
  return nullptr;
}

bool MemoryMap::overlaps(GuestRange range) const {
  const Vma* vma = find_at_or_above(range.start);
  return vma && vma->range.overlaps(range);
}

bool MemoryMap::covers(GuestRange range) const {
  GuestAddr addr = range.start;
  while (addr < range.end) {
    const Vma* vma = find(addr);
    if (!vma) return false;
    addr = vma->range.end;
  }
  return true;
}

std::optional<GuestAddr> MemoryMap::find_gap(u64 size, GuestAddr limit) const {
  const u64 lowest = kUserStart.value();
  auto it = vmas_.lower_bound(limit);
  u64 gap_end = limit.value();
  if (it != vmas_.end()) gap_end = std::min(gap_end, start_with_guard(it->second));
  for (;; --it) {
    const bool no_vma_below = it == vmas_.begin();
    const u64 gap_start =
        no_vma_below ? lowest : std::max(lowest, std::prev(it)->second.range.end.value());
    if (gap_end > gap_start && gap_end - gap_start >= size) return GuestAddr(gap_end - size);
    if (no_vma_below) return std::nullopt;
    gap_end = std::min(gap_end, start_with_guard(std::prev(it)->second));
  }
}

void MemoryMap::insert(Vma vma) {
  CHECK(!vma.range.empty() && vma.range.start.page_aligned() && vma.range.end.page_aligned());
  CHECK(vma.range.end <= kUserEnd && !overlaps(vma.range));
  const GuestRange range = vma.range;
  total_bytes_ += range.size();
  vmas_.emplace(range.start, std::move(vma));
  merge_around(range);
}

void MemoryMap::erase(GuestRange range) {
  split_at(range.start);
  split_at(range.end);
  auto it = vmas_.lower_bound(range.start);
  while (it != vmas_.end() && it->first < range.end) {
    total_bytes_ -= it->second.range.size();
    it = vmas_.erase(it);
  }
}

void MemoryMap::grow_down(GuestAddr vma_start, GuestAddr start) {
  auto it = vmas_.find(vma_start);
  CHECK(it != vmas_.end() && it->second.growth == Growth::Down && !it->second.object);
  CHECK(start < vma_start && start.page_aligned() && !overlaps({start, vma_start}));
  Vma vma = std::move(it->second);
  vmas_.erase(it);
  total_bytes_ += vma_start - start;
  vma.range.start = start;
  vmas_.emplace(start, std::move(vma));
}

void MemoryMap::split_at(GuestAddr addr) {
  auto it = vmas_.upper_bound(addr);
  if (it == vmas_.begin()) return;
  Vma& lower = std::prev(it)->second;
  if (lower.range.start == addr || !lower.range.contains(addr)) return;
  Vma upper = lower;
  upper.range.start = addr;
  if (upper.object) upper.object_offset += addr - lower.range.start;
  lower.range.end = addr;
  vmas_.emplace_hint(it, addr, std::move(upper));
}

/// Merges neighbours from the Vma that ends at the range's start to the one that begins at its end.
void MemoryMap::merge_around(GuestRange range) {
  auto it = vmas_.lower_bound(range.start);
  if (it != vmas_.begin()) --it;
  while (it != vmas_.end()) {
    auto next = std::next(it);
    if (next == vmas_.end() || next->first > range.end) return;
    if (mergeable(it->second, next->second)) {
      it->second.range.end = next->second.range.end;
      vmas_.erase(next);
    } else {
      it = next;
    }
  }
}

}  // namespace kemu
