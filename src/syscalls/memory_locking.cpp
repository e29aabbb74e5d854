#include "base/abi/mman.h"
#include "syscalls/handlers.h"
#include "syscalls/memory_pages.h"

// mlock(2) and kin, mm/mlock.c: kemu never swaps, so what remains of a lock is that the pages are
// there, that madvise(2) does not throw them away, and what RLIMIT_MEMLOCK counts.

namespace kemu {

Result<Unit> fault_in(AddressSpace& space, GuestRange range) {
  for (GuestAddr addr = range.start; addr < range.end;) {
    const Vma* vma = space.map().find(addr);
    if (!vma) return Errno::ENOMEM;
    const GuestRange part = vma->range.intersect({addr, range.end});
    addr = part.end;
    const bool as_writer = vma->protection.writable() && vma->sharing == Sharing::Private;
    const Access access = as_writer                    ? Access::Write
                          : vma->protection.readable() ? Access::Read
                                                       : Access::Execute;
    for (GuestAddr page = part.start; page < part.end; page += kPageSize)
      if (!space.resolve_fault(page, access).ok()) return Errno::ENOMEM;
  }
  return Unit{};
}

void populate_quietly(AddressSpace& space, GuestRange range) {
  // mm_populate() goes on behind a region that cannot be touched.
  while (range.start < range.end) {
    const Vma* vma = space.map().find_at_or_above(range.start);
    if (!vma || vma->range.start >= range.end) return;
    const GuestRange part = vma->range.intersect(range);
    (void)fault_in(space, part);
    range.start = part.end;
  }
}

u64 lockable_bytes(Task& task) {
  if (task.credentials.capable(abi::kCapIpcLock)) return ~u64{0};
  const u64 limit = task.process().limits.soft(Resource::LockedMemory) & ~kPageMask;
  const u64 locked = task.space->map().locked_bytes();
  return limit > locked ? limit - locked : 0;
}

Result<Unit> check_may_lock(Task& task) {
  const bool may = task.credentials.capable(abi::kCapIpcLock) ||
                   task.process().limits.soft(Resource::LockedMemory) > 0;
  if (!may) return Errno::EPERM;
  return Unit{};
}

Result<Unit> check_future_lock(Task& task, Locking locking, u64 size) {
  if (locking != Locking::None && size > lockable_bytes(task)) return Errno::EAGAIN;
  return Unit{};
}

namespace {

/// do_mlock(): what is locked already does not count again.
Result<Unit> do_mlock(Task& task, GuestAddr addr, u64 size, Locking locking) {
  TRY(check_may_lock(task));
  const u64 bytes = page_align(size + addr.page_offset());
  const GuestAddr start = addr.page_floor();
  const u64 left = lockable_bytes(task);
  const GuestRange asked{start, start + bytes};
  const u64 again = asked.end > asked.start ? task.space->map().locked_bytes(asked) : 0;
  if (bytes > left && bytes - again > left) return Errno::ENOMEM;
  const GuestRange range = TRY(checked_range(start, bytes, Errno::EINVAL));
  if (range.empty()) return Unit{};
  TRY(task.space->set_locking(range, locking));
  if (locking == Locking::OnFault) return Unit{};
  return fault_in(*task.space, range);
}

}  // namespace

SyscallResult<Unit> sys_mlock(Task& task, GuestAddr addr, u64 size) {
  return do_mlock(task, addr, size, Locking::Now);
}

SyscallResult<Unit> sys_mlock2(Task& task, GuestAddr addr, u64 size, MlockFlags flags) {
  if (flags.any_but(abi::kMlock2OnFault)) return Errno::EINVAL;
  const bool on_fault = flags.has(abi::kMlock2OnFault);
  return do_mlock(task, addr, size, on_fault ? Locking::OnFault : Locking::Now);
}

SyscallResult<Unit> sys_munlock(Task& task, GuestAddr addr, u64 size) {
  const u64 bytes = page_align(size + addr.page_offset());
  const GuestRange range = TRY(checked_range(addr.page_floor(), bytes, Errno::EINVAL));
  if (range.empty()) return Unit{};
  return task.space->set_locking(range, Locking::None);
}

SyscallResult<Unit> sys_mlockall(Task& task, u32 flags) {
  const u32 known = abi::kMlockCurrent | abi::kMlockFuture | abi::kMlockOnFault;
  if (flags == 0 || (flags & ~known) || flags == abi::kMlockOnFault) return Errno::EINVAL;
  TRY(check_may_lock(task));
  AddressSpace& space = *task.space;
  const bool current = flags & abi::kMlockCurrent;
  const bool unbound = task.credentials.capable(abi::kCapIpcLock);
  const u64 limit = task.process().limits.soft(Resource::LockedMemory) & ~kPageMask;
  if (current && !unbound && space.map().total_bytes() > limit) return Errno::ENOMEM;
  const Locking locking = flags & abi::kMlockOnFault ? Locking::OnFault : Locking::Now;
  space.future_locking = flags & abi::kMlockFuture ? locking : Locking::None;
  if (!current) return Unit{};
  space.set_locking_of_all(locking);
  if (locking == Locking::Now) populate_quietly(space, {GuestAddr(), kUserEnd});
  return Unit{};
}

SyscallResult<Unit> sys_munlockall(Task& task) {
  task.space->future_locking = Locking::None;
  task.space->set_locking_of_all(Locking::None);
  return Unit{};
}

}  // namespace kemu
