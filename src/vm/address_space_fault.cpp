// What happens on the first touch of a page: arch/arm64/mm/fault.c and mm/memory.c in Linux.

#include "vm/address_space.h"

#include <algorithm>

namespace kemu {

namespace {

Fault::Kind kind_of(Errno error) {
  return error == Errno::ENOMEM ? Fault::Kind::OutOfMemory : Fault::Kind::BeyondObject;
}

}  // namespace

Result<PageEntry, Fault> AddressSpace::resolve_fault(GuestAddr addr, Access access) {
  if (addr >= kUserEnd) return Fault{addr, access, Fault::Kind::NotMapped};
  const Vma* vma = map_.find(addr);
  if (!vma) vma = grow_stack(addr);
  if (!vma) return Fault{addr, access, Fault::Kind::NotMapped};
  if (!vma->protection.allows(access)) return Fault{addr, access, Fault::Kind::NoPermission};

  PageEntry& entry = pages_.get(addr);
  if (!entry.present()) return make_present(*vma, entry, addr, access);
  if (access == Access::Write) {
    auto writable = make_writable(entry, addr);
    if (!writable.ok()) return writable.error();
  }
  return entry;
}

/// The Vma of a stack that grew down to `addr`, or null when none may (find_extend_vma).
const Vma* AddressSpace::grow_stack(GuestAddr addr) {
  const Vma* stack = map_.find_at_or_above(addr);
  if (!stack || stack->growth != Growth::Down) return nullptr;
  const GuestAddr start = addr.page_floor();
  if (start < kUserStart || stack->range.end - start > limits_.stack) return nullptr;
  if (stack->range.start - start > address_space_left()) return nullptr;
  const Vma* below = map_.find_below(stack->range.start);
  const bool guarded = below && below->growth != Growth::Down && below->protection.bits() != 0;
  if (below && below->range.end + (guarded ? kStackGuardGap : 0) > start) return nullptr;
  map_.grow_down(stack->range.start, start);
  return map_.find(start);
}

Result<PageEntry, Fault> AddressSpace::make_present(const Vma& vma, PageEntry& entry,
                                                    GuestAddr addr, Access access) {
  PageEntry made;
  made.protection = vma.protection;
  if (!vma.object) {
    auto frame = pool_.allocate();
    if (!frame.ok()) return Fault{addr, access, kind_of(frame.error())};
    made.frame = *frame;
  } else {
    const u64 offset = vma.object_offset + (addr.page_floor() - vma.range.start);
    auto frame = vma.object->page(offset / kPageSize);
    if (!frame.ok()) return Fault{addr, access, kind_of(frame.error())};
    made.frame = *frame;
    made.shared = vma.sharing == Sharing::Shared;
    made.clean = made.shared && access != Access::Write;
    made.copy_on_write = !made.shared;
  }
  if (made.copy_on_write && access == Access::Write && pool_.references(made.frame) > 1) {
    auto copy = pool_.allocate_copy(made.frame);
    pool_.release(made.frame);
    if (!copy.ok()) return Fault{addr, access, kind_of(copy.error())};
    made.frame = *copy;
    made.copy_on_write = false;
  }
  entry = made;
  ++resident_;
  ++faults_;
  most_resident_ = std::max(most_resident_, resident_);
  return made;
}

Result<Unit, Fault> AddressSpace::make_writable(PageEntry& entry, GuestAddr addr) {
  entry.clean = false;
  if (!entry.copy_on_write) return Unit{};
  if (pool_.references(entry.frame) > 1) {
    auto copy = pool_.allocate_copy(entry.frame);
    if (!copy.ok()) return Fault{addr, Access::Write, kind_of(copy.error())};
    pool_.release(entry.frame);
    entry.frame = *copy;
    ++faults_;
    // The CPU may still read the old frame through its TLB.
    ++rights_reduced_;
  }
  entry.copy_on_write = false;
  return Unit{};
}

}  // namespace kemu
