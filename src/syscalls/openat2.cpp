#include <algorithm>

#include "base/abi/io.h"
#include "syscalls/handlers.h"
#include "syscalls/leases.h"
#include "syscalls/open_file.h"

// openat2(2): open(2) with rules for the walk, and every unknown bit refused.

namespace kemu {

namespace {

constexpr u32 kPermissionBits = 07777;
constexpr u32 kTemporaryBit = abi::kOpenTemporary & ~abi::kOpenDirectory;
/// VALID_OPEN_FLAGS of fcntl.h.
constexpr u64 kKnownFlags =
    abi::kOpenAccessMode | abi::kOpenCreate | abi::kOpenExclusive | abi::kOpenNoControllingTty |
    abi::kOpenTruncate | abi::kOpenAppend | abi::kOpenNonBlock | abi::kOpenSync | abi::kOpenAsync |
    abi::kOpenDirect | abi::kOpenLargeFile | abi::kOpenDirectory | abi::kOpenNoFollow |
    abi::kOpenNoAccessTime | abi::kOpenCloseOnExec | abi::kOpenPath | abi::kOpenTemporary;
constexpr u64 kPathFlags =
    abi::kOpenPath | abi::kOpenDirectory | abi::kOpenNoFollow | abi::kOpenCloseOnExec;
constexpr u64 kKnownResolve = abi::kResolveNoXdev | abi::kResolveNoMagicLinks |
                              abi::kResolveNoSymlinks | abi::kResolveBeneath | abi::kResolveInRoot |
                              abi::kResolveCached;

/// copy_struct_from_user: what a newer program has to say must be nothing. EINVAL, E2BIG, EFAULT.
Result<abi::OpenHow> take_how(Task& task, GuestAddr addr, u64 size) {
  if (size < sizeof(abi::OpenHow)) return Errno::EINVAL;
  if (size > kPageSize) return Errno::E2BIG;
  std::vector<std::byte> rest(size - sizeof(abi::OpenHow));
  TRY(task.space->read(addr + sizeof(abi::OpenHow), rest));
  if (std::ranges::any_of(rest, [](std::byte byte) { return byte != std::byte{0}; }))
    return Errno::E2BIG;
  return task.space->read_value<abi::OpenHow>(addr);
}

/// build_open_flags of fs/open.c.
Result<Unit> check_how(const abi::OpenHow& how) {
  constexpr u64 kBoth = abi::kResolveBeneath | abi::kResolveInRoot;
  if ((how.flags & ~kKnownFlags) != 0 || (how.resolve & ~kKnownResolve) != 0) return Errno::EINVAL;
  if ((how.resolve & kBoth) == kBoth) return Errno::EINVAL;
  const bool creates = (how.flags & (abi::kOpenCreate | kTemporaryBit)) != 0;
  if ((how.mode & ~u64{creates ? kPermissionBits : 0}) != 0) return Errno::EINVAL;
  if ((how.flags & abi::kOpenPath) != 0 && (how.flags & ~kPathFlags) != 0) return Errno::EINVAL;
  // All kemu knows is at hand, but what changes the file system is never done from a cache.
  const bool changes = creates || (how.flags & abi::kOpenTruncate) != 0;
  if ((how.resolve & abi::kResolveCached) != 0 && changes) return Errno::EAGAIN;
  return Unit{};
}

/// With RESOLVE_IN_ROOT an absolute path starts at `dir`, too.
Result<Location> starting_place(Task& task, DirFd dir) {
  if (dir.value == abi::kAtCwd) return task.fs->cwd;
  const Location place = TRY(get_any_file(task, Fd{dir.value}))->location();
  if (place->inode->type() != FileType::Directory) return Errno::ENOTDIR;
  return place;
}

SyscallResult<std::shared_ptr<FileDescription>> open_anew(Task& task, DirFd dir, Path path,
                                                          const abi::OpenHow& how) {
  const auto rule = [&](u64 bit) { return (how.resolve & bit) != 0; };
  PathArgument argument;
  argument.text = TRY(copy_path(task, path));
  const bool uses_dir = !argument.text.starts_with('/') || rule(abi::kResolveInRoot);
  argument.base = uses_dir ? TRY(starting_place(task, dir)) : task.fs->cwd;
  TRY(check_file_room(task));
  PathWalker walker = task.walker();
  walker.restrict({rule(abi::kResolveNoXdev), rule(abi::kResolveNoMagicLinks),
                   rule(abi::kResolveNoSymlinks), rule(abi::kResolveBeneath),
                   rule(abi::kResolveInRoot), argument.base});
  TRY_CALL(wait_for_leases(task, walker, argument, static_cast<u32>(how.flags)));
  const u32 permissions = static_cast<u32>(how.mode) & ~task.fs->umask;
  return open_path(walker, argument.base, argument.text, static_cast<u32>(how.flags), permissions);
}

}  // namespace

SyscallResult<Fd> sys_openat2(Task& task, DirFd dir, Path path, InPtr<abi::OpenHow> how_pointer,
                              u64 size) {
  const abi::OpenHow how = TRY(take_how(task, how_pointer.addr, size));
  TRY(check_how(how));
  auto file = std::move(task.syscall.opening);
  if (!file) file = TRY_CALL(open_anew(task, dir, path, how));
  return finish_open(task, std::move(file), static_cast<u32>(how.flags));
}

}  // namespace kemu
