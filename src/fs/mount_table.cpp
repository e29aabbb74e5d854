#include "fs/mount_table.h"

#include <algorithm>

#include "fs/dev_pts.h"
#include "fs/machine_copy.h"
#include "fs/path_walk.h"

namespace kemu {

namespace {

bool is_directory(Inode& inode) { return inode.type() == FileType::Directory; }

/// The names that lead from `above` down to `place`, which is below it.
std::vector<std::string> names_between(Location place, const Location& above) {
  std::vector<std::string> names;
  for (; !same_place(place, above); place = place->parent)
    if (!place->name.empty()) names.insert(names.begin(), place->name);
  return names;
}

/// A /dev that is made anew has the ptys of the one before.
void carry_ptys(MachineCopy& copy, Inode& from, Inode& to) {
  const auto nodes = from.lookup("pts", Caller{});
  const auto made = to.lookup("pts", Caller{});
  if (nodes.ok() && made.ok()) copy_dev_pts(copy, **nodes, **made);
}

/// The root of a mount whose file system is made anew: what a bind mount shows of it is looked up.
std::shared_ptr<Inode> made_anew(const Mount& mount, MachineCopy& copy) {
  auto inode = mount.remake(copy);
  if (inode) carry_ptys(copy, *mount.root, *inode);
  std::string_view rest = mount.part;
  while (inode && !rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty()) continue;
    auto found = inode->lookup(name, Caller{});
    inode = found.ok() ? std::move(found).value() : nullptr;
  }
  if (inode) return inode;
  copy.refuse("what is mounted at '" + mount.target + "' is gone");
  return mount.remake(copy);
}

}  // namespace

std::shared_ptr<Mount> Mount::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<Mount>(*this);
  if (!copy.find(root.get())) copy_dev_pts(copy, *root);
  if (root->made_by_lookup() && !copy.find(root.get()) && remake)
    copy.remember(root.get(), made_anew(*this, copy));
  made->root = copy.of(root);
  return made;
}

std::unique_ptr<MountTable> MountTable::copy_to(MachineCopy& copy) const {
  std::unique_ptr<MountTable> made(new MountTable);
  for (const auto& mount : mounts_) made->mounts_.push_back(copy.of(mount));
  const auto place_of = [&](const std::shared_ptr<Dentry>& original) {
    return std::const_pointer_cast<Dentry>(copy.of(Location(original)));
  };
  made->root_ = made->root_dentry_ = place_of(root_dentry_);
  for (const Cover& cover : covers_)
    made->covers_.push_back({copy.of(cover.directory), cover.name, place_of(cover.place)});
  made->last_id_ = last_id_;
  made->last_cookie_ = last_cookie_;
  return made;
}

MountTable::MountTable(std::shared_ptr<Inode> root, std::string type, std::string source,
                       MountAccess access) {
  auto mount =
      std::make_shared<Mount>(Mount{root, std::move(type), std::move(source), "/", access});
  mount->id = ++last_id_;
  root_dentry_ = std::make_shared<Dentry>(Dentry{nullptr, "", std::move(root), mount});
  root_ = root_dentry_;
  mounts_.push_back(std::move(mount));
}

Location MountTable::attach(const Location& directory, std::string_view name, Mount mount) {
  directories_.clear();
  mount.id = ++last_id_;
  auto made = std::make_shared<Mount>(std::move(mount));
  auto place = std::make_shared<Dentry>(Dentry{directory, std::string(name), made->root, made});
  // A place without a name is the root that it covers.
  covers_.push_back({name.empty() ? nullptr : directory, std::string(name), place});
  made->target = path_of(place, root_);
  mounts_.push_back(std::move(made));
  return place;
}

Result<Unit> MountTable::mount(std::string_view target, std::shared_ptr<Inode> inode,
                               std::string type, std::string source, MountAccess access) {
  return mount(target, Mount{std::move(inode), std::move(type), std::move(source), "", access});
}

Result<Unit> MountTable::mount(std::string_view target, Mount mount) {
  if (!target.starts_with('/')) return Errno::EINVAL;
  const FsContext fs{root_, root_, 0};
  PathWalker walker(*this, fs, Caller{});
  const WalkResult at = TRY(walker.walk(root_, target, FinalLink::Follow));
  if (at.name.empty()) return Errno::EBUSY;
  attach(at.parent, at.name, std::move(mount));
  return Unit{};
}

Result<Location> MountTable::mount_at(const Location& place, Mount mount) {
  if (is_directory(*place->inode) != is_directory(*mount.root)) return Errno::ENOTDIR;
  if (!place->mount) return Errno::EINVAL;
  if (!place->parent || place->name.empty()) return attach(top_of(place), "", std::move(mount));
  return attach(place->parent, place->name, std::move(mount));
}

Result<Unit> MountTable::bind(const Location& source, const Location& place, Below below) {
  if (!source->mount) return Errno::EINVAL;
  const auto copy = [&](const Location& shown) {
    Mount made = *shown->mount;
    std::string path;
    for (Location at = shown; at->inode != at->mount->root; at = at->parent) {
      if (!at->parent || at->parent->mount != at->mount) break;
      path.insert(0, "/" + at->name);
    }
    if (!path.empty()) made.part = made.part == "/" ? path : made.part + path;
    made.root = shown->inode;
    return made;
  };
  Covers inside;
  if (below == Below::With)
    for (const Cover& cover : covers_)
      if (cover.directory && is_below(cover.directory, source)) inside.push_back(cover);
  const Location top = TRY(mount_at(place, copy(source)));
  for (const Cover& cover : inside) {
    const FsContext fs{top, top, 0};
    PathWalker walker(*this, fs, Caller{});
    std::string path = "/";
    for (const std::string& name : names_between(cover.directory, source)) path += name + "/";
    const auto directory = walker.find(top, path, FinalLink::Keep);
    if (directory.ok()) attach(*directory, cover.name, copy(cover.place));
  }
  return Unit{};
}

Result<Unit> MountTable::move(const Location& from, const Location& place) {
  const auto cover = find(from);
  if (cover == covers_.end()) return Errno::EINVAL;
  if (is_directory(*from->inode) != is_directory(*place->inode)) return Errno::ENOTDIR;
  if (is_below(place, from)) return Errno::ELOOP;
  directories_.clear();
  Cover moved = *cover;
  const bool over_root = !place->parent || place->name.empty();
  const Location directory = over_root ? top_of(place) : place->parent;
  covers_.erase(cover);
  moved.place->parent = directory;
  moved.place->name = moved.name = over_root ? "" : place->name;
  moved.directory = over_root ? nullptr : directory;
  covers_.push_back(std::move(moved));
  tell_targets();
  return Unit{};
}

Result<Unit> MountTable::remount(const Location& place, u64 flags) {
  if (!place->mount || place->inode != place->mount->root) return Errno::EINVAL;
  for (const auto& mount : mounts_) {
    if (mount != place->mount) continue;
    mount->access =
        (flags & abi::kMountReadOnly) != 0 ? MountAccess::ReadOnly : MountAccess::ReadWrite;
    mount->flags = flags & ~abi::kMountReadOnly;
    return Unit{};
  }
  return Errno::EINVAL;
}

Result<Unit> MountTable::unmount(Location place, Detach detach) {
  auto cover = find(place);
  if (cover == covers_.end()) return Errno::EINVAL;
  place.reset();
  directories_.clear();
  if (detach == Detach::No) {
    // Every place in a mount holds the one above it, so whoever is in there, an open file, a
    // directory or another mount, holds its root.
    if (cover->place.use_count() > 1) return Errno::EBUSY;
    remove(cover);
    return Unit{};
  }
  const Location top = cover->place;
  const auto within = [&](const Cover& at) { return is_below(at.place, top); };
  for (auto at = std::find_if(covers_.begin(), covers_.end(), within); at != covers_.end();
       at = std::find_if(covers_.begin(), covers_.end(), within))
    remove(at);
  return Unit{};
}

Result<Unit> MountTable::pivot(const Location& new_root, const Location& put_old) {
  if (!is_directory(*new_root->inode) || !is_directory(*put_old->inode)) return Errno::ENOTDIR;
  const auto cover = find(new_root);
  if (new_root->mount == root_->mount || put_old->mount == root_->mount) return Errno::EBUSY;
  if (cover == covers_.end() || !is_below(put_old, new_root)) return Errno::EINVAL;
  const bool over_root = same_place(put_old, new_root);
  directories_.clear();
  const auto old_root = root_dentry_;
  root_dentry_ = cover->place;
  covers_.erase(cover);
  root_dentry_->parent = nullptr;
  root_dentry_->name.clear();
  root_ = root_dentry_;
  old_root->parent = over_root ? root_ : put_old->parent;
  old_root->name = over_root ? "" : put_old->name;
  covers_.push_back({over_root ? nullptr : old_root->parent, old_root->name, old_root});
  const auto first = std::find(mounts_.begin(), mounts_.end(), root_->mount);
  std::rotate(mounts_.begin(), first, first + 1);
  tell_targets();
  return Unit{};
}

Location MountTable::covering(const Location& directory, std::string_view name) const {
  // The latest mount hides earlier ones of the same name.
  for (auto cover = covers_.rbegin(); cover != covers_.rend(); ++cover)
    if (cover->directory && cover->name == name && same_place(cover->directory, directory))
      return cover->place;
  return nullptr;
}

Location MountTable::top_of(Location place) const {
  for (const Cover& cover : covers_)
    if (!cover.directory && same_place(cover.place->parent, place)) place = cover.place;
  return place;
}

std::vector<std::string> MountTable::names_in(const Location& directory) const {
  std::vector<std::string> names;
  for (const Cover& cover : covers_)
    if (cover.directory && same_place(cover.directory, directory) &&
        std::find(names.begin(), names.end(), cover.name) == names.end())
      names.push_back(cover.name);
  return names;
}

u64 MountTable::parent_id(const Mount& mount) const {
  for (const Cover& cover : covers_)
    if (cover.place->mount.get() == &mount) return cover.place->parent->mount->id;
  return 0;
}

MountTable::Covers::iterator MountTable::find(const Location& place) {
  if (!place->mount || place->inode != place->mount->root) return covers_.end();
  return std::find_if(covers_.begin(), covers_.end(),
                      [&](const Cover& cover) { return cover.place->mount == place->mount; });
}

bool MountTable::is_below(const Location& place, const Location& above) const {
  for (const Location* at = &place; *at; at = &(*at)->parent)
    if (same_place(*at, above)) return true;
  return false;
}

void MountTable::remove(Covers::iterator cover) {
  std::erase(mounts_, cover->place->mount);
  covers_.erase(cover);
}

void MountTable::tell_targets() {
  for (const Cover& cover : covers_)
    for (const auto& mount : mounts_)
      if (mount == cover.place->mount) mount->target = path_of(cover.place, root_);
  mounts_.front()->target = "/";
}

}  // namespace kemu
