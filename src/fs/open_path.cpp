#include "base/abi/inotify.h"
#include "fs/covered_directory.h"
#include "fs/namespace_ops.h"
#include "fs/path_file.h"
#include "fs/path_walk.h"
#include "fs/watches.h"

namespace kemu {

namespace {

using abi::kOpenAccessMode;
using abi::kOpenCreate;
using abi::kOpenDirectory;
using abi::kOpenExclusive;
using abi::kOpenNoFollow;
using abi::kOpenPath;
using abi::kOpenTruncate;

/// __O_TMPFILE without the O_DIRECTORY that O_TMPFILE brings along.
constexpr u32 kTemporaryBit = abi::kOpenTemporary & ~kOpenDirectory;
/// What O_PATH leaves of the flags (O_PATH_FLAGS of fs/open.c).
constexpr u32 kPathFlags = kOpenPath | kOpenDirectory | kOpenNoFollow;
/// What a description does not remember: served while opening (do_dentry_open).
constexpr u32 kCreationFlags =
    kOpenCreate | kOpenExclusive | abi::kOpenNoControllingTty | abi::kOpenCloseOnExec;
/// A name that others make and remove while we look is tried this often.
constexpr int kCreateAttempts = 8;

bool wants_write(u32 flags) { return (flags & kOpenAccessMode) != abi::kOpenReadOnly; }

Result<Unit> check_flags(u32 flags) {
  if ((flags & kOpenPath) != 0) return Unit{};
  if ((flags & kTemporaryBit) != 0) {
    if ((flags & kOpenDirectory) == 0 || !wants_write(flags)) return Errno::EINVAL;
    if ((flags & kOpenCreate) != 0) return Errno::EINVAL;
    return Unit{};
  }
  // Since Linux 6.4; before, such a call could leave a regular file and say ENOTDIR.
  if ((flags & kOpenCreate) != 0 && (flags & kOpenDirectory) != 0) return Errno::EINVAL;
  return Unit{};
}

/// The mount's say: devices, FIFOs and sockets on a read-only mount may be written.
Result<Unit> check_mount(const Location& place, u32 flags) {
  if (!wants_write(flags) && (flags & kOpenTruncate) == 0) return Unit{};
  const FileType type = place->inode->type();
  if (type != FileType::Regular && type != FileType::Directory) return Unit{};
  return writable_mount(place);
}

Result<std::shared_ptr<FileDescription>> open_existing(PathWalker& walker, const WalkResult& at,
                                                       u32 flags) {
  const Location& place = at.target;
  const FileType type = place->inode->type();
  if ((flags & kOpenCreate) != 0) {
    if ((flags & kOpenExclusive) != 0) return Errno::EEXIST;
    if (type == FileType::Directory) return Errno::EISDIR;
  }
  const bool directory_demanded = (flags & kOpenDirectory) != 0 || at.trailing_slash;
  if (directory_demanded && type != FileType::Directory) return Errno::ENOTDIR;
  if ((flags & kOpenPath) != 0) return std::make_shared<PathFile>(place, flags & kPathFlags);
  if (type == FileType::Symlink) return Errno::ELOOP;
  if (type == FileType::Socket) return Errno::ENXIO;
  if (type == FileType::Directory && (wants_write(flags) || (flags & kOpenTruncate) != 0))
    return Errno::EISDIR;
  const bool device = type == FileType::CharDevice || type == FileType::BlockDevice;
  if (device && place->mount && place->mount->has(abi::kMountNoDevices)) return Errno::EACCES;
  TRY(check_mount(place, flags));
  auto opened = TRY(place->inode->open(place, (flags & ~kCreationFlags) | abi::kOpenLargeFile));
  if ((flags & kOpenTruncate) != 0 && type == FileType::Regular)
    tell_watchers(place, abi::kInotifyModify);
  if (type != FileType::Directory) return opened;
  std::vector<Location> covers;
  for (const std::string& name : walker.mounts().names_in(place))
    covers.push_back(walker.mounts().covering(place, name));
  return with_covered_names(std::move(opened), covers, walker.caller());
}

Result<std::shared_ptr<FileDescription>> open_new(const WalkResult& at, u32 flags,
                                                  u32 permissions) {
  if (at.trailing_slash) return Errno::EISDIR;
  TRY(writable_mount(at.parent));
  auto made = TRY(at.parent->inode->create_open(
      at.parent, at.name, (flags & ~kCreationFlags) | abi::kOpenLargeFile, permissions));
  tell_watchers(*at.parent->inode, abi::kInotifyCreate, at.name);
  return made;
}

Result<std::shared_ptr<FileDescription>> open_temporary(PathWalker& walker, const Location& base,
                                                        std::string_view path, u32 flags,
                                                        u32 permissions) {
  const Location place = TRY(
      walker.find(base, path, (flags & kOpenNoFollow) != 0 ? FinalLink::Keep : FinalLink::Follow));
  if (place->inode->type() != FileType::Directory) return Errno::ENOTDIR;
  TRY(writable_mount(place));
  // O_EXCL goes along: it says that the file may not be linked in later.
  return place->inode->open_temporary(
      place, (flags & ~(kCreationFlags & ~kOpenExclusive)) | abi::kOpenLargeFile, permissions);
}

Result<std::shared_ptr<FileDescription>> do_open_path(PathWalker& walker, const Location& base,
                                                      std::string_view path, u32 flags,
                                                      u32 permissions) {
  if ((flags & kTemporaryBit) != 0) return open_temporary(walker, base, path, flags, permissions);
  const bool exclusive = (flags & kOpenCreate) != 0 && (flags & kOpenExclusive) != 0;
  const bool keep = (flags & kOpenNoFollow) != 0 || exclusive;
  for (int attempt = 1;; ++attempt) {
    const WalkResult at = TRY(walker.walk(base, path, keep ? FinalLink::Keep : FinalLink::Follow));
    const bool link_with_slash = at.target && at.trailing_slash && !exclusive &&
                                 at.target->inode->type() == FileType::Symlink;
    if (link_with_slash) {
      WalkResult followed = at;
      followed.target = TRY(walker.find(base, path, FinalLink::Follow));
      return open_existing(walker, followed, flags);
    }
    if (at.target) return open_existing(walker, at, flags);
    if ((flags & kOpenCreate) == 0) return Errno::ENOENT;
    auto created = open_new(at, flags, permissions);
    const bool raced = !created.ok() && created.error() == Errno::EEXIST && !exclusive;
    if (!raced || attempt == kCreateAttempts) return created;
  }
}

}  // namespace

Result<std::shared_ptr<FileDescription>> open_path(PathWalker& walker, const Location& base,
                                                   std::string_view path, u32 flags,
                                                   u32 permissions) {
  TRY(check_flags(flags));
  if ((flags & kOpenPath) != 0) flags &= kPathFlags;
  auto opened = TRY(do_open_path(walker, base, path, flags, permissions));
  if ((flags & kOpenPath) == 0) tell_watchers(opened->location(), abi::kInotifyOpen);
  return opened;
}

}  // namespace kemu
