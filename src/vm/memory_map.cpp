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
         lower.growth == upper.growth && lower.on_fork == upper.on_fork &&
         lower.locking == upper.locking;
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

u64 MemoryMap::mapped_bytes(GuestRange range) const {
  u64 bytes = 0;
  const Vma* vma = find_at_or_above(range.start);
  for (; vma && vma->range.start < range.end; vma = find_at_or_above(vma->range.end))
    bytes += vma->range.intersect(range).size();
  return bytes;
}

u64 MemoryMap::locked_bytes(GuestRange range) const {
  u64 bytes = 0;
  const Vma* vma = find_at_or_above(range.start);
  for (; vma && vma->range.start < range.end; vma = find_at_or_above(vma->range.end))
    if (vma->locking != Locking::None) bytes += vma->range.intersect(range).size();
  return bytes;
}

GuestRange MemoryMap::gap_below(Vmas::const_iterator it) const {
  GuestAddr start = kUserStart;
  if (it != vmas_.begin()) start = std::max(start, std::prev(it)->second.range.end);
  const GuestAddr end = it == vmas_.end() ? kUserEnd : GuestAddr(start_with_guard(it->second));
  return {start, std::max(start, end)};
}

void MemoryMap::index_gap_below(Vmas::const_iterator it) {
  if (it != vmas_.end()) gaps_.set(it->first, gap_below(it));
}

std::optional<GuestAddr> MemoryMap::find_gap(u64 size, GuestAddr limit) const {
  // The gap that the limit cuts is looked at apart, all below it are in the index.
  GuestRange gap = gap_below(vmas_.lower_bound(limit));
  gap.end = std::min(gap.end, limit);
  if (gap.end > gap.start && gap.size() >= size) return gap.end - size;
  const auto found = gaps_.highest(size, limit);
  if (!found) return std::nullopt;
  return found->end - size;
}

void MemoryMap::insert(Vma vma) {
  CHECK(!vma.range.empty() && vma.range.start.page_aligned() && vma.range.end.page_aligned());
  CHECK(vma.range.end <= kUserEnd && !overlaps(vma.range));
  const GuestRange range = vma.range;
  count(vma);
  const auto added = vmas_.emplace(range.start, std::move(vma)).first;
  index_gap_below(added);
  index_gap_below(std::next(added));
  merge_around(range);
}

void MemoryMap::erase(GuestRange range) {
  split_at(range.start);
  split_at(range.end);
  auto it = vmas_.lower_bound(range.start);
  while (it != vmas_.end() && it->first < range.end) {
    discount(it->second);
    gaps_.set(it->first, {});
    it = vmas_.erase(it);
  }
  index_gap_below(it);
}

void MemoryMap::grow_down(GuestAddr vma_start, GuestAddr start) {
  auto it = vmas_.find(vma_start);
  CHECK(it != vmas_.end() && it->second.growth == Growth::Down && !it->second.object);
  CHECK(start < vma_start && start.page_aligned() && !overlaps({start, vma_start}));
  Vma vma = std::move(it->second);
  vmas_.erase(it);
  gaps_.set(vma_start, {});
  discount(vma);
  vma.range.start = start;
  count(vma);
  index_gap_below(vmas_.emplace(start, std::move(vma)).first);
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
