#include <unordered_set>

#include "fs/overlay_inode.h"

// Names of an overlay: what a directory shows and what changes it (namei.c, readdir.c and dir.c of
// fs/overlayfs).

namespace kemu {

namespace {

constexpr u32 kMayWrite = 2;
constexpr u32 kMayExecute = 1;
/// getdents of a tree below is asked for this many bytes at a time.
constexpr u64 kReadSize = u64{32} << 10;

bool is_whiteout(Inode& inode) {
  if (inode.type() != FileType::CharDevice) return false;
  const auto status = inode.status();
  return status.ok() && status->special_device == 0;
}

bool is_directory(const std::shared_ptr<Inode>& inode) {
  return inode->type() == FileType::Directory;
}

/// Runs `visit` on every entry of a directory of a tree below but "." and "..".
template <typename Visit>
Result<Unit> for_each_entry(const std::shared_ptr<Inode>& directory, Visit visit) {
  const auto place = std::make_shared<const Dentry>(Dentry{nullptr, "", directory, nullptr});
  const auto file = TRY(directory->open(place, abi::kOpenReadOnly | abi::kOpenDirectory));
  for (;;) {
    const auto some = TRY(file->read_directory(kReadSize));
    if (some.empty()) return Unit{};
    for (const DirectoryEntry& entry : some)
      if (entry.name != "." && entry.name != "..") visit(entry);
  }
}

}  // namespace

Result<OverlayInode::Child> OverlayInode::find_child(std::string_view name) {
  const FsMachine::Privilege root(fs_->machine);
  std::shared_ptr<Inode> upper;
  if (upper_) {
    auto found = upper_->lookup(name, Caller{});
    if (!found.ok() && found.error() != Errno::ENOENT) return found.error();
    if (found.ok()) upper = std::move(found).value();
    if (upper && is_whiteout(*upper)) return Errno::ENOENT;
  }
  Lowers lowers;
  bool hidden = upper && (!is_directory(upper) || upper->opaque());
  for (auto lower = lowers_.begin(); lower != lowers_.end() && !hidden; ++lower) {
    auto found = (*lower)->lookup(name, Caller{});
    if (!found.ok() && found.error() != Errno::ENOENT) return found.error();
    if (!found.ok()) continue;
    if (is_whiteout(**found)) break;
    const bool directory = is_directory(*found);
    if ((upper || !lowers.empty()) && !directory) break;
    hidden = !directory || (*found)->opaque();
    lowers.push_back(std::move(found).value());
  }
  if (!upper && lowers.empty()) return Errno::ENOENT;
  const auto known = children_.find(name);
  if (known != children_.end()) {
    const Child child = known->second.lock();
    const bool same = child && child->upper_ == upper &&
                      (child->lowers_ == lowers || (upper && !is_directory(upper)));
    if (same) return child;
  }
  if (upper && !is_directory(upper)) {
    const auto other = fs_->by_upper.find(upper.get());
    if (other != fs_->by_upper.end())
      if (Child child = other->second.lock()) return child;
  }
  const Inode* key = upper && !is_directory(upper) ? upper.get() : nullptr;
  auto child = std::make_shared<OverlayInode>(fs_, self(), std::string(name), std::move(upper),
                                              std::move(lowers));
  children_.insert_or_assign(std::string(name), child);
  if (key != nullptr) fs_->by_upper[key] = child;
  return child;
}

Result<std::shared_ptr<Inode>> OverlayInode::lookup(std::string_view name, const Caller&) {
  if (type_ != FileType::Directory) return Errno::ENOTDIR;
  TRY(check_access(kMayExecute));
  return std::shared_ptr<Inode>(TRY(find_child(name)));
}

Result<std::vector<DirectoryEntry>> OverlayInode::entries() {
  const FsMachine::Privilege root(fs_->machine);
  std::vector<DirectoryEntry> entries;
  std::unordered_set<std::string> seen;
  const auto add_all = [&](const std::shared_ptr<Inode>& directory) -> Result<Unit> {
    const u64 device = TRY(directory->status()).device;
    return for_each_entry(directory, [&](DirectoryEntry entry) {
      if (!seen.insert(entry.name).second) return;
      if (entry.type == FileType::CharDevice) {
        const auto inode = directory->lookup(entry.name, Caller{});
        if (inode.ok() && is_whiteout(**inode)) return;
      }
      entry.inode = fs_->number_of({device, entry.inode});
      entries.push_back(std::move(entry));
    });
  };
  if (upper_) TRY(add_all(upper_));
  for (const auto& lower : lowers_) TRY(add_all(lower));
  return entries;
}

/// Whether a lower tree would show something under the name if the upper one did not hide it.
bool OverlayInode::lower_has(std::string_view name) const {
  const FsMachine::Privilege root(fs_->machine);
  for (const auto& lower : lowers_) {
    const auto found = lower->lookup(name, Caller{});
    if (found.ok()) return !is_whiteout(**found);
  }
  return false;
}

/// True when there was one.
Result<bool> OverlayInode::remove_whiteout(std::string_view name) {
  const auto there = upper_->lookup(name, Caller{});
  if (!there.ok()) return false;
  if (!is_whiteout(**there)) return Errno::EEXIST;
  TRY(upper_->unlink(name));
  return true;
}

Result<Unit> OverlayInode::make_whiteout(std::string_view name) {
  return upper_->make_node(name, FileType::CharDevice, 0, 0);
}

/// Makes a new directory of the upper tree hide the lower one of its name. Where it cannot be
/// marked, whiteouts in it do the same.
Result<Unit> OverlayInode::hide_lower(std::string_view name, Inode& directory) {
  if (directory.set_opaque().ok()) return Unit{};
  for (const auto& lower : lowers_) {
    const auto found = lower->lookup(name, Caller{});
    if (!found.ok() || !is_directory(*found)) break;
    std::vector<std::string> names;
    TRY(for_each_entry(*found, [&](const DirectoryEntry& entry) { names.push_back(entry.name); }));
    for (const std::string& each : names)
      if (!directory.lookup(each, Caller{}).ok())
        TRY(directory.make_node(each, FileType::CharDevice, 0, 0));
  }
  return Unit{};
}

void OverlayInode::forget_child(std::string_view name) {
  const auto known = children_.find(name);
  if (known != children_.end()) children_.erase(known);
}

Result<Unit> OverlayInode::make_new(std::string_view name, FileType type, u32 permissions,
                                    const Make& make) {
  if (type_ != FileType::Directory) return Errno::ENOTDIR;
  const auto there = find_child(name);
  if (there.ok()) return Errno::EEXIST;
  if (there.error() != Errno::ENOENT) return there.error();
  if (removed_) return Errno::ENOENT;
  TRY(check_access(kMayWrite | kMayExecute));
  const Ownership owner = ownership_in(TRY(status()), type, permissions, who());
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  const bool was_hidden = TRY(remove_whiteout(name));
  const auto made = make(owner.permissions);
  if (!made.ok()) {
    if (was_hidden) TRY(make_whiteout(name));
    return made;
  }
  const auto inode = TRY(upper_->lookup(name, Caller{}));
  const FileStatus given = TRY(inode->status());
  if (given.uid != owner.uid || given.gid != owner.gid) {
    (void)inode->set_owner(owner.uid, owner.gid);
    if (type != FileType::Symlink) TRY(inode->set_permissions(owner.permissions));
  }
  if (type == FileType::Directory && lower_has(name)) TRY(hide_lower(name, *inode));
  forget_child(name);
  return Unit{};
}

Result<std::shared_ptr<Inode>> OverlayInode::create(std::string_view name, u32 permissions) {
  TRY(make_new(name, FileType::Regular, permissions, [&](u32 given) -> Result<Unit> {
    TRY(upper_->create(name, given));
    return Unit{};
  }));
  return std::shared_ptr<Inode>(TRY(find_child(name)));
}

Result<Unit> OverlayInode::make_directory(std::string_view name, u32 permissions) {
  return make_new(name, FileType::Directory, permissions,
                  [&](u32 given) { return upper_->make_directory(name, given); });
}

Result<Unit> OverlayInode::make_node(std::string_view name, FileType type, u32 permissions,
                                     u64 device) {
  const bool is_device = type == FileType::CharDevice || type == FileType::BlockDevice;
  if (is_device) return Errno::EPERM;
  return make_new(name, type, permissions,
                  [&](u32 given) { return upper_->make_node(name, type, given, device); });
}

Result<Unit> OverlayInode::make_symlink(std::string_view name, std::string_view target) {
  return make_new(name, FileType::Symlink, 0777,
                  [&](u32) { return upper_->make_symlink(name, target); });
}

Result<Unit> OverlayInode::link(std::string_view name, Inode& existing) {
  auto* file = dynamic_cast<OverlayInode*>(&existing);
  if (file == nullptr || file->fs_ != fs_) return Errno::EXDEV;
  if (type_ != FileType::Directory) return Errno::ENOTDIR;
  const auto there = find_child(name);
  if (there.ok()) return Errno::EEXIST;
  if (there.error() != Errno::ENOENT) return there.error();
  if (removed_) return Errno::ENOENT;
  TRY(check_access(kMayWrite | kMayExecute));
  TRY(file->copy_up());
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  const bool was_hidden = TRY(remove_whiteout(name));
  const auto made = upper_->link(name, *file->upper_);
  if (!made.ok() && was_hidden) TRY(make_whiteout(name));
  return made;
}

/// Takes a name out of the upper tree, and what is known about it.
Result<Unit> OverlayInode::remove_upper(std::string_view name, OverlayInode& child) {
  forget_child(name);
  if (!child.upper_) {
    child.removed_ = true;
    return Unit{};
  }
  const FileStatus status = TRY(child.upper_->status());
  const bool directory = child.type_ == FileType::Directory;
  if (directory) TRY(child.clear_whiteouts());
  TRY(directory ? upper_->remove_directory(name) : upper_->unlink(name));
  if (!directory && status.links > 1) return Unit{};
  child.removed_ = true;
  fs_->origins.erase(FileId{status.device, status.inode});
  return Unit{};
}

Result<Unit> OverlayInode::clear_whiteouts() {
  std::vector<std::string> names;
  TRY(for_each_entry(upper_, [&](const DirectoryEntry& entry) { names.push_back(entry.name); }));
  for (const std::string& name : names) TRY(upper_->unlink(name));
  return Unit{};
}

Result<Unit> OverlayInode::unlink(std::string_view name) {
  const Child child = TRY(find_child(name));
  TRY(check_may_delete(TRY(status()), TRY(child->status()), who()));
  if (child->type_ == FileType::Directory) return Errno::EISDIR;
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  TRY(remove_upper(name, *child));
  return lower_has(name) ? make_whiteout(name) : Unit{};
}

Result<Unit> OverlayInode::remove_directory(std::string_view name) {
  const Child child = TRY(find_child(name));
  TRY(check_may_delete(TRY(status()), TRY(child->status()), who()));
  if (child->type_ != FileType::Directory) return Errno::ENOTDIR;
  if (!TRY(child->entries()).empty()) return Errno::ENOTEMPTY;
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  TRY(remove_upper(name, *child));
  return lower_has(name) ? make_whiteout(name) : Unit{};
}

Result<Unit> OverlayInode::check_rename(const Child& moved, OverlayInode& to, const Child& target,
                                        RenameMode mode) {
  for (const OverlayInode* above = &to; above; above = above->parent_.get())
    if (above == moved.get()) return Errno::EINVAL;
  for (const OverlayInode* above = this; above; above = above->parent_.get())
    if (above == target.get())
      return mode == RenameMode::Exchange ? Errno::EINVAL : Errno::ENOTEMPTY;
  TRY(check_may_delete(TRY(status()), TRY(moved->status()), who()));
  if (target)
    TRY(check_may_delete(TRY(to.status()), TRY(target->status()), who()));
  else
    TRY(to.check_access(kMayWrite | kMayExecute));
  if (to.removed_) return Errno::ENOENT;
  const bool directory = moved->type_ == FileType::Directory;
  const bool to_directory = target && target->type_ == FileType::Directory;
  if (target && mode != RenameMode::Exchange) {
    if (directory && !to_directory) return Errno::ENOTDIR;
    if (!directory && to_directory) return Errno::EISDIR;
    if (to_directory && !TRY(target->entries()).empty()) return Errno::ENOTEMPTY;
  }
  // A directory of which a part is below cannot move: nothing there could follow it.
  if (directory && !moved->lowers_.empty()) return Errno::EXDEV;
  if (mode == RenameMode::Exchange && to_directory && !target->lowers_.empty()) return Errno::EXDEV;
  return Unit{};
}

void OverlayInode::settle(const Child& child, std::string_view name) {
  child->parent_ = self();
  child->name_ = name;
  children_.insert_or_assign(std::string(name), child);
}

Result<Unit> OverlayInode::replace(std::string_view name, const Child& moved, OverlayInode& to,
                                   std::string_view new_name, const Child& target) {
  const bool leaves_lower = lower_has(name);
  if (target)
    TRY(to.remove_upper(new_name, *target));
  else
    TRY(to.remove_whiteout(new_name));
  TRY(upper_->rename(name, *to.upper_, new_name, RenameMode::Replace));
  forget_child(name);
  to.settle(moved, new_name);
  if (moved->type_ == FileType::Directory && to.lower_has(new_name))
    TRY(to.hide_lower(new_name, *moved->upper_));
  return leaves_lower ? make_whiteout(name) : Unit{};
}

Result<Unit> OverlayInode::exchange(std::string_view name, const Child& moved, OverlayInode& to,
                                    std::string_view new_name, const Child& target) {
  TRY(target->copy_up());
  TRY(upper_->rename(name, *to.upper_, new_name, RenameMode::Exchange));
  to.settle(moved, new_name);
  settle(target, name);
  if (moved->type_ == FileType::Directory && to.lower_has(new_name))
    TRY(to.hide_lower(new_name, *moved->upper_));
  if (target->type_ == FileType::Directory && lower_has(name))
    TRY(hide_lower(name, *target->upper_));
  return Unit{};
}

Result<Unit> OverlayInode::rename(std::string_view name, Inode& new_directory,
                                  std::string_view new_name, RenameMode mode) {
  auto* to = dynamic_cast<OverlayInode*>(&new_directory);
  if (to == nullptr || to->fs_ != fs_) return Errno::EXDEV;
  if (mode == RenameMode::Whiteout) return Errno::EINVAL;
  const Child moved = TRY(find_child(name));
  const auto there = to->find_child(new_name);
  if (!there.ok() && there.error() != Errno::ENOENT) return there.error();
  const Child target = there.ok() ? *there : nullptr;
  if (target && mode == RenameMode::NoReplace) return Errno::EEXIST;
  if (!target && mode == RenameMode::Exchange) return Errno::ENOENT;
  if (moved == target) return Unit{};
  TRY(check_rename(moved, *to, target, mode));
  TRY(moved->copy_up());
  TRY(to->copy_up());
  const FsMachine::Privilege root(fs_->machine);
  if (mode == RenameMode::Exchange) return exchange(name, moved, *to, new_name, target);
  return replace(name, moved, *to, new_name, target);
}

}  // namespace kemu
