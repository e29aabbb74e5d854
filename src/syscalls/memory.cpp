#include "base/abi/mman.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// mmap(2) and the calls on what it made. What is checked here, in mm/mmap.c's order, is what an
// AddressSpace does not know: flags, files and limits of the process.

namespace kemu {

namespace {

constexpr u32 kProtectionBits = abi::kProtRead | abi::kProtWrite | abi::kProtExec;

/// mmap(2)'s flags that a MAP_SHARED_VALIDATE mapping may have (LEGACY_MAP_MASK).
constexpr u32 kKnownMapFlags = abi::kMapTypeMask | abi::kMapFixed | abi::kMapAnonymous |
                               abi::kMapDenyWrite | abi::kMapExecutable | abi::kMapGrowsDown |
                               abi::kMapLocked | abi::kMapNoReserve | abi::kMapPopulate |
                               abi::kMapNonBlock | abi::kMapStack | abi::kMapHugeTlb |
                               abi::kMapHugeSizeMask;

/// `size` rounded up to pages; 0 when that overflows (or for 0).
constexpr u64 page_align(u64 size) { return (size + kPageMask) & ~kPageMask; }

GuestRange pages_of(GuestAddr addr, u64 size) { return {addr, addr + page_align(size)}; }

/// A range of whole pages as mm/madvise.c and kin demand it. EINVAL for a misaligned start; the
/// error given for one that wraps around.
Result<GuestRange> checked_range(GuestAddr addr, u64 size, Errno wrapped) {
  if (!addr.page_aligned()) return Errno::EINVAL;
  if (size != 0 && page_align(size) == 0) return wrapped;
  const GuestRange range = pages_of(addr, size);
  if (range.end < range.start) return wrapped;
  return range;
}

enum class MapType : u8 { Private, Shared, SharedValidate };

Result<MapType> map_type(MapFlags flags) {
  switch (flags.bits & abi::kMapTypeMask) {
    case abi::kMapPrivate: return MapType::Private;
    case abi::kMapShared: return MapType::Shared;
    case abi::kMapSharedValidate: return MapType::SharedValidate;
    default: return Errno::EINVAL;
  }
}

Placement placement_of(MapFlags flags) {
  if (flags.has(abi::kMapFixedNoReplace)) return Placement::FixedNoReplace;
  return flags.has(abi::kMapFixed) ? Placement::Fixed : Placement::Hint;
}

/// do_mmap()'s part for a file: who may map it how, and the object to map.
Result<Unit> fill_file_mapping(FileDescription& file, MapType type, MapFlags flags,
                               ProtectionFlags protection, MapRequest& request) {
  const u64 end = request.object_offset + page_align(request.size);
  if (end < request.object_offset || static_cast<i64>(end) < 0) return Errno::EOVERFLOW;
  if (type == MapType::SharedValidate && flags.any_but(kKnownMapFlags)) return Errno::EOPNOTSUPP;
  if (type != MapType::Private) {
    if (protection.has(abi::kProtWrite) && !file.writable()) return Errno::EACCES;
    if (!file.writable()) request.most = Protection::rwx().without_write();
  }
  if (!file.readable()) return Errno::EACCES;
  const auto& mount = file.location()->mount;
  if (mount && mount->has(abi::kMountNoExec)) {
    if (protection.has(abi::kProtExec)) return Errno::EPERM;
    request.most = Protection::from_bits(request.most.bits() & ~abi::kProtExec);
  }
  request.object = TRY(file.mapping(request.sharing));
  if (flags.has(abi::kMapGrowsDown)) return Errno::EINVAL;
  return Unit{};
}

Result<Unit> fill_anonymous_mapping(MapType type, MapFlags flags, MapRequest& request) {
  if (type == MapType::SharedValidate) return Errno::EINVAL;
  if (type == MapType::Shared && flags.has(abi::kMapGrowsDown)) return Errno::EINVAL;
  if (flags.has(abi::kMapGrowsDown)) request.growth = Growth::Down;
  return Unit{};
}

/// Touches every page as mlock(2) and MAP_POPULATE do: writable private memory as a writer.
/// Stops at the first page that cannot be had, and says why.
Result<Unit> fault_in(AddressSpace& space, GuestRange range) {
  for (GuestAddr addr = range.start; addr < range.end;) {
    const Vma* vma = space.map().find(addr);
    if (!vma) return Errno::ENOMEM;
    const GuestRange part = vma->range.intersect({addr, range.end});
    addr = part.end;
    if (vma->protection == Protection::none()) continue;
    const bool as_writer = vma->protection.writable() && vma->sharing == Sharing::Private;
    const Access access = as_writer ? Access::Write : Access::Read;
    for (GuestAddr page = part.start; page < part.end; page += kPageSize)
      if (!space.resolve_fault(page, access).ok()) return Errno::ENOMEM;
  }
  return Unit{};
}

bool may_lock(Task& task, u64 bytes) {
  const Process& process = task.process();
  return process.credentials.capable(abi::kCapIpcLock) ||
         bytes <= process.limits.soft(Resource::LockedMemory);
}

/// can_do_mlock(): nobody but root locks anything under a limit of 0.
Result<Unit> check_may_lock(Task& task) {
  if (!may_lock(task, 1)) return Errno::EPERM;
  return Unit{};
}

}  // namespace

SyscallResult<GuestAddr> sys_brk(Task& task, GuestAddr addr) { return task.space->set_brk(addr); }

SyscallResult<GuestAddr> sys_mmap(Task& task, GuestAddr addr, u64 size, ProtectionFlags protection,
                                  MapFlags flags, Fd fd, i64 offset) {
  if (static_cast<u64>(offset) & kPageMask) return Errno::EINVAL;
  std::shared_ptr<FileDescription> file;
  if (!flags.has(abi::kMapAnonymous)) {
    file = TRY(get_file(task, fd));
    if (flags.has(abi::kMapHugeTlb)) return Errno::EINVAL;
  } else if (flags.has(abi::kMapHugeTlb)) {
    return Errno::ENOMEM;  // as a system that has reserved no huge pages
  }
  if (size == 0) return Errno::EINVAL;
  if (page_align(size) == 0) return Errno::ENOMEM;
  const MapType type = TRY(map_type(flags));

  MapRequest request;
  request.address = addr;
  request.size = size;
  request.protection = Protection::from_bits(protection.bits);
  request.placement = placement_of(flags);
  request.sharing = type == MapType::Private ? Sharing::Private : Sharing::Shared;
  if (flags.has(abi::kMapLocked)) {
    TRY(check_may_lock(task));
    if (!may_lock(task, page_align(size))) return Errno::EAGAIN;
  }
  if (file) {
    request.object_offset = static_cast<u64>(offset);
    TRY(fill_file_mapping(*file, type, flags, protection, request));
  } else {
    TRY(fill_anonymous_mapping(type, flags, request));
  }

  const GuestAddr start = TRY(task.space->map(std::move(request)));
  const bool populate = flags.has(abi::kMapPopulate) && !flags.has(abi::kMapNonBlock);
  // mmap(2): a page that cannot be populated does not make the call fail.
  if (populate || flags.has(abi::kMapLocked)) (void)fault_in(*task.space, pages_of(start, size));
  return start;
}

SyscallResult<Unit> sys_munmap(Task& task, GuestAddr addr, u64 size) {
  const u64 limit = kUserEnd.value();
  if (!addr.page_aligned() || addr.value() > limit || size > limit - addr.value())
    return Errno::EINVAL;
  if (page_align(size) == 0) return Errno::EINVAL;
  return task.space->unmap(pages_of(addr, size));
}

SyscallResult<GuestAddr> sys_mremap(Task& task, GuestAddr addr, u64 old_size, u64 new_size,
                                    RemapFlags flags, GuestAddr new_addr) {
  if (flags.any_but(abi::kRemapMayMove | abi::kRemapFixed | abi::kRemapDontUnmap))
    return Errno::EINVAL;
  const bool may_move = flags.has(abi::kRemapMayMove);
  if (flags.has(abi::kRemapFixed) && !may_move) return Errno::EINVAL;
  if (flags.has(abi::kRemapDontUnmap) && (!may_move || old_size != new_size)) return Errno::EINVAL;
  if (!addr.page_aligned() || page_align(new_size) == 0) return Errno::EINVAL;
  // What wraps around is no mapping of anybody's.
  const GuestRange old_range = TRY(checked_range(addr, old_size, Errno::EFAULT));

  RemapRequest request;
  request.old_range = old_range;
  request.new_size = new_size;
  request.may_move = may_move;
  request.keep_old = flags.has(abi::kRemapDontUnmap);
  if (flags.has(abi::kRemapFixed)) {
    if (!new_addr.page_aligned()) return Errno::EINVAL;
    request.fixed = new_addr;
  }
  return task.space->remap(request);
}

namespace {

/// PROT_GROWSDOWN: the change reaches down to the start of the growing region.
Result<GuestRange> extend_down(const AddressSpace& space, GuestRange range) {
  const Vma* vma = space.map().find_at_or_above(range.start);
  if (!vma || vma->range.start >= range.end) return Errno::ENOMEM;
  if (vma->growth != Growth::Down) return Errno::EINVAL;
  return GuestRange{vma->range.start, range.end};
}

}  // namespace

SyscallResult<Unit> sys_mprotect(Task& task, GuestAddr addr, u64 size, ProtectionFlags protection) {
  const bool grows_down = protection.has(abi::kProtGrowsDown);
  const bool grows_up = protection.has(abi::kProtGrowsUp);
  if (grows_down && grows_up) return Errno::EINVAL;
  if (!addr.page_aligned()) return Errno::EINVAL;
  if (size == 0) return Unit{};
  GuestRange range = TRY(checked_range(addr, size, Errno::ENOMEM));
  const u32 growth_bits = abi::kProtGrowsDown | abi::kProtGrowsUp;
  if (protection.any_but(kProtectionBits | abi::kProtSem | growth_bits)) return Errno::EINVAL;
  if (grows_up) return Errno::EINVAL;  // no stack of arm64 does
  if (grows_down) range = TRY(extend_down(*task.space, range));
  return task.space->protect(range, Protection::from_bits(protection.bits));
}

// Protection keys, as on a CPU that has none: -1 stands for no key.

SyscallResult<Unit> sys_pkey_mprotect(Task& task, GuestAddr addr, u64 size,
                                      ProtectionFlags protection, i32 key) {
  if (key != -1) return Errno::EINVAL;
  return sys_mprotect(task, addr, size, protection);
}

SyscallResult<i32> sys_pkey_alloc(Task&, u64 flags, PkeyRights rights) {
  if (flags != 0 || rights.any_but(abi::kPkeyRightsMask)) return Errno::EINVAL;
  return Errno::ENOSPC;
}

SyscallResult<Unit> sys_pkey_free(Task&, i32) { return Errno::EINVAL; }

SyscallResult<Unit> sys_remap_file_pages(Task& task, GuestAddr addr, u64 size,
                                         ProtectionFlags protection, u64 page, MapFlags) {
  const GuestAddr start = addr.page_floor();
  const GuestRange range{start, start + (size & ~kPageMask)};
  const u64 offset = page * kPageSize;
  if (protection.bits != 0 || range.end <= range.start || offset / kPageSize != page ||
      offset + (range.end - start) < offset)
    return Errno::EINVAL;
  const MemoryMap& map = task.space->map();
  const Vma* first = map.find(start);
  if (!first || first->sharing != Sharing::Shared || !map.covers(range)) return Errno::EINVAL;
  for (const Vma* vma = first; vma && vma->range.start < range.end; vma = map.find(vma->range.end))
    if (!vma->object || vma->object->contents() != first->object->contents() ||
        vma->protection != first->protection)
      return Errno::EINVAL;
  MapRequest request;
  request.address = start;
  request.size = range.size();
  request.protection = first->protection;
  request.most = first->most;
  request.placement = Placement::Fixed;
  request.sharing = Sharing::Shared;
  request.object = first->object;
  request.object_offset = offset;
  TRY(task.space->map(std::move(request)));
  (void)fault_in(*task.space, range);
  return Unit{};
}

SyscallResult<Unit> sys_msync(Task& task, GuestAddr addr, u64 size, MsyncFlags flags) {
  if (flags.any_but(abi::kMsyncAsync | abi::kMsyncInvalidate | abi::kMsyncSync))
    return Errno::EINVAL;
  if (!addr.page_aligned()) return Errno::EINVAL;
  if (flags.has(abi::kMsyncAsync | abi::kMsyncSync)) return Errno::EINVAL;
  const GuestRange range = TRY(checked_range(addr, size, Errno::ENOMEM));
  if (range.empty()) return Unit{};
  return task.space->sync(range);
}

// mlock(2) and kin: kemu never swaps, so what is asked for is that the pages are there.

SyscallResult<Unit> sys_mlock(Task& task, GuestAddr addr, u64 size) {
  TRY(check_may_lock(task));
  const u64 bytes = page_align(size + addr.page_offset());
  if (!may_lock(task, bytes)) return Errno::ENOMEM;
  const GuestRange range = TRY(checked_range(addr.page_floor(), bytes, Errno::EINVAL));
  return fault_in(*task.space, range);
}

SyscallResult<Unit> sys_mlock2(Task& task, GuestAddr addr, u64 size, MlockFlags flags) {
  if (flags.any_but(abi::kMlock2OnFault)) return Errno::EINVAL;
  if (!flags.has(abi::kMlock2OnFault)) return sys_mlock(task, addr, size);
  TRY(check_may_lock(task));
  const u64 bytes = page_align(size + addr.page_offset());
  if (!may_lock(task, bytes)) return Errno::ENOMEM;
  const GuestRange range = TRY(checked_range(addr.page_floor(), bytes, Errno::EINVAL));
  if (!range.empty() && !task.space->map().covers(range)) return Errno::ENOMEM;
  return Unit{};
}

SyscallResult<Unit> sys_munlock(Task& task, GuestAddr addr, u64 size) {
  const u64 bytes = page_align(size + addr.page_offset());
  const GuestRange range = TRY(checked_range(addr.page_floor(), bytes, Errno::EINVAL));
  if (!range.empty() && !task.space->map().covers(range)) return Errno::ENOMEM;
  return Unit{};
}

SyscallResult<Unit> sys_mlockall(Task& task, u32 flags) {
  const u32 known = abi::kMlockCurrent | abi::kMlockFuture | abi::kMlockOnFault;
  if (flags == 0 || (flags & ~known) || flags == abi::kMlockOnFault) return Errno::EINVAL;
  TRY(check_may_lock(task));
  if ((flags & abi::kMlockCurrent) && !may_lock(task, task.space->map().total_bytes()))
    return Errno::ENOMEM;
  return Unit{};
}

SyscallResult<Unit> sys_munlockall(Task&) { return Unit{}; }

SyscallResult<Unit> sys_mincore(Task& task, GuestAddr addr, u64 size, GuestAddr vec) {
  if (!addr.page_aligned()) return Errno::EINVAL;
  const u64 limit = kUserEnd.value();
  if (addr.value() > limit || size > limit - addr.value()) return Errno::ENOMEM;
  const GuestRange range = pages_of(addr, size);
  if (vec >= kUserEnd || range.pages() > kUserEnd - vec) return Errno::EFAULT;
  std::vector<std::byte> resident;
  for (GuestAddr page = range.start; page < range.end;) {
    resident.clear();
    const GuestAddr first = page;
    for (; page < range.end && resident.size() < kPageSize; page += kPageSize) {
      if (!task.space->map().find(page)) return Errno::ENOMEM;
      const PageEntry* entry = task.space->pages().find(page);
      resident.push_back(std::byte{entry && entry->present()});
    }
    TRY(task.space->write(vec + (first - range.start) / kPageSize, resident));
  }
  return Unit{};
}

namespace {

/// What MADV_FREE and MADV_WIPEONFORK are for.
bool is_private_anonymous(const Vma& vma) { return vma.sharing == Sharing::Private && !vma.object; }

/// EINVAL when some region of the range is not private anonymous memory.
Result<Unit> check_private_anonymous(const AddressSpace& space, GuestRange range) {
  for (const auto& [start, vma] : space.map().vmas())
    if (vma.range.overlaps(range) && !is_private_anonymous(vma)) return Errno::EINVAL;
  return Unit{};
}

Result<Unit> set_on_fork(AddressSpace& space, GuestRange range, OnFork on_fork) {
  return space.update_vmas(range, [on_fork](Vma& vma) { vma.on_fork = on_fork; });
}

Result<Unit> check_covered(const AddressSpace& space, GuestRange range) {
  if (!space.map().covers(range)) return Errno::ENOMEM;
  return Unit{};
}

/// Throws pages away; holes are ENOMEM only after what is mapped was served (madvise(2)).
Result<Unit> discard_pages(AddressSpace& space, GuestRange range) {
  const bool covered = space.map().covers(range);
  TRY(space.discard(range));
  if (!covered) return Errno::ENOMEM;
  return Unit{};
}

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
         (advice >= abi::kMadviseFree && advice <= abi::kMadvisePopulateWrite);
}

Result<Unit> advise(Task& task, GuestRange range, u32 advice) {
  AddressSpace& space = *task.space;
  switch (advice) {
    case abi::kMadviseDontNeed: return discard_pages(space, range);
    case abi::kMadviseDontFork: return set_on_fork(space, range, OnFork::Omit);
    case abi::kMadviseDoFork: return set_on_fork(space, range, OnFork::Copy);
    case abi::kMadviseWipeOnFork:
      TRY(check_private_anonymous(space, range));
      return set_on_fork(space, range, OnFork::Wipe);
    case abi::kMadviseKeepOnFork: return set_on_fork(space, range, OnFork::Copy);
    case abi::kMadvisePopulateRead: return populate(space, range, Access::Read);
    case abi::kMadvisePopulateWrite: return populate(space, range, Access::Write);
    case abi::kMadviseFree:
      // Pages may be freed at any time, or never: kemu has no memory pressure to free them under.
      TRY(check_private_anonymous(space, range));
      return check_covered(space, range);
    case abi::kMadviseRemove: return refuse(task, "madvise MADV_REMOVE", Errno::EINVAL);
    default: return check_covered(space, range);  // hints that change nothing a program can see
  }
}

}  // namespace

SyscallResult<Unit> sys_madvise(Task& task, GuestAddr addr, u64 size, MadviseAdvice advice) {
  if (!is_known_advice(advice.bits)) return Errno::EINVAL;
  const GuestRange range = TRY(checked_range(addr, size, Errno::EINVAL));
  if (range.empty()) return Unit{};
  return advise(task, range, advice.bits);
}

}  // namespace kemu
