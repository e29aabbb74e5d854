// fork(2)'s half of an address space: dup_mmap and copy_page_range in Linux.

#include "vm/address_space.h"
#include "vm/memory_copies.h"

namespace kemu {

Result<std::unique_ptr<AddressSpace>> AddressSpace::fork(ForkMode mode, ForkReport* report) {
  auto child = std::make_unique<AddressSpace>(pool_);
  child->map_ = map_;
  child->limits_ = limits_;
  child->brk_start_ = brk_start_;
  child->brk_ = brk_;
  child->resident_ = child->most_resident_ = share_pages_with_copy(mode);
  child->pages_ = pages_.copy();

  // mlock(2): a child inherits no locks.
  if (map_.locked_bytes() > 0) child->set_locking_of_all(Locking::None);
  child->apply_on_fork();
  if (mode == ForkMode::Eager) TRY(child->copy_private_pages());
  if (report) child->report_fork(mode, *report);
  child->changed();
  return child;
}

/// Retains every page for a copy of the table, which is right as it stands after this. How many.
u64 AddressSpace::share_pages_with_copy(ForkMode mode) {
  u64 seen = 0;
  bool took_rights = false;
  pages_.for_each({GuestAddr(), kUserEnd}, [&](GuestAddr, PageEntry& entry) {
    pool_.retain(entry.frame);
    ++seen;
    if (mode == ForkMode::Eager || entry.shared || entry.copy_on_write) return;
    took_rights |= entry.protection.writable();
    entry.copy_on_write = true;
  });
  if (took_rights) ++rights_reduced_;
  CHECK(seen == resident_);  // every mapped page goes over
  return seen;
}

void AddressSpace::note_shared(MemoryCopies& copies) const {
  for (const auto& [start, vma] : map_.vmas()) {
    if (vma.sharing != Sharing::Shared) continue;
    pages_.for_each(vma.range,
                    [&](GuestAddr, const PageEntry& entry) { copies.note_shared(entry.frame); });
  }
}

std::shared_ptr<AddressSpace> AddressSpace::copy_to(MemoryCopies& copies) {
  auto made = std::make_shared<AddressSpace>(pool_);
  made->map_ = map_;
  made->limits_ = limits_;
  made->future_locking = future_locking;
  made->brk_start_ = brk_start_;
  made->brk_ = brk_;
  made->most_resident_ = most_resident_;
  made->faults_ = faults_;
  made->resident_ = share_pages_with_copy(ForkMode::CopyOnWrite);
  made->pages_ = pages_.copy();
  made->map_.replace_objects([&](const Vma& vma) {
    auto object = copies.of(vma.object);
    const bool writes = vma.sharing == Sharing::Shared && vma.most.writable();
    return writes && object != vma.object ? object->for_writing(object) : object;
  });
  for (const auto& [start, vma] : made->map_.vmas()) {
    if (vma.sharing != Sharing::Shared) continue;
    made->pages_.for_each(vma.range, [&](GuestAddr, PageEntry& entry) {
      const Frame copy = copies.frame(entry.frame);
      pool_.retain(copy);
      pool_.release(entry.frame);
      entry.frame = copy;
    });
  }
  made->changed();
  return made;
}

/// madvise's MADV_DONTFORK and MADV_WIPEONFORK, in the child.
void AddressSpace::apply_on_fork() {
  std::vector<GuestRange> omitted;
  for (const auto& [start, vma] : map_.vmas()) {
    if (vma.on_fork == OnFork::Copy) continue;
    pages_.for_each(vma.range, [&](GuestAddr, PageEntry& entry) {
      pool_.release(entry.frame);
      entry = PageEntry{};
      --resident_;
    });
    if (vma.on_fork == OnFork::Omit) omitted.push_back(vma.range);
  }
  for (const GuestRange& range : omitted) map_.erase(range);
}

/// --fork=eager: bytes of its own for every private page. On ENOMEM the caller destroys the child,
/// which gives back exactly what the child holds.
Result<Unit> AddressSpace::copy_private_pages() {
  std::optional<Errno> failure;
  pages_.for_each({GuestAddr(), kUserEnd}, [&](GuestAddr, PageEntry& entry) {
    if (entry.shared || failure) return;
    auto copy = pool_.allocate_copy(entry.frame);
    if (!copy.ok()) {
      failure = copy.error();
      return;
    }
    pool_.release(entry.frame);
    entry.frame = *copy;
    entry.copy_on_write = false;
  });
  if (failure) return *failure;
  return Unit{};
}

void AddressSpace::report_fork(ForkMode mode, ForkReport& report) const {
  u64 reported = 0;
  for (const auto& [start, vma] : map_.vmas()) {
    ForkedRegion region{vma.kind, vma.range};
    pages_.for_each(vma.range, [&](GuestAddr, const PageEntry& entry) {
      const bool copied = mode == ForkMode::Eager && !entry.shared;
      ++(copied ? region.copied : region.shared);
    });
    region.absent = vma.range.pages() - region.shared - region.copied;
    reported += region.shared + region.copied;
    report.push_back(region);
  }
  CHECK(reported == resident_);
}

}  // namespace kemu
