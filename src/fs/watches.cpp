#include "fs/watches.h"

#include "base/abi/inotify.h"

namespace kemu {

bool InodeWatchers::remove(const InodeWatch& watch) {
  std::erase(watches_, &watch);
  return watches_.empty();
}

void InodeWatchers::tell(u32 mask, u32 cookie, std::string_view name) const {
  // A watch that has seen its last event takes itself out.
  const std::vector<InodeWatch*> now = watches_;
  for (InodeWatch* watch : now) watch->event(mask, cookie, name);
}

void tell_watchers(const Inode& inode, u32 mask, std::string_view name, u32 cookie) {
  if (inode.watchers() == nullptr) return;
  // The last event may take the watch, and the inode with it, away.
  const auto kept = inode.shared_from_this();
  if (name.empty() && inode.type() == FileType::Directory) mask |= abi::kInotifyIsDirectory;
  inode.watchers()->tell(mask, cookie, name);
}

void tell_watchers(const Location& place, u32 mask) {
  // Parents hear of it first (fsnotify_handle_event). The root of a mount is in no directory.
  const Location& parent = place->parent;
  if (parent && parent->mount == place->mount && parent->inode->watchers() != nullptr) {
    const bool directory = place->inode->type() == FileType::Directory;
    const u32 kind = directory ? abi::kInotifyIsDirectory : 0;
    tell_watchers(*parent->inode, mask | kind, place->name);
  }
  tell_watchers(*place->inode, mask);
}

void tell_name_removed(Inode& inode) {
  if (inode.watchers() == nullptr || inode.descriptions > 0) return;
  const auto status = inode.status();
  if (status.ok() && status->links == 0) tell_watchers(inode, abi::kInotifyDeleteSelf);
}

}  // namespace kemu
