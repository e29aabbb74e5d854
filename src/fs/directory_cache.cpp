#include "fs/directory_cache.h"

#include <functional>

namespace kemu {

namespace {

bool same_inode(const Location& one, const Location& other) {
  return one == other || (one->inode == other->inode && one->mount == other->mount);
}

}  // namespace

bool DirectoryCache::Entry::is_for(const Start& other_start, std::string_view other_path) const {
  return place && path == other_path && same_inode(start.base, other_start.base) &&
         same_inode(start.root, other_start.root);
}

Location DirectoryCache::find(const Start& start, std::string_view path, FinalLink final_link) {
  const std::size_t hash = std::hash<std::string_view>{}(path);
  for (Entry& entry : entries_) {
    if (entry.hash != hash || !entry.is_for(start, path)) continue;
    const bool there =
        entry.start.base->inode->leads_to(entry.path, final_link, *entry.place->inode);
    if (there) return entry.place;
    if (final_link == FinalLink::Follow) entry = Entry{};
    return nullptr;
  }
  return nullptr;
}

void DirectoryCache::remember(const Start& start, std::string_view path, const Location& place) {
  if (place->mount != start.base->mount) return;
  Entry entry{std::hash<std::string_view>{}(path), std::string(path), start, place};
  for (Entry& known : entries_) {
    if (known.hash != entry.hash || !known.is_for(start, path)) continue;
    known = std::move(entry);
    return;
  }
  entries_[next_] = std::move(entry);
  next_ = (next_ + 1) % entries_.size();
}

void DirectoryCache::forget(const Inode& directory) {
  for (Entry& entry : entries_) {
    if (!entry.place) continue;
    const bool holds = entry.place->inode.get() == &directory ||
                       entry.start.base->inode.get() == &directory ||
                       (entry.place->parent && entry.place->parent->inode.get() == &directory);
    if (holds) entry = Entry{};
  }
}

}  // namespace kemu
