#include "base/abi/mman.h"
#include "syscalls/handlers.h"
#include "syscalls/memory_pages.h"
#include "syscalls/refuse.h"

// madvise(2), mm/madvise.c: each region of the range in turn, the first one's error ends it, and
// holes are ENOMEM only after what is mapped was served.

namespace kemu {

namespace {

/// What MADV_FREE and MADV_WIPEONFORK are for.
bool is_private_anonymous(const Vma& vma) { return vma.sharing == Sharing::Private && !vma.object; }

/// Runs `serve` for the mapped parts of a range, up to one that fails.
template <typename Serve>
Result<Unit> for_each_region(AddressSpace& space, GuestRange range, Serve&& serve) {
  const bool covered = space.map().covers(range);
  while (range.start < range.end) {
    const Vma* vma = space.map().find_at_or_above(range.start);
    if (!vma || vma->range.start >= range.end) break;
    const GuestRange part = vma->range.intersect(range);
    TRY(serve(*vma, part));
    range.start = part.end;
  }
  if (!covered) return Errno::ENOMEM;
  return Unit{};
}

Result<Unit> set_on_fork(AddressSpace& space, GuestRange range, OnFork on_fork) {
  return for_each_region(space, range, [&](const Vma& vma, GuestRange part) -> Result<Unit> {
    if (on_fork == OnFork::Wipe && !is_private_anonymous(vma)) return Errno::EINVAL;
    return space.update_vmas(part, [on_fork](Vma& changed) { changed.on_fork = on_fork; });
  });
}

/// MADV_COLD and PAGEOUT: there is no swap, so pages stay. Locked ones would have to.
Result<Unit> check_evictable(AddressSpace& space, GuestRange range) {
  return for_each_region(space, range, [&](const Vma& vma, GuestRange) -> Result<Unit> {
    if (vma.locking != Locking::None) return Errno::EINVAL;
    return Unit{};
  });
}

/// MADV_FREE: the memory may go at any time, so it goes at once: the host, whose pressure nobody
/// here knows, has it back.
Result<Unit> free_pages(AddressSpace& space, GuestRange range) {
  return for_each_region(space, range, [&](const Vma& vma, GuestRange part) -> Result<Unit> {
    if (!is_private_anonymous(vma)) return Errno::EINVAL;
    return space.discard(part);
  });
}

/// faultin_page_range(): a hole ends it.
Result<Unit> populate(AddressSpace& space, GuestRange range, Access access) {
  for (GuestAddr addr = range.start; addr < range.end; addr += kPageSize) {
    const Vma* vma = space.map().find(addr);
    if (!vma) return Errno::ENOMEM;
    if (!vma->protection.allows(access)) return Errno::EINVAL;
    if (!space.resolve_fault(addr, access).ok()) return Errno::EFAULT;
  }
  return Unit{};
}

bool is_known_advice(u32 advice) {
  return advice <= abi::kMadviseDontNeed ||
         (advice >= abi::kMadviseFree && advice <= abi::kMadviseDontNeedLocked);
}

}  // namespace

Result<Unit> do_madvise(AddressSpace& space, GuestAddr addr, u64 size, u32 advice) {
  using OfLocked = AddressSpace::OfLocked;
  // Without huge pages MADV_COLLAPSE is as unknown as on a kernel built without them.
  if (!is_known_advice(advice)) return Errno::EINVAL;
  const GuestRange range = TRY(checked_range(addr, size, Errno::EINVAL));
  if (range.empty()) return Unit{};
  switch (advice) {
    case abi::kMadviseDontNeed: return space.discard(range);
    case abi::kMadviseDontNeedLocked: return space.discard(range, OfLocked::Discarded);
    case abi::kMadviseDontFork: return set_on_fork(space, range, OnFork::Omit);
    case abi::kMadviseWipeOnFork: return set_on_fork(space, range, OnFork::Wipe);
    case abi::kMadviseDoFork:
    case abi::kMadviseKeepOnFork: return set_on_fork(space, range, OnFork::Copy);
    case abi::kMadvisePopulateRead: return populate(space, range, Access::Read);
    case abi::kMadvisePopulateWrite: return populate(space, range, Access::Write);
    case abi::kMadviseFree: return free_pages(space, range);
    case abi::kMadviseCold:
    case abi::kMadvisePageOut: return check_evictable(space, range);
    case abi::kMadviseRemove: return space.remove(range);
    default:  // hints that change nothing a program can see
      if (!space.map().covers(range)) return Errno::ENOMEM;
      return Unit{};
  }
}

SyscallResult<Unit> sys_madvise(Task& task, GuestAddr addr, u64 size, MadviseAdvice advice) {
  constexpr u32 kCollapse = 25;
  if (advice.bits == kCollapse) return refuse(task, "madvise MADV_COLLAPSE", Errno::EINVAL);
  return do_madvise(*task.space, addr, size, advice.bits);
}

}  // namespace kemu
