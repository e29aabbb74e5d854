#include <algorithm>
#include <set>

#include "base/abi/mount.h"
#include "fs/dev_pts.h"
#include "fs/inotify.h"
#include "fs/overlay.h"
#include "fs/tmpfs.h"
#include "process/own_mounts.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// mount(2), umount2(2) and pivot_root(2): for a guest that is root in its machine, over the mounts
// of that machine alone. Propagation is accepted and means nothing: there is one namespace.

namespace kemu {

namespace {

constexpr u64 kRamfsMagic = 0x858458f6;
constexpr u64 kDataSize = kPageSize;
constexpr u64 kPropagation =
    abi::kMountShared | abi::kMountPrivate | abi::kMountSlave | abi::kMountUnbindable;
/// The flags that belong to a mount and not to how it is made.
constexpr u64 kPerMount = abi::kMountReadOnly | abi::kMountNoSuid | abi::kMountNoDevices |
                          abi::kMountNoExec | abi::kMountNoAccessTime |
                          abi::kMountNoDirectoryAccessTime | abi::kMountRelativeAccessTime |
                          abi::kMountStrictAccessTime;

/// An argument that may be missing: "" for a null pointer.
Result<std::string> take_text(Task& task, GuestAddr addr, u64 most) {
  if (addr.is_null()) return std::string();
  return task.space->read_c_string(addr, most);
}

Result<Location> find_directory(Task& task, std::string_view path) {
  const Location place = TRY(task.walker().find(task.fs->cwd, path, FinalLink::Follow));
  if (place->inode->type() != FileType::Directory) return Errno::ENOTDIR;
  return place;
}

/// The value of "name=value" among options that commas separate.
std::string_view option_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.starts_with(name) && word.substr(name.size()).starts_with('='))
      return word.substr(name.size() + 1);
  }
  return {};
}

Result<std::shared_ptr<Inode>> make_guest_overlay(Task& task, const std::string& data) {
  constexpr u64 kMostLowers = 500;  // OVL_MAX_STACK
  std::vector<std::shared_ptr<Inode>> lowers;
  std::string_view paths = option_of(data, "lowerdir");
  if (paths.empty()) return Errno::EINVAL;
  while (!paths.empty()) {
    const std::string_view path = paths.substr(0, paths.find(':'));
    paths.remove_prefix(std::min(path.size() + 1, paths.size()));
    if (lowers.size() == kMostLowers || path.empty()) return Errno::EINVAL;
    lowers.push_back(TRY(find_directory(task, path))->inode);
  }
  std::shared_ptr<Inode> upper;
  if (const auto path = option_of(data, "upperdir"); !path.empty()) {
    const Location place = TRY(find_directory(task, path));
    const auto work_path = option_of(data, "workdir");
    if (work_path.empty()) return Errno::EINVAL;
    const Location work = TRY(find_directory(task, work_path));
    if (work->mount != place->mount || same_place(work, place)) return Errno::EINVAL;
    if (place->mount && place->mount->access == MountAccess::ReadOnly) return Errno::EROFS;
    upper = place->inode;
  }
  return make_overlay(task.kernel().own_files(), std::move(lowers), std::move(upper));
}

/// File systems of which there is one: what is mounted of it already.
const Mount* find_mounted(Kernel& kernel, std::string_view type) {
  for (const auto& mount : kernel.mounts().mounts())
    if (mount->type == type && mount->part == "/") return mount.get();
  return nullptr;
}

/// The file system of a type. ENODEV for one that kemu has not, EINVAL for bad options.
Result<Mount> make_file_system(Task& task, const std::string& type, const std::string& data) {
  Kernel& kernel = task.kernel();
  FsMachine& files = kernel.own_files();
  Mount mount;
  mount.type = type;
  if (type == "tmpfs" || type == "ramfs") {
    const bool limited = type == "tmpfs";
    TmpfsOptions options = default_tmpfs_options(files);
    if (!limited) options = TmpfsOptions{0, 0, 0755, options.uid, options.gid, kRamfsMagic};
    auto wanted = parse_tmpfs_options(data, options, files);
    if (!wanted.ok() && limited) return wanted.error();
    if (wanted.ok()) options.permissions = wanted->permissions;
    if (limited) options = *wanted;
    if (!data.empty() && limited) mount.options = tmpfs_options_text(options);
    mount.root = make_tmpfs(files, options);
  } else if (type == "overlay") {
    mount.root = TRY(make_guest_overlay(task, data));
    mount.options = "," + data;
  } else if (type == "proc") {
    mount = proc_mount(kernel);
    if (const Mount* mounted = find_mounted(kernel, type)) mount.root = mounted->root;
  } else if (type == "sysfs") {
    mount = sys_mount(kernel);
    if (const Mount* mounted = find_mounted(kernel, type)) mount.root = mounted->root;
  } else if (type == "devpts") {
    const DevPtsOptions options = TRY(parse_dev_pts_options(data, files));
    mount.root = make_dev_pts(kernel.terminal_signals(), "", nullptr, options).directory;
    if (!data.empty()) mount.options = "," + data;
  } else {
    const Mount* mounted = find_mounted(kernel, type);
    if (!mounted || type != "devtmpfs")
      return refuse(task, fmt::format("mount of type {}", type), Errno::ENODEV);
    mount.root = mounted->root;
    mount.remake = mounted->remake;
  }
  return mount;
}

/// Whether somebody may write to a file of the mount now.
bool has_writers(Kernel& kernel, const Location& place) {
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks) {
      if (!task->files) continue;
      for (const i32 number : task->files->numbers()) {
        const auto file = task->files->get(number);
        if (file.ok() && (*file)->location()->mount == place->mount && (*file)->writable() &&
            (*file)->inode().type() == FileType::Regular)
          return true;
      }
    }
  return false;
}

SyscallResult<Unit> do_remount(Task& task, const Location& place, u64 flags) {
  if (!place->mount || place->inode != place->mount->root) return Errno::EINVAL;
  const bool was_writable = place->mount->access == MountAccess::ReadWrite;
  if ((flags & abi::kMountReadOnly) != 0 && was_writable && has_writers(task.kernel(), place))
    return Errno::EBUSY;
  return task.kernel().mounts().remount(place, flags & kPerMount);
}

SyscallResult<Unit> do_propagation(const Location& place, u64 flags) {
  const u64 kind = flags & ~(abi::kMountRecursive | abi::kMountSilent);
  if ((kind & ~kPropagation) != 0 || (kind & (kind - 1)) != 0) return Errno::EINVAL;
  if (!place->mount || place->inode != place->mount->root) return Errno::EINVAL;
  return Unit{};
}

SyscallResult<Unit> do_new_mount(Task& task, const Location& place, const std::string& source,
                                 GuestAddr type_text, u64 flags, const std::string& data) {
  if (type_text.is_null()) return Errno::EINVAL;
  const std::string type = TRY(take_text(task, type_text, abi::kPathMax));
  Mount mount = TRY(make_file_system(task, type, data));
  mount.source = source.empty() ? "none" : source;
  mount.access =
      (flags & abi::kMountReadOnly) != 0 ? MountAccess::ReadOnly : MountAccess::ReadWrite;
  mount.flags = flags & kPerMount & ~abi::kMountReadOnly;
  TRY(task.kernel().mounts().mount_at(place, std::move(mount)));
  return Unit{};
}

bool privileged(Task& task) { return task.credentials.privileged(); }

/// chroot_fs_refs: whoever had the old root as root or working directory has the new one.
void follow_pivot(Kernel& kernel, const Location& old_root, const Location& new_root) {
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks) {
      if (!task->fs) continue;
      if (same_place(task->fs->root, old_root)) task->fs->root = new_root;
      if (same_place(task->fs->cwd, old_root)) task->fs->cwd = new_root;
    }
}

/// With its last mount a file system of kemu's own goes, and whoever watches it hears of that
/// (fsnotify_unmount_inodes).
void tell_unmounted(Kernel& kernel, u64 device) {
  for (const auto& mount : kernel.mounts().mounts()) {
    const auto status = mount->root->status();
    if (status.ok() && status->device == device) return;
  }
  std::set<std::shared_ptr<Inotify>> instances;
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks) {
      if (!task->files) continue;
      for (const i32 number : task->files->numbers())
        if (auto inotify = std::dynamic_pointer_cast<Inotify>(task->files->get(number).value()))
          instances.insert(std::move(inotify));
    }
  for (const auto& inotify : instances) inotify->unmounted(device);
}

}  // namespace

SyscallResult<Unit> sys_mount(Task& task, Path source, Path target, Text type, MountFlags flags,
                              Opaque data) {
  if ((flags.bits & abi::kMountMagicMask) == abi::kMountMagic) flags.bits &= ~abi::kMountMagicMask;
  const std::string from = TRY(take_text(task, source.addr, abi::kPathMax));
  const std::string options = TRY(take_text(task, data.addr(), kDataSize));
  const Location place = TRY(take_place(task, DirFd{}, target, FinalLink::Follow));
  if (!privileged(task)) return Errno::EPERM;
  if (flags.has(abi::kMountRemount)) return do_remount(task, place, flags.bits);
  MountTable& mounts = task.kernel().mounts();
  if ((flags.bits & (abi::kMountBind | abi::kMountMove)) != 0) {
    if (from.empty()) return source.addr.is_null() ? Errno::EINVAL : Errno::ENOENT;
    const Location what = TRY(task.walker().find(task.fs->cwd, from, FinalLink::Follow));
    if (!flags.has(abi::kMountBind)) return mounts.move(what, place);
    const bool all = flags.has(abi::kMountRecursive);
    return mounts.bind(what, place, all ? MountTable::Below::With : MountTable::Below::Without);
  }
  if ((flags.bits & kPropagation) != 0) return do_propagation(place, flags.bits);
  return do_new_mount(task, place, from, type.addr, flags.bits, options);
}

SyscallResult<Unit> sys_umount2(Task& task, Path target, UnmountFlags flags) {
  constexpr u32 kKnown =
      abi::kUnmountForce | abi::kUnmountDetach | abi::kUnmountExpire | abi::kUnmountNoFollow;
  if (flags.any_but(kKnown)) return Errno::EINVAL;
  const auto link = flags.has(abi::kUnmountNoFollow) ? FinalLink::Keep : FinalLink::Follow;
  MountTable& mounts = task.kernel().mounts();
  Location place = mounts.top_of(TRY(take_place(task, DirFd{}, target, link)));
  if (!privileged(task)) return Errno::EPERM;
  if (flags.has(abi::kUnmountExpire)) return refuse(task, "umount2 MNT_EXPIRE", Errno::EINVAL);
  const auto detach =
      flags.has(abi::kUnmountDetach) ? MountTable::Detach::Yes : MountTable::Detach::No;
  const auto going = place->inode->status();
  TRY(mounts.unmount(std::move(place), detach));
  if (going.ok()) tell_unmounted(task.kernel(), going->device);
  return Unit{};
}

SyscallResult<Unit> sys_pivot_root(Task& task, Path new_root, Path put_old) {
  if (!privileged(task)) return Errno::EPERM;
  const Location to = TRY(take_place(task, DirFd{}, new_root, FinalLink::Follow));
  const Location old = TRY(take_place(task, DirFd{}, put_old, FinalLink::Follow));
  MountTable& mounts = task.kernel().mounts();
  const Location was = mounts.root();
  if (!same_place(task.fs->root, was)) return Errno::EINVAL;
  TRY(mounts.pivot(to, old));
  follow_pivot(task.kernel(), was, mounts.root());
  return Unit{};
}

}  // namespace kemu
