#include <algorithm>

#include "base/abi/fcntl_commands.h"
#include "base/abi/inotify.h"
#include "fs/namespace_ops.h"
#include "fs/watches.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/leases.h"
#include "syscalls/refuse.h"

// Names and what they lead to: making, removing, moving and changing files by path or descriptor.

namespace kemu {

namespace {

constexpr u32 kTypeBits = 0170000;
constexpr u32 kPermissionBits = 07777;
constexpr u32 kDirectoryPermissionBits = 01777;

constexpr u32 kFallocateKeepSize = 1;
constexpr u32 kFallocatePunchHole = 2;
constexpr u32 kFallocateKnown = 0x7b;  // FALLOC_FL_…: all but NO_HIDE_STALE

Result<Unit> do_rename(Task& task, DirFd old_dir, Path old_path, DirFd new_dir, Path new_path,
                       RenameMode mode) {
  const PathArgument from = TRY(take_path(task, old_dir, old_path));
  const PathArgument to = TRY(take_path(task, new_dir, new_path));
  PathWalker walker = task.walker();
  return rename_at(walker, from.base, from.text, to.base, to.text, mode);
}

Result<Unit> do_access(const Location& place, u32 mode) {
  const FileType type = place->inode->type();
  const bool on_disk =
      type == FileType::Regular || type == FileType::Directory || type == FileType::Symlink;
  TRY(place->inode->check_access(mode));
  if ((mode & abi::kAccessWrite) != 0 && on_disk) return writable_mount(place);
  return Unit{};
}

/// A directory that may be entered: ENOTDIR, EACCES.
Result<Unit> check_enterable(const Location& place) {
  if (place->inode->type() != FileType::Directory) return Errno::ENOTDIR;
  return place->inode->check_access(abi::kAccessExecute);
}

Result<Unit> do_chmod(const Location& place, FileMode mode) {
  TRY(writable_mount(place));
  TRY(place->inode->set_permissions(mode.bits & kPermissionBits));
  tell_watchers(place, abi::kInotifyAttributes);
  return Unit{};
}

/// (uid_t)-1 leaves an id as it is.
i64 changed_id(u32 id) { return id == ~u32{0} ? -1 : i64{id}; }

Result<Unit> do_chown(const Location& place, u32 uid, u32 gid) {
  TRY(writable_mount(place));
  TRY(place->inode->set_owner(changed_id(uid), changed_id(gid)));
  tell_watchers(place, abi::kInotifyAttributes);
  return Unit{};
}

/// One of utimensat(2)'s times; nothing for UTIME_OMIT.
std::optional<Nanoseconds> chosen_time(const abi::Timespec& time, Nanoseconds now) {
  if (time.nsec == abi::kTimeOmit) return std::nullopt;
  if (time.nsec == abi::kTimeNow) return now;
  // Beyond what nanoseconds reach (1677 to 2262) the ends stand for it.
  constexpr i64 kMostSeconds = INT64_MAX / kSecond - 1;
  return std::clamp(time.sec, -kMostSeconds, kMostSeconds) * kSecond + time.nsec;
}

bool is_valid_file_time(const abi::Timespec& time) {
  if (time.nsec == abi::kTimeNow || time.nsec == abi::kTimeOmit) return true;
  return time.nsec >= 0 && time.nsec < kSecond;
}

/// EFAULT, EINVAL. Without a pointer both times are now.
Result<TimesUpdate> take_times(Task& task, InPtr<TimespecPair> times) {
  const Nanoseconds now = task.kernel().clock().now(HostClock::Realtime);
  if (times.is_null()) return TimesUpdate{now, now, true};
  const auto given = TRY(task.space->read_value<TimespecPair>(times.addr));
  if (!is_valid_file_time(given[0]) || !is_valid_file_time(given[1])) return Errno::EINVAL;
  const bool both_now = given[0].nsec == abi::kTimeNow && given[1].nsec == abi::kTimeNow;
  return TimesUpdate{chosen_time(given[0], now), chosen_time(given[1], now), both_now};
}

/// What utimensat(2) changes: without a path the open file `dir` is.
Result<Location> take_times_place(Task& task, DirFd dir, Path path, AtFlags flags) {
  if (path.addr.is_null() && dir.value != abi::kAtCwd) {
    if (flags.bits != 0) return Errno::EINVAL;
    return TRY(get_file(task, Fd{dir.value}))->location();
  }
  if (flags.any_but(abi::kAtSymlinkNoFollow | abi::kAtEmptyPath)) return Errno::EINVAL;
  return take_place(task, dir, path, final_link_unless_no_follow(flags), empty_path(flags));
}

Result<Unit> check_fallocate_mode(FallocateMode mode) {
  if (mode.any_but(kFallocateKnown)) return Errno::EOPNOTSUPP;
  if (mode.has(kFallocatePunchHole) && !mode.has(kFallocateKeepSize)) return Errno::EOPNOTSUPP;
  return Unit{};
}

}  // namespace

SyscallResult<Unit> sys_mknodat(Task& task, DirFd dir, Path path, FileMode mode,
                                DeviceNumber device) {
  const u32 type_bits = mode.bits & kTypeBits;
  const FileType type = type_from_mode(mode.bits);
  if (type_bits != 0 && type_bits != mode_bits(type)) return Errno::EINVAL;
  const PathArgument at = TRY(take_path(task, dir, path));
  // As without CAP_MKNOD, whoever kemu itself runs as: a node made by root on the host's file
  // system would be the host's own device, which a guest under --root is not to reach.
  const bool is_device = type == FileType::CharDevice || type == FileType::BlockDevice;
  // Under --fakeroot it is a placeholder.
  if (is_device && !task.kernel().options().fake_root)
    return refuse_privileged(task, "mknodat of a device", abi::kCapMknod);
  PathWalker walker = task.walker();
  const u32 permissions = mode.bits & kPermissionBits & ~task.fs->umask;
  return make_node_at(walker, at.base, at.text, type, permissions, device.bits);
}

SyscallResult<Unit> sys_mkdirat(Task& task, DirFd dir, Path path, FileMode mode) {
  const PathArgument at = TRY(take_path(task, dir, path));
  PathWalker walker = task.walker();
  const u32 permissions = mode.bits & kDirectoryPermissionBits & ~task.fs->umask;
  return make_directory_at(walker, at.base, at.text, permissions);
}

SyscallResult<Unit> sys_unlinkat(Task& task, DirFd dir, Path path, AtFlags flags) {
  if (flags.any_but(abi::kAtRemoveDir)) return Errno::EINVAL;
  const PathArgument at = TRY(take_path(task, dir, path));
  PathWalker walker = task.walker();
  return flags.has(abi::kAtRemoveDir) ? remove_directory_at(walker, at.base, at.text)
                                      : unlink_at(walker, at.base, at.text);
}

SyscallResult<Unit> sys_symlinkat(Task& task, Text target, DirFd dir, Path path) {
  const std::string text = TRY(copy_path(task, Path{target.addr}));
  const PathArgument at = TRY(take_path(task, dir, path));
  PathWalker walker = task.walker();
  return make_symlink_at(walker, at.base, at.text, text);
}

SyscallResult<Unit> sys_linkat(Task& task, DirFd old_dir, Path old_path, DirFd new_dir,
                               Path new_path, AtFlags flags) {
  if (flags.any_but(abi::kAtSymlinkFollow | abi::kAtEmptyPath)) return Errno::EINVAL;
  const PathArgument from = TRY(take_path(task, old_dir, old_path, empty_path(flags)));
  // CAP_DAC_READ_SEARCH: a descriptor alone does not give the right to name its file.
  const bool privileged = task.credentials.privileged();
  if (from.text.empty() && !privileged) return Errno::ENOENT;
  const PathArgument to = TRY(take_path(task, new_dir, new_path));
  const auto link = flags.has(abi::kAtSymlinkFollow) ? FinalLink::Follow : FinalLink::Keep;
  PathWalker walker = task.walker();
  return link_at(walker, from.base, from.text, link, to.base, to.text);
}

SyscallResult<Unit> sys_renameat(Task& task, DirFd old_dir, Path old_path, DirFd new_dir,
                                 Path new_path) {
  return do_rename(task, old_dir, old_path, new_dir, new_path, RenameMode::Replace);
}

SyscallResult<Unit> sys_renameat2(Task& task, DirFd old_dir, Path old_path, DirFd new_dir,
                                  Path new_path, RenameFlags flags) {
  RenameMode mode = RenameMode::Replace;
  switch (flags.bits) {
    case 0: break;
    case abi::kRenameNoReplace: mode = RenameMode::NoReplace; break;
    case abi::kRenameExchange: mode = RenameMode::Exchange; break;
    case abi::kRenameWhiteout:
      if (!task.credentials.privileged()) return Errno::EPERM;
      mode = RenameMode::Whiteout;
      break;
    default: return Errno::EINVAL;
  }
  return do_rename(task, old_dir, old_path, new_dir, new_path, mode);
}

SyscallResult<Unit> sys_truncate(Task& task, Path path, i64 size) {
  if (size < 0) return Errno::EINVAL;
  const Location place = TRY(take_place(task, DirFd{}, path, FinalLink::Follow));
  const FileType type = place->inode->type();
  if (type == FileType::Directory) return Errno::EISDIR;
  if (type != FileType::Regular) return Errno::EINVAL;
  TRY(writable_mount(place));
  TRY(place->inode->check_access(abi::kAccessWrite));
  TRY(check_new_size(task, static_cast<u64>(size)));
  TRY_CALL(wait_for_leases(task, *place->inode, abi::kOpenWriteOnly));
  TRY(place->inode->truncate(static_cast<u64>(size)));
  tell_watchers(place, abi::kInotifyModify);
  return Unit{};
}

SyscallResult<Unit> sys_ftruncate(Task& task, Fd fd, i64 size) {
  if (size < 0) return Errno::EINVAL;
  const auto file = TRY(get_file(task, fd));
  if (file->inode().type() != FileType::Regular || !file->writable()) return Errno::EINVAL;
  TRY(check_new_size(task, static_cast<u64>(size)));
  TRY(file->truncate(static_cast<u64>(size)));
  tell_watchers(file->location(), abi::kInotifyModify);
  return Unit{};
}

SyscallResult<Unit> sys_fallocate(Task& task, Fd fd, FallocateMode mode, i64 offset, i64 size) {
  const auto file = TRY(get_file(task, fd));
  if (offset < 0 || size <= 0) return Errno::EINVAL;
  TRY(check_fallocate_mode(mode));
  if (!file->writable()) return Errno::EBADF;
  if (file->inode().type() == FileType::Regular) {
    if (offset > INT64_MAX - size) return Errno::EFBIG;
    const u64 end = static_cast<u64>(offset) + static_cast<u64>(size);
    if (!mode.has(kFallocateKeepSize)) TRY(check_new_size(task, end));
  }
  TRY(file->allocate(mode.bits, static_cast<u64>(offset), static_cast<u64>(size)));
  tell_watchers(file->location(), abi::kInotifyModify);
  return Unit{};
}

SyscallResult<Unit> sys_faccessat(Task& task, DirFd dir, Path path, AccessMode mode) {
  return sys_faccessat2(task, dir, path, mode, AtFlags{});
}

SyscallResult<Unit> sys_faccessat2(Task& task, DirFd dir, Path path, AccessMode mode,
                                   AtFlags flags) {
  constexpr u32 kAll = abi::kAccessRead | abi::kAccessWrite | abi::kAccessExecute;
  constexpr u32 kFlags = abi::kAtEaccess | abi::kAtSymlinkNoFollow | abi::kAtEmptyPath;
  if (mode.any_but(kAll) || flags.any_but(kFlags)) return Errno::EINVAL;
  const Location place =
      TRY(take_place(task, dir, path, final_link_unless_no_follow(flags), empty_path(flags)));
  if (flags.has(abi::kAtEaccess)) return do_access(place, mode.bits);
  // access_override_creds: kemu's own file systems ask who acts, and here that is the real user.
  Credentials& ids = task.credentials;
  const u32 user = std::exchange(ids.fsuid, ids.uid);
  const u32 group = std::exchange(ids.fsgid, ids.gid);
  const auto allowed = do_access(place, mode.bits);
  ids.fsuid = user;
  ids.fsgid = group;
  return allowed;
}

SyscallResult<Unit> sys_chdir(Task& task, Path path) {
  const Location place = TRY(take_place(task, DirFd{}, path, FinalLink::Follow));
  TRY(check_enterable(place));
  task.fs->cwd = place;
  return Unit{};
}

SyscallResult<Unit> sys_fchdir(Task& task, Fd fd) {
  const auto file = TRY(get_any_file(task, fd));
  TRY(check_enterable(file->location()));
  task.fs->cwd = file->location();
  return Unit{};
}

SyscallResult<Unit> sys_chroot(Task& task, Path path) {
  const Location place = TRY(take_place(task, DirFd{}, path, FinalLink::Follow));
  TRY(check_enterable(place));
  if (!task.credentials.capable(abi::kCapSysChroot)) return Errno::EPERM;
  task.fs->root = place;
  return Unit{};
}

SyscallResult<Unit> sys_fchmod(Task& task, Fd fd, FileMode mode) {
  return do_chmod(TRY(get_file(task, fd))->location(), mode);
}

SyscallResult<Unit> sys_fchmodat(Task& task, DirFd dir, Path path, FileMode mode) {
  return do_chmod(TRY(take_place(task, dir, path, FinalLink::Follow)), mode);
}

SyscallResult<Unit> sys_fchmodat2(Task& task, DirFd dir, Path path, FileMode mode, AtFlags flags) {
  if (flags.any_but(abi::kAtSymlinkNoFollow | abi::kAtEmptyPath)) return Errno::EINVAL;
  const Location place =
      TRY(take_place(task, dir, path, final_link_unless_no_follow(flags), empty_path(flags)));
  // No file system of Linux keeps permissions for links.
  if (place->inode->type() == FileType::Symlink) return Errno::EOPNOTSUPP;
  return do_chmod(place, mode);
}

SyscallResult<Unit> sys_fchownat(Task& task, DirFd dir, Path path, u32 uid, u32 gid,
                                 AtFlags flags) {
  if (flags.any_but(abi::kAtSymlinkNoFollow | abi::kAtEmptyPath)) return Errno::EINVAL;
  const Location place =
      TRY(take_place(task, dir, path, final_link_unless_no_follow(flags), empty_path(flags)));
  return do_chown(place, uid, gid);
}

SyscallResult<Unit> sys_fchown(Task& task, Fd fd, u32 uid, u32 gid) {
  return do_chown(TRY(get_file(task, fd))->location(), uid, gid);
}

SyscallResult<u64> sys_readlinkat(Task& task, DirFd dir, Path path, OutBytes buf, u64 size) {
  // The kernel's own parameter is an int.
  const i32 room = static_cast<i32>(size);
  if (room <= 0) return Errno::EINVAL;
  const PathArgument argument = TRY(take_path(task, dir, path, EmptyPath::Allowed));
  const Location place = TRY(find_place(task, argument, FinalLink::Keep));
  if (place->inode->type() != FileType::Symlink)
    return argument.text.empty() ? Errno::ENOENT : Errno::EINVAL;
  const std::string text = TRY(place->inode->read_link(task.caller()));
  const u64 length = std::min<u64>(text.size(), static_cast<u64>(room));
  TRY(task.space->write(buf.addr, std::as_bytes(std::span(text.data(), length))));
  return length;
}

SyscallResult<Unit> sys_utimensat(Task& task, DirFd dir, Path path, InPtr<TimespecPair> times,
                                  AtFlags flags) {
  const TimesUpdate update = TRY(take_times(task, times));
  // Linux does not even look at the path when there is nothing to change.
  if (!update.accessed && !update.modified) return Unit{};
  const Location place = TRY(take_times_place(task, dir, path, flags));
  TRY(writable_mount(place));
  TRY(place->inode->set_times(update));
  // Both times together are utime(2)'s doing, one alone is what a read or a write does
  // (fsnotify_change).
  u32 event = abi::kInotifyAttributes;
  if (!update.modified) event = abi::kInotifyAccess;
  if (!update.accessed) event = abi::kInotifyModify;
  tell_watchers(place, event);
  return Unit{};
}

SyscallResult<FileMode> sys_umask(Task& task, FileMode mask) {
  return FileMode{std::exchange(task.fs->umask, mask.bits & 0777)};
}

}  // namespace kemu
