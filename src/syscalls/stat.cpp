#include "base/abi/fcntl_commands.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"

// What files and file systems are: FileStatus and FilesystemStatus in AArch64's structures.

namespace kemu {

namespace {

constexpr u32 kSyncFlags = abi::kAtStatxForceSync | abi::kAtStatxDontSync;
constexpr u32 kStatFlags =
    abi::kAtSymlinkNoFollow | abi::kAtNoAutomount | abi::kAtEmptyPath | kSyncFlags;

/// Seconds and the nanoseconds that follow them, which are never negative.
abi::Timespec split_time(Nanoseconds time) {
  abi::Timespec split{time / kSecond, time % kSecond};
  if (split.nsec < 0) split = {split.sec - 1, split.nsec + kSecond};
  return split;
}

abi::StatxTimestamp statx_time(Nanoseconds time) {
  const abi::Timespec split = split_time(time);
  return {split.sec, static_cast<u32>(split.nsec), 0};
}

abi::Stat to_stat(const FileStatus& status) {
  const abi::Timespec accessed = split_time(status.accessed);
  const abi::Timespec modified = split_time(status.modified);
  const abi::Timespec changed = split_time(status.changed);
  abi::Stat stat;
  stat.device = status.device;
  stat.inode = status.inode;
  stat.mode = status.mode();
  stat.links = status.links;
  stat.uid = status.uid;
  stat.gid = status.gid;
  stat.special_device = status.special_device;
  stat.size = static_cast<i64>(status.size);
  stat.block_size = static_cast<i32>(status.block_size);
  stat.blocks = static_cast<i64>(status.blocks);
  stat.accessed_seconds = accessed.sec;
  stat.accessed_nanoseconds = static_cast<u64>(accessed.nsec);
  stat.modified_seconds = modified.sec;
  stat.modified_nanoseconds = static_cast<u64>(modified.nsec);
  stat.changed_seconds = changed.sec;
  stat.changed_nanoseconds = static_cast<u64>(changed.nsec);
  return stat;
}

// The halves of a dev_t as gnu_dev_major(3) and gnu_dev_minor(3) tell them.
u32 device_major(u64 device) {
  return static_cast<u32>((device >> 8 & 0xfff) | (device >> 32 & ~u64{0xfff}));
}
u32 device_minor(u64 device) {
  return static_cast<u32>((device & 0xff) | (device >> 12 & ~u64{0xff}));
}

abi::Statx to_statx(const FileStatus& status) {
  abi::Statx statx;
  statx.mask = abi::kStatxBasicStats | (status.born != 0 ? abi::kStatxBirthTime : 0);
  statx.block_size = status.block_size;
  statx.links = status.links;
  statx.uid = status.uid;
  statx.gid = status.gid;
  statx.mode = static_cast<u16>(status.mode());
  statx.inode = status.inode;
  statx.size = status.size;
  statx.blocks = status.blocks;
  statx.accessed = statx_time(status.accessed);
  statx.born = statx_time(status.born);
  statx.changed = statx_time(status.changed);
  statx.modified = statx_time(status.modified);
  statx.special_device_major = device_major(status.special_device);
  statx.special_device_minor = device_minor(status.special_device);
  statx.device_major = device_major(status.device);
  statx.device_minor = device_minor(status.device);
  return statx;
}

abi::Statfs to_statfs(const FilesystemStatus& status) {
  abi::Statfs statfs;
  statfs.type = status.magic;
  statfs.block_size = status.block_size;
  statfs.blocks = status.blocks;
  statfs.blocks_free = status.blocks_free;
  statfs.blocks_available = status.blocks_available;
  statfs.files = status.files;
  statfs.files_free = status.files_free;
  statfs.id = {static_cast<i32>(status.id), static_cast<i32>(status.id >> 32)};
  statfs.name_max = status.name_max;
  statfs.fragment_size = status.block_size;
  statfs.flags = status.flags;
  return statfs;
}

/// What a mount adds to its file system's own flags.
u64 statfs_flags(const Mount& mount) {
  constexpr u64 kSame = abi::kMountNoSuid | abi::kMountNoDevices | abi::kMountNoExec |
                        abi::kMountNoAccessTime | abi::kMountNoDirectoryAccessTime;
  u64 flags = abi::kStatfsValid | (mount.flags & kSame);
  if (mount.access == MountAccess::ReadOnly) flags |= abi::kMountReadOnly;
  return flags;
}

Result<Unit> do_statfs(Task& task, const Location& place, OutPtr<abi::Statfs> out) {
  FilesystemStatus status = TRY(place->inode->filesystem_status());
  if (place->mount) status.flags |= statfs_flags(*place->mount);
  return task.space->write_value(out.addr, to_statfs(status));
}

/// What a path names, or with AT_EMPTY_PATH and no path (since Linux 6.11 also a null one) what the
/// descriptor is.
Result<FileStatus> status_of(Task& task, DirFd dir, Path path, AtFlags flags) {
  PathArgument argument;
  const bool null_path = path.addr.is_null() && flags.has(abi::kAtEmptyPath);
  if (!null_path) argument = TRY(take_path(task, dir, path, empty_path(flags)));
  if (argument.text.empty() && dir.value != abi::kAtCwd)
    return TRY(get_any_file(task, Fd{dir.value}))->status();
  if (null_path) argument.base = task.fs->cwd;
  if (argument.text.empty()) return argument.base->inode->status();
  return task.walker().status(argument.base, argument.text, final_link_unless_no_follow(flags));
}

}  // namespace

SyscallResult<Unit> sys_statfs(Task& task, Path path, OutPtr<abi::Statfs> status) {
  return do_statfs(task, TRY(take_place(task, DirFd{}, path, FinalLink::Follow)), status);
}

SyscallResult<Unit> sys_fstatfs(Task& task, Fd fd, OutPtr<abi::Statfs> status) {
  return do_statfs(task, TRY(get_any_file(task, fd))->location(), status);
}

SyscallResult<Unit> sys_newfstatat(Task& task, DirFd dir, Path path, OutPtr<abi::Stat> status,
                                   AtFlags flags) {
  if (flags.any_but(kStatFlags)) return Errno::EINVAL;
  return task.space->write_value(status.addr, to_stat(TRY(status_of(task, dir, path, flags))));
}

SyscallResult<Unit> sys_fstat(Task& task, Fd fd, OutPtr<abi::Stat> status) {
  const auto file = TRY(get_any_file(task, fd));
  return task.space->write_value(status.addr, to_stat(TRY(file->status())));
}

SyscallResult<Unit> sys_statx(Task& task, DirFd dir, Path path, AtFlags flags, StatxMask mask,
                              OutPtr<abi::Statx> status) {
  if ((mask.bits & abi::kStatxReserved) != 0) return Errno::EINVAL;
  if (flags.any_but(kStatFlags) || flags.has(kSyncFlags)) return Errno::EINVAL;
  return task.space->write_value(status.addr, to_statx(TRY(status_of(task, dir, path, flags))));
}

}  // namespace kemu
