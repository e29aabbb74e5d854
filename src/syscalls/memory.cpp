#include <algorithm>

#include "base/abi/mman.h"
#include "base/abi/prctl.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/memory_pages.h"
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

/// personality(2)'s READ_IMPLIES_EXEC.
bool reading_implies_execution(Task& task, ProtectionFlags protection) {
  return (task.personality & abi::kReadImpliesExec) && protection.has(abi::kProtRead);
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

/// __vm_enough_memory()'s guess: what is more than the machine has is an obvious overcommit. The
/// rest is promised, and who touches more than there is is killed.
Result<Unit> check_overcommit(Task& task, u64 size) {
  if (size < task.space->pool().size()) return Unit{};
  task.kernel().refuse(Scarce::Memory);
  return Errno::ENOMEM;
}

Result<Unit> fill_anonymous_mapping(MapType type, MapFlags flags, MapRequest& request) {
  if (type == MapType::SharedValidate) return Errno::EINVAL;
  if (type == MapType::Shared && flags.has(abi::kMapGrowsDown)) return Errno::EINVAL;
  if (flags.has(abi::kMapGrowsDown)) request.growth = Growth::Down;
  return Unit{};
}

}  // namespace

Result<GuestRange> checked_range(GuestAddr addr, u64 size, Errno wrapped) {
  if (!addr.page_aligned()) return Errno::EINVAL;
  if (size != 0 && page_align(size) == 0) return wrapped;
  const GuestRange range = pages_of(addr, size);
  if (range.end < range.start) return wrapped;
  return range;
}

SyscallResult<GuestAddr> sys_brk(Task& task, GuestAddr addr) {
  AddressSpace& space = *task.space;
  const GuestAddr old = space.brk();
  const Locking locking = space.future_locking;
  const u64 growth = addr > old ? addr.page_ceil() - old.page_ceil() : 0;
  if (!check_future_lock(task, locking, growth).ok()) return old;
  if (growth > 0 && !check_overcommit(task, growth).ok()) return old;
  const GuestAddr now = space.set_brk(addr);
  if (now > old && locking == Locking::Now)
    populate_quietly(space, {old.page_floor(), now.page_ceil()});
  return now;
}

SyscallResult<GuestAddr> sys_mmap(Task& task, GuestAddr addr, u64 size, ProtectionFlags protection,
                                  MapFlags flags, Fd fd, i64 offset) {
  if (static_cast<u64>(offset) & kPageMask) return Errno::EINVAL;
  std::shared_ptr<FileDescription> file;
  if (!flags.has(abi::kMapAnonymous)) {
    file = TRY(get_file(task, fd));
    if (flags.has(abi::kMapHugeTlb)) return Errno::EINVAL;
  } else if (flags.has(abi::kMapHugeTlb)) {
    // As a system that has reserved no huge pages, which is what most are.
    return refuse(task, "mmap MAP_HUGETLB", Errno::ENOMEM, Lack::Probed);
  }
  if (size == 0) return Errno::EINVAL;
  if (page_align(size) == 0) return Errno::ENOMEM;
  const MapType type = TRY(map_type(flags));

  MapRequest request;
  request.address = addr;
  request.size = size;
  const auto& mount = file ? file->location()->mount : nullptr;
  const bool may_execute = !mount || !mount->has(abi::kMountNoExec);
  if (reading_implies_execution(task, protection) && may_execute) protection.bits |= abi::kProtExec;
  request.protection = Protection::from_bits(protection.bits);
  request.placement = placement_of(flags);
  request.sharing = type == MapType::Private ? Sharing::Private : Sharing::Shared;
  if (flags.has(abi::kMapLocked)) TRY(check_may_lock(task));
  request.locking = flags.has(abi::kMapLocked) ? Locking::Now : Locking::None;
  const Locking locking = std::max(request.locking, task.space->future_locking);
  TRY(check_future_lock(task, locking, page_align(size)));
  if (file) {
    request.object_offset = static_cast<u64>(offset);
    TRY(fill_file_mapping(*file, type, flags, protection, request));
  } else {
    TRY(fill_anonymous_mapping(type, flags, request));
  }

  // accountable_mapping(): what may be written, and belongs to no file that keeps it.
  const bool accounted = protection.has(abi::kProtWrite) && !flags.has(abi::kMapNoReserve) &&
                         (!file || type == MapType::Private);
  if (accounted) TRY(check_overcommit(task, size));
  const GuestAddr start = TRY(task.space->map(std::move(request)));
  const bool populate = flags.has(abi::kMapPopulate) && !flags.has(abi::kMapNonBlock);
  const bool locked = task.space->map().find(start)->locking == Locking::Now;
  if (populate || locked) populate_quietly(*task.space, pages_of(start, size));
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
  request.locked_left = lockable_bytes(task);
  const GuestAddr start = TRY(task.space->remap(request));
  const Vma* vma = task.space->map().find(start);
  if (vma && vma->locking == Locking::Now && new_size > old_size)
    populate_quietly(*task.space, pages_of(start, new_size));
  return start;
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

namespace {

/// Under READ_IMPLIES_EXEC: executable as well where a region may be that.
Result<Unit> protect_executable(Task& task, GuestRange range, ProtectionFlags protection) {
  while (range.start < range.end) {
    const Vma* vma = task.space->map().find(range.start);
    if (!vma) return Errno::ENOMEM;
    const GuestRange part = vma->range.intersect(range);
    const u32 execution = vma->most.executable() ? abi::kProtExec : 0;
    TRY(task.space->protect(part, Protection::from_bits(protection.bits | execution)));
    range.start = part.end;
  }
  return Unit{};
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
  if (reading_implies_execution(task, protection))
    return protect_executable(task, range, protection);
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
  populate_quietly(*task.space, range);
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

SyscallResult<Unit> sys_mincore(Task& task, GuestAddr addr, u64 size, GuestAddr vec) {
  if (!addr.page_aligned()) return Errno::EINVAL;
  const u64 limit = kUserEnd.value();
  if (addr.value() > limit || size > limit - addr.value()) return Errno::ENOMEM;
  const GuestRange range = pages_of(addr, size);
  if (vec >= kUserEnd || range.pages() > kUserEnd - vec) return Errno::EFAULT;
  std::vector<std::byte> resident;
  const Vma* vma = nullptr;
  for (GuestAddr page = range.start; page < range.end;) {
    resident.clear();
    const GuestAddr first = page;
    for (; page < range.end && resident.size() < kPageSize; page += kPageSize) {
      if (!vma || page >= vma->range.end) vma = task.space->map().find(page);
      if (!vma) return Errno::ENOMEM;
      const PageEntry* entry = task.space->pages().find(page);
      resident.push_back(std::byte{entry && entry->present()});
    }
    TRY(task.space->write(vec + (first - range.start) / kPageSize, resident));
  }
  return Unit{};
}

}  // namespace kemu
