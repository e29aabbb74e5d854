#include "fs/watches.h"

#include <algorithm>

#include "base/abi/inotify.h"

namespace kemu {

namespace {

bool is_called(Inode& directory, std::string_view name, const Inode& inode) {
  const auto found = directory.lookup(name, Caller{});
  return found.ok() && found->get() == &inode;
}

}  // namespace

void InodeWatchers::add(InodeWatch& watch) {
  watch.order_ = orders_++;
  watches_.push_back(&watch);
}

void InodeWatchers::add_like(InodeWatch& watch, const InodeWatch& original) {
  watch.order_ = original.order_;
  orders_ = std::max(orders_, watch.order_ + 1);
  watches_.insert(std::ranges::upper_bound(watches_, watch.order_, {}, &InodeWatch::order_),
                  &watch);
}

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
  Inode& inode = *place->inode;
  const Location& parent = place->parent;
  const auto present = inode.moved_to ? inode.moved_to->directory.lock() : nullptr;
  const bool parent_watched = parent && parent->inode->watchers() != nullptr;
  const bool present_watched = present && present->watchers() != nullptr;
  // Nearly always: this is asked at each read and write.
  if (!parent_watched && !present_watched && inode.watchers() == nullptr) return;
  const bool directory = inode.type() == FileType::Directory;
  const u32 named = mask | (directory ? abi::kInotifyIsDirectory : 0);
  // Parents hear of it first (fsnotify_handle_event). The root of a mount is in no directory.
  if (present && parent && !is_called(*parent->inode, place->name, inode)) {
    if (is_called(*present, inode.moved_to->name, inode))
      tell_watchers(*present, named, inode.moved_to->name);
  } else if (parent && parent->mount == place->mount) {
    tell_watchers(*parent->inode, named, place->name);
  }
  tell_watchers(inode, mask);
}

void note_moved(const std::shared_ptr<Inode>& inode, const std::shared_ptr<Inode>& directory,
                std::string_view name) {
  if (inode->host_raises_events()) return;
  inode->moved_to =
      std::make_unique<Inode::PresentName>(Inode::PresentName{directory, std::string(name)});
}

void tell_name_removed(Inode& inode) {
  if (inode.watchers() == nullptr || inode.descriptions > 0) return;
  const auto status = inode.status();
  if (status.ok() && status->links == 0) tell_watchers(inode, abi::kInotifyDeleteSelf);
}

}  // namespace kemu
