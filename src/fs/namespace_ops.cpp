#include "fs/namespace_ops.h"

#include "base/abi/inotify.h"
#include "fs/watches.h"

namespace kemu {

namespace {

enum class TrailingSlash : u8 { Allowed, NeedsDirectory };

bool is_directory(const Location& place) { return place->inode->type() == FileType::Directory; }

/// What is there is the root of a mount: its name can be neither removed nor moved (EBUSY).
bool is_mount_point(const WalkResult& at) {
  return at.target && at.target->mount != at.parent->mount;
}

/// The directory and free name for something new; fs/namei.c's filename_create.
Result<WalkResult> walk_to_create(PathWalker& walker, const Location& base, std::string_view path,
                                  TrailingSlash slash) {
  WalkResult at = TRY(walker.walk(base, path, FinalLink::Keep));
  if (at.last != LastComponent::Name || at.target) return Errno::EEXIST;
  if (at.trailing_slash && slash == TrailingSlash::NeedsDirectory) return Errno::ENOENT;
  TRY(writable_mount(at.parent));
  return at;
}

/// Something new is called `at.name`.
Result<Unit> tell_created(const WalkResult& at, u32 kind) {
  tell_watchers(*at.parent->inode, abi::kInotifyCreate | kind, at.name);
  return Unit{};
}

/// A name of `at.target` is gone (vfs_unlink, vfs_rmdir).
Result<Unit> tell_deleted(const WalkResult& at, u32 kind) {
  tell_watchers(*at.parent->inode, abi::kInotifyDelete | kind, at.name);
  tell_name_removed(*at.target->inode);
  return Unit{};
}

/// fsnotify_move: both directories hear of it with one cookie, then what was moved.
void tell_moved(const WalkResult& from, const WalkResult& to, u32 cookie) {
  const u32 kind = is_directory(from.target) ? abi::kInotifyIsDirectory : 0;
  note_moved(from.target->inode, to.parent->inode, to.name);
  tell_watchers(*from.parent->inode, abi::kInotifyMovedFrom | kind, from.name, cookie);
  tell_watchers(*to.parent->inode, abi::kInotifyMovedTo | kind, to.name, cookie);
  tell_watchers(*from.target->inode, abi::kInotifyMoveSelf);
}

void tell_renamed(const MountTable& mounts, const WalkResult& from, const WalkResult& to,
                  RenameMode mode) {
  const bool exchanged = mode == RenameMode::Exchange;
  const bool replaced = !exchanged && to.target && to.target->inode != from.target->inode;
  if (!exchanged && to.target && !replaced) return;  // two names of one file: nothing happened
  tell_moved(from, to, mounts.next_cookie());
  if (exchanged) tell_moved(to, from, mounts.next_cookie());
  if (!replaced) return;
  if (!is_directory(to.target)) tell_watchers(*to.target->inode, abi::kInotifyAttributes);
  tell_name_removed(*to.target->inode);
}

Result<Unit> check_rename_slashes(const WalkResult& from, const WalkResult& to, RenameMode mode) {
  const bool exchange = mode == RenameMode::Exchange;
  if (exchange && to.trailing_slash && !is_directory(to.target)) return Errno::ENOTDIR;
  if (is_directory(from.target)) return Unit{};
  if (from.trailing_slash || (!exchange && to.trailing_slash)) return Errno::ENOTDIR;
  return Unit{};
}

}  // namespace

Result<Unit> writable_mount(const Location& place) {
  if (place->mount && place->mount->access == MountAccess::ReadOnly) return Errno::EROFS;
  return Unit{};
}

Result<Unit> make_directory_at(PathWalker& walker, const Location& base, std::string_view path,
                               u32 permissions) {
  const WalkResult at = TRY(walk_to_create(walker, base, path, TrailingSlash::Allowed));
  TRY(at.parent->inode->make_directory(at.name, permissions));
  return tell_created(at, abi::kInotifyIsDirectory);
}

Result<Unit> make_node_at(PathWalker& walker, const Location& base, std::string_view path,
                          FileType type, u32 permissions, u64 device) {
  if (type == FileType::Directory) return Errno::EPERM;
  if (type == FileType::Symlink) return Errno::EINVAL;
  const WalkResult at = TRY(walk_to_create(walker, base, path, TrailingSlash::NeedsDirectory));
  TRY(at.parent->inode->make_node(at.name, type, permissions, device));
  return tell_created(at, 0);
}

Result<Unit> make_symlink_at(PathWalker& walker, const Location& base, std::string_view path,
                             std::string_view target) {
  if (target.empty()) return Errno::ENOENT;
  const WalkResult at = TRY(walk_to_create(walker, base, path, TrailingSlash::NeedsDirectory));
  TRY(at.parent->inode->make_symlink(at.name, target));
  return tell_created(at, 0);
}

Result<Unit> link_at(PathWalker& walker, const Location& old_base, std::string_view old_path,
                     FinalLink old_link, const Location& new_base, std::string_view new_path) {
  const Location from =
      old_path.empty() ? old_base : TRY(walker.find(old_base, old_path, old_link));
  const WalkResult to =
      TRY(walk_to_create(walker, new_base, new_path, TrailingSlash::NeedsDirectory));
  if (from->mount != to.parent->mount) return Errno::EXDEV;
  if (is_directory(from)) return Errno::EPERM;
  TRY(to.parent->inode->link(to.name, *from->inode));
  tell_watchers(*from->inode, abi::kInotifyAttributes);
  return tell_created(to, 0);
}

Result<Unit> unlink_at(PathWalker& walker, const Location& base, std::string_view path) {
  const WalkResult at = TRY(walker.walk(base, path, FinalLink::Keep));
  if (at.last != LastComponent::Name) return Errno::EISDIR;
  TRY(writable_mount(at.parent));
  if (!at.target) return Errno::ENOENT;
  if (is_directory(at.target)) return Errno::EISDIR;
  if (at.trailing_slash) return Errno::ENOTDIR;
  if (is_mount_point(at)) return Errno::EBUSY;
  TRY(at.parent->inode->unlink(at.name));
  tell_watchers(*at.target->inode, abi::kInotifyAttributes);
  return tell_deleted(at, 0);
}

Result<Unit> remove_directory_at(PathWalker& walker, const Location& base, std::string_view path) {
  const WalkResult at = TRY(walker.walk(base, path, FinalLink::Keep));
  switch (at.last) {
    case LastComponent::Dot: return Errno::EINVAL;
    case LastComponent::DotDot: return Errno::ENOTEMPTY;
    case LastComponent::Root: return Errno::EBUSY;
    case LastComponent::Name: break;
  }
  TRY(writable_mount(at.parent));
  if (!at.target) return Errno::ENOENT;
  if (!is_directory(at.target)) return Errno::ENOTDIR;
  if (is_mount_point(at)) return Errno::EBUSY;
  walker.mounts().directories().forget(*at.target->inode);
  TRY(at.parent->inode->remove_directory(at.name));
  return tell_deleted(at, abi::kInotifyIsDirectory);
}

Result<Unit> rename_at(PathWalker& walker, const Location& old_base, std::string_view old_path,
                       const Location& new_base, std::string_view new_path, RenameMode mode) {
  const WalkResult from = TRY(walker.walk(old_base, old_path, FinalLink::Keep));
  const WalkResult to = TRY(walker.walk(new_base, new_path, FinalLink::Keep));
  if (from.parent->mount != to.parent->mount) return Errno::EXDEV;
  if (from.last != LastComponent::Name) return Errno::EBUSY;
  if (to.last != LastComponent::Name)
    return mode == RenameMode::NoReplace ? Errno::EEXIST : Errno::EBUSY;
  TRY(writable_mount(from.parent));
  if (!from.target) return Errno::ENOENT;
  if (mode == RenameMode::NoReplace && to.target) return Errno::EEXIST;
  if (mode == RenameMode::Exchange && !to.target) return Errno::ENOENT;
  TRY(check_rename_slashes(from, to, mode));
  if (is_mount_point(from) || is_mount_point(to)) return Errno::EBUSY;
  if (to.target) walker.mounts().directories().forget(*to.target->inode);
  TRY(from.parent->inode->rename(from.name, *to.parent->inode, to.name, mode));
  tell_renamed(walker.mounts(), from, to, mode);
  return Unit{};
}

}  // namespace kemu
