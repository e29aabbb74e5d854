// fork(2)'s half of an address space: dup_mmap and copy_page_range in Linux.

#include "vm/address_space.h"

namespace kemu {

Result<std::unique_ptr<AddressSpace>> AddressSpace::fork(ForkMode mode, ForkReport* report) {
  auto child = std::make_unique<AddressSpace>(pool_);
  child->map_ = map_;
  child->limits_ = limits_;
  child->brk_start_ = brk_start_;
  child->brk_ = brk_;
  const bool cow = mode == ForkMode::CopyOnWrite;

  // Marked in the parent's table first, so that the copy of it is right as it stands.
  u64 seen = 0;
  bool took_rights = false;
  pages_.for_each({GuestAddr(), kUserEnd}, [&](GuestAddr, PageEntry& entry) {
    pool_.retain(entry.frame);
    ++seen;
    if (!cow || entry.shared || entry.copy_on_write) return;
    took_rights |= entry.protection.writable();
    entry.copy_on_write = true;
  });
  if (took_rights) ++rights_reduced_;
  child->pages_ = pages_.copy();
  child->resident_ = child->most_resident_ = seen;
  CHECK(seen == resident_);  // every mapped page went over

  // mlock(2): a child inherits no locks.
  if (map_.locked_bytes() > 0) child->set_locking_of_all(Locking::None);
  child->apply_on_fork();
  if (!cow) TRY(child->copy_private_pages());
  if (report) child->report_fork(mode, *report);
  child->changed();
  return child;
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
