// mremap(2).

#include <algorithm>

#include "vm/address_space.h"

namespace kemu {

namespace {

u64 round_up(u64 bytes) { return (bytes + kPageMask) & ~kPageMask; }

}  // namespace

Result<Unit> AddressSpace::check_remap(const RemapRequest& request, u64 old_size,
                                       u64 new_size) const {
  const GuestAddr start = request.old_range.start;
  if (!start.page_aligned() || request.new_size == 0) return Errno::EINVAL;
  if (new_size == 0 || new_size > kUserEnd.value()) return Errno::ENOMEM;
  if ((request.fixed || request.keep_old) && !request.may_move) return Errno::EINVAL;
  if (request.keep_old && old_size != new_size) return Errno::EINVAL;
  if (start >= kUserEnd || old_size > kUserEnd - start) return Errno::EINVAL;
  if (request.fixed) {
    const GuestAddr target = *request.fixed;
    if (!target.page_aligned() || target.value() > kUserEnd.value() - new_size) {
      return Errno::EINVAL;
    }
    const GuestRange old_range{start, start + old_size};
    if (old_range.overlaps({target, target + new_size})) return Errno::EINVAL;
    if (target < kUserStart) return Errno::EPERM;
  }
  const Vma* vma = map_.find(start);
  if (!vma) return Errno::EFAULT;
  // An old size of 0 maps a shared object once more (mm/mremap.c).
  if (old_size == 0 && vma->sharing != Sharing::Shared) return Errno::EINVAL;
  if (start + old_size > vma->range.end) return Errno::EFAULT;
  return Unit{};
}

Result<GuestAddr> AddressSpace::remap(const RemapRequest& request) {
  const u64 old_size = round_up(request.old_range.size());
  const u64 new_size = round_up(request.new_size);
  TRY(check_remap(request, old_size, new_size));
  const GuestAddr start = request.old_range.start;
  const bool stay = !request.fixed && !request.keep_old && old_size != 0;
  if (stay && new_size <= old_size) {
    if (new_size < old_size) TRY(unmap({start + new_size, start + old_size}));
    return start;
  }
  const bool locked = map_.find(start)->locking != Locking::None;
  if (locked && new_size > old_size && new_size - old_size > request.locked_left)
    return Errno::EAGAIN;
  const u64 kept = request.keep_old ? 0 : std::min(old_size, new_size);
  const Vma& vma = *map_.find(start);
  if (new_size > kept) {
    Vma more = vma;
    more.range = {start, start + (new_size - kept)};
    TRY(check_expansion(more));
  }

  const GuestRange growth{start + old_size, start + new_size};
  const bool grows_in_place = stay && vma.range.end == growth.start && growth.end <= kUserEnd &&
                              growth.end > growth.start && !map_.overlaps(growth);
  if (grows_in_place) {
    Vma more = vma;
    more.range = growth;
    if (more.object) more.object_offset += vma.range.size();
    map_.insert(std::move(more));
    return start;
  }
  if (!request.may_move) return Errno::ENOMEM;
  return remap_move(request, old_size, new_size);
}

Result<GuestAddr> AddressSpace::remap_move(const RemapRequest& request, u64 old_size,
                                           u64 new_size) {
  const GuestAddr start = request.old_range.start;
  MapRequest where;
  where.address = request.fixed.value_or(GuestAddr());
  where.placement = request.fixed ? Placement::Fixed : Placement::Hint;
  const GuestAddr target = TRY(place(where, new_size));
  if (request.fixed) {
    const GuestRange range{target, target + new_size};
    if (map_.overlaps(range)) TRY(unmap(range));
  }
  if (new_size < old_size) TRY(unmap({start + new_size, start + old_size}));

  const Vma* old = map_.find(start);
  CHECK(old);
  Vma moved = *old;
  if (moved.object) moved.object_offset += start - old->range.start;
  moved.range = {target, target + new_size};
  moved.growth = Growth::Fixed;
  if (moved.kind == VmaKind::Heap || moved.kind == VmaKind::Stack) moved.kind = VmaKind::Mmap;
  map_.insert(std::move(moved));

  const GuestRange from{start, start + std::min(old_size, new_size)};
  if (from.empty()) return target;
  move_pages(from, target);
  if (request.keep_old)
    map_.update(from, [](Vma& vma) { vma.locking = Locking::None; });
  else
    map_.erase(from);
  changed();
  return target;
}

void AddressSpace::move_pages(GuestRange from, GuestAddr to) {
  bool moved_any = false;
  pages_.for_each(from, [&](GuestAddr addr, PageEntry& entry) {
    pages_.get(to + (addr - from.start)) = entry;
    entry = PageEntry{};
    moved_any = true;
  });
  if (moved_any) ++rights_reduced_;
  pages_.prune(from);
}

}  // namespace kemu
