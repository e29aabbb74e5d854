// mmap(2), munmap(2), mprotect(2), madvise(2), msync(2) and brk(2) on one address space.

#include "vm/address_space.h"

#include <algorithm>

#include "vm/anonymous_object.h"

namespace kemu {

namespace {

/// vm.max_map_count's default.
constexpr std::size_t kMostVmas = 65530;

u64 round_up(u64 bytes) { return (bytes + kPageMask) & ~kPageMask; }

bool well_formed(GuestRange range) {
  return range.start.page_aligned() && !range.empty() && range.end <= kUserEnd;
}

}  // namespace

AddressSpace::AddressSpace(FramePool& pool) : pool_(pool), id_(pool.next_space_id()) {}

AddressSpace::~AddressSpace() { drop_pages({GuestAddr(), kUserEnd}); }

u64 AddressSpace::address_space_left() const {
  const u64 used = map_.total_bytes();
  return limits_.address_space > used ? limits_.address_space - used : 0;
}

Result<Unit> AddressSpace::check_expansion(const Vma& vma) const {
  if (vma.range.size() > address_space_left()) return Errno::ENOMEM;
  const u64 data = MemoryMap::data_bytes_of(vma);
  const u64 limit = limits_.data & ~kPageMask;
  if (data > 0 && map_.data_bytes() + data > limit) return Errno::ENOMEM;
  return Unit{};
}

/// Mappings go downwards from here: below the stack at its largest and the room its randomised top
/// may take (mmap_base in Linux's mm/util.c).
GuestAddr AddressSpace::mmap_base() const {
  constexpr u64 kStackRandomisation = u64{1} << 30;
  constexpr u64 kLeastGap = u64{128} << 20;
  const u64 gap = std::clamp(limits_.stack & ~kPageMask, kLeastGap, kUserEnd.value() / 6 * 5);
  return (kUserEnd - gap - kStackRandomisation - kStackGuardGap).page_floor();
}

Result<GuestAddr> AddressSpace::place(const MapRequest& request, u64 size) const {
  if (request.placement != Placement::Hint) {
    const GuestRange range{request.address, request.address + size};
    if (!request.address.page_aligned()) return Errno::EINVAL;
    if (request.address.value() > kUserEnd.value() - size) return Errno::ENOMEM;
    if (request.address < kUserStart) return Errno::EPERM;
    if (request.placement == Placement::FixedNoReplace && map_.overlaps(range)) {
      return Errno::EEXIST;
    }
    return request.address;
  }
  if (!request.address.is_null() && request.address.value() <= kUserEnd.value() - size) {
    const GuestAddr hint = std::max(request.address.page_ceil(), kUserStart);
    const Vma* above = map_.find_at_or_above(hint);
    const u64 guard = above && above->growth == Growth::Down ? kStackGuardGap : 0;
    const bool fits = hint.value() <= kUserEnd.value() - size;
    if (fits && (!above || hint + size + guard <= above->range.start)) return hint;
  }
  if (auto gap = map_.find_gap(size, mmap_base())) return *gap;
  // The top-down area is full: take any gap there is, as Linux falls back to bottom-up.
  if (auto gap = map_.find_gap(size, kUserEnd)) return *gap;
  return Errno::ENOMEM;
}

Result<GuestAddr> AddressSpace::map(MapRequest request) {
  if (request.size == 0 || (request.object_offset & kPageMask) != 0) return Errno::EINVAL;
  if (request.size > kUserEnd.value()) return Errno::ENOMEM;
  const u64 size = round_up(request.size);
  if (request.object && request.object_offset + size < request.object_offset) {
    return Errno::EOVERFLOW;
  }
  const GuestAddr start = TRY(place(request, size));
  if (map_.vmas().size() >= kMostVmas) return Errno::ENOMEM;

  const GuestRange range{start, start + size};
  Vma vma;
  vma.range = range;
  vma.protection = request.protection;
  vma.most = request.most;
  vma.kind = request.kind;
  vma.sharing = request.sharing;
  vma.growth =
      request.object || request.sharing == Sharing::Shared ? Growth::Fixed : request.growth;
  vma.locking = future_locking == Locking::OnFault ? future_locking
                                                   : std::max(request.locking, future_locking);
  const bool replaces = request.placement == Placement::Fixed && map_.overlaps(range);
  // What is replaced does not count (mmap_region()).
  if (replaces) vma.range.end = vma.range.start + (size - map_.mapped_bytes(range));
  if (!vma.range.empty()) TRY(check_expansion(vma));
  vma.range = range;
  if (replaces) TRY(unmap(range));
  if (request.sharing == Sharing::Shared && !request.object) {
    request.object = std::make_shared<AnonymousObject>(pool_, size / kPageSize);
    request.object_offset = 0;
  }
  vma.object = std::move(request.object);
  vma.object_offset = request.object_offset;
  map_.insert(std::move(vma));
  changed();
  return start;
}

Result<Unit> AddressSpace::unmap(GuestRange range) {
  range.end = range.end.page_ceil();
  if (!well_formed(range)) return Errno::EINVAL;
  const Vma* vma = map_.find(range.start);
  const bool makes_hole = vma && vma->range.start < range.start && range.end < vma->range.end;
  if (makes_hole && map_.vmas().size() >= kMostVmas) return Errno::ENOMEM;
  drop_pages(range);
  pages_.prune(range);
  map_.erase(range);
  changed();
  return Unit{};
}

void AddressSpace::drop_pages(GuestRange range) {
  const u64 before = resident_;
  const Vma* vma = map_.find_at_or_above(range.start);
  while (vma && vma->range.start < range.end) {
    pages_.for_each(range.intersect(vma->range),
                    [&](GuestAddr addr, PageEntry& entry) { drop_page(*vma, addr, entry); });
    vma = map_.find_at_or_above(vma->range.end);
  }
  if (resident_ != before) ++rights_reduced_;
}

void AddressSpace::drop_page(const Vma& vma, GuestAddr addr, PageEntry& entry) {
  write_back(vma, addr, entry);
  pool_.release(entry.frame);
  entry = PageEntry{};
  --resident_;
}

void AddressSpace::write_back(const Vma& vma, GuestAddr addr, PageEntry& entry) {
  if (!entry.shared || entry.clean || !vma.object) return;
  const u64 index = (vma.object_offset + (addr - vma.range.start)) / kPageSize;
  // An error of the backing store has nobody to go to when a mapping ends; Linux keeps it for a
  // later fsync, which reports it from the object.
  static_cast<void>(vma.object->write_back(index));
}

/// mprotect_fixup(): a region that turns into data counts from then on.
Result<Unit> AddressSpace::check_becoming_data(const Vma& vma, GuestRange part,
                                               Protection protection) const {
  Vma changed = vma;
  changed.range = part;
  if (MemoryMap::data_bytes_of(changed) > 0) return Unit{};
  changed.protection = protection;
  const u64 data = MemoryMap::data_bytes_of(changed);
  if (data > 0 && map_.data_bytes() + data > (limits_.data & ~kPageMask)) return Errno::ENOMEM;
  return Unit{};
}

Result<Unit> AddressSpace::protect(GuestRange range, Protection protection) {
  range.end = range.end.page_ceil();
  if (!range.start.page_aligned()) return Errno::EINVAL;
  if (range.end < range.start || range.end > kUserEnd) return Errno::ENOMEM;
  while (range.start < range.end) {
    const Vma* vma = map_.find(range.start);
    if (!vma || map_.vmas().size() >= kMostVmas) return Errno::ENOMEM;
    if (!protection.within(vma->most)) return Errno::EACCES;
    const GuestRange part = range.intersect(vma->range);
    TRY(check_becoming_data(*vma, part, protection));
    pages_.for_each(part, [&](GuestAddr addr, PageEntry& entry) {
      if (!entry.effective().within(protection)) ++rights_reduced_;
      if (entry.shared && !protection.writable()) {
        // From now on nobody can tell that it was written: say so while it is known.
        write_back(*vma, addr, entry);
        entry.clean = true;
      }
      entry.protection = protection;
    });
    map_.update(part, [&](Vma& changed) { changed.protection = protection; });
    range.start = part.end;
  }
  changed();
  return Unit{};
}

Result<Unit> AddressSpace::discard(GuestRange range, OfLocked of_locked) {
  range.end = range.end.page_ceil();
  if (!range.start.page_aligned() || range.end < range.start) return Errno::EINVAL;
  if (range.end > kUserEnd) return Errno::ENOMEM;
  const Vma* vma = map_.find_at_or_above(range.start);
  for (; vma && vma->range.start < range.end; vma = map_.find_at_or_above(vma->range.end)) {
    const bool locked = vma->locking != Locking::None;
    if (locked && of_locked == OfLocked::Refused) return Errno::EINVAL;
    drop_pages(range.intersect(vma->range));
  }
  pages_.prune(range);
  if (!map_.covers(range)) return Errno::ENOMEM;
  return Unit{};
}

Result<Unit> AddressSpace::remove(GuestRange range) {
  const Vma* vma = map_.find_at_or_above(range.start);
  for (; vma && vma->range.start < range.end; vma = map_.find_at_or_above(vma->range.end)) {
    if (vma->locking != Locking::None || !vma->object) return Errno::EINVAL;
    if (vma->sharing != Sharing::Shared || !vma->protection.writable()) return Errno::EACCES;
    const GuestRange part = range.intersect(vma->range);
    const u64 offset = vma->object_offset + (part.start - vma->range.start);
    // Out of this space first, so that pages nobody else maps are given back.
    drop_pages(part);
    TRY(vma->object->punch_hole(offset, part.size()));
  }
  if (!map_.covers(range)) return Errno::ENOMEM;
  return Unit{};
}

Result<Unit> AddressSpace::set_locking(GuestRange range, Locking locking) {
  while (range.start < range.end) {
    const Vma* vma = map_.find(range.start);
    if (!vma || map_.vmas().size() >= kMostVmas) return Errno::ENOMEM;
    const GuestRange part = range.intersect(vma->range);
    map_.update(part, [&](Vma& changed) { changed.locking = locking; });
    range.start = part.end;
  }
  changed();
  return Unit{};
}

void AddressSpace::set_locking_of_all(Locking locking) {
  map_.update({GuestAddr(), kUserEnd}, [&](Vma& vma) { vma.locking = locking; });
  changed();
}

void AddressSpace::drop_object_pages(const ObjectPages& gone) {
  const u64 before = resident_;
  for (const auto& [start, vma] : map_.vmas()) {
    if (!vma.object || vma.object->contents() != gone.contents) continue;
    const u64 first_here = vma.object_offset / kPageSize;
    const u64 end_here = first_here + vma.range.pages();
    const u64 first = std::max(gone.first, first_here);
    const u64 end = std::min(gone.end, end_here);
    if (first >= end) continue;
    const GuestAddr origin = start - first_here * kPageSize;
    const GuestRange range{origin + first * kPageSize, origin + end * kPageSize};
    pages_.for_each(range, [&](GuestAddr addr, PageEntry& entry) {
      const u64 page = first_here + (addr - start) / kPageSize;
      if (!gone.holds || gone.holds(page, entry.frame)) drop_page(vma, addr, entry);
    });
  }
  if (resident_ != before) ++rights_reduced_;
}

Result<Unit> AddressSpace::update_vmas(GuestRange range, const std::function<void(Vma&)>& change) {
  range.end = range.end.page_ceil();
  if (!range.start.page_aligned() || range.end < range.start) return Errno::EINVAL;
  if (range.end > kUserEnd || map_.vmas().size() >= kMostVmas) return Errno::ENOMEM;
  map_.update(range, change);
  changed();
  return map_.covers(range) ? Result<Unit>(Unit{}) : Errno::ENOMEM;
}

Result<Unit> AddressSpace::sync(GuestRange range) {
  range.end = range.end.page_ceil();
  if (!range.start.page_aligned()) return Errno::EINVAL;
  if (range.end < range.start || range.end > kUserEnd) return Errno::ENOMEM;
  std::optional<Errno> failure;
  const Vma* vma = map_.find_at_or_above(range.start);
  for (; vma && vma->range.start < range.end; vma = map_.find_at_or_above(vma->range.end)) {
    if (!vma->object || vma->sharing != Sharing::Shared) continue;
    pages_.for_each(range.intersect(vma->range), [&](GuestAddr addr, PageEntry& entry) {
      if (entry.clean) return;
      const u64 index = (vma->object_offset + (addr - vma->range.start)) / kPageSize;
      auto written = vma->object->write_back(index);
      if (!written.ok()) {
        failure = written.error();
        return;
      }
      entry.clean = true;
      ++rights_reduced_;
    });
  }
  if (failure) return *failure;
  return map_.covers(range) ? Result<Unit>(Unit{}) : Errno::ENOMEM;
}

void AddressSpace::set_brk_start(GuestAddr start) { brk_start_ = brk_ = start; }

GuestAddr AddressSpace::set_brk(GuestAddr wanted) {
  if (wanted < brk_start_ || wanted >= kUserEnd) return brk_;
  // The heap's first bytes may lie in the last segment's page, which is mapped already.
  const GuestAddr old_end = brk_.page_ceil();
  const GuestAddr new_end = wanted.page_ceil();
  if (new_end < old_end) {
    if (!unmap({new_end, old_end}).ok()) return brk_;
  } else if (new_end > old_end) {
    const GuestRange growth{old_end, new_end};
    const Vma* above = map_.find_at_or_above(old_end);
    const u64 guard = above && above->growth == Growth::Down ? kStackGuardGap : kPageSize;
    if (wanted - brk_start_ > limits_.data) return brk_;
    if (above && new_end + guard > above->range.start) return brk_;
    Vma vma;
    vma.range = growth;
    vma.protection = Protection::rw();
    vma.kind = VmaKind::Heap;
    vma.locking = future_locking;
    if (!check_expansion(vma).ok()) return brk_;
    map_.insert(std::move(vma));
  }
  changed();
  return brk_ = wanted;
}

void AddressSpace::check_consistency() const {
  u64 inside = 0;
  GuestAddr end;
  for (const auto& [start, vma] : map_.vmas()) {
    CHECK(start == vma.range.start && start.page_aligned() && vma.range.end.page_aligned());
    CHECK(!vma.range.empty() && start >= end && vma.range.end <= kUserEnd);
    end = vma.range.end;
    pages_.for_each(vma.range, [&](GuestAddr, const PageEntry& entry) {
      ++inside;
      CHECK(entry.protection == vma.protection);
      CHECK(entry.shared == (vma.sharing == Sharing::Shared));
      CHECK(!(entry.shared && entry.copy_on_write) && pool_.references(entry.frame) > 0);
    });
  }
  u64 all = 0;
  pages_.for_each({GuestAddr(), kUserEnd}, [&](GuestAddr, const PageEntry&) { ++all; });
  CHECK(all == inside && all == resident_);
}

}  // namespace kemu
