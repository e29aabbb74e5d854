#include "base/abi/dirent.h"
#include "fs/directory_file.h"
#include "fs/machine_copy.h"
#include "fs/tmpfs_inode.h"

// Directories of a tmpfs: names and what changes them.

namespace kemu {

namespace {

constexpr u64 kBytesAnEntry = 20;  // what a name adds to st_size (BOGO_DIRENT_SIZE)
constexpr u32 kMayWrite = 2;
constexpr u32 kMayExecute = 1;

/// An open directory: it reads entries in the order they were made, each at a place that is its own
/// for good, so that names which come and go move nothing.
class TmpfsDirectoryFile : public DirectoryFile {
 public:
  TmpfsDirectoryFile(Location location, u32 flags, std::shared_ptr<TmpfsDirectory> directory)
      : DirectoryFile(std::move(location), flags), directory_(std::move(directory)) {}

  Result<std::vector<DirectoryEntry>> read_directory(u64 most) override {
    std::vector<DirectoryEntry> entries;
    u64 room = most;
    const auto add = [&](u64 at, const std::string& name, FileType type, u64 inode) {
      const u64 size = abi::dirent_size(name.size());
      if (!entries.empty() && size > room) return false;
      room -= std::min(room, size);
      entries.push_back({inode, at + 1, type, name});
      position_ = at + 1;
      return true;
    };
    const u64 own = directory_->attributes().inode;
    if (position_ == 0) add(0, ".", FileType::Directory, own);
    if (position_ == 1) add(1, "..", FileType::Directory, number_of_parent(own));
    directory_->visit(position_, [&](u64 at, const std::string& name, TmpfsInode& inode) {
      return add(at, name, inode.type(), inode.attributes().inode);
    });
    return entries;
  }
  Result<Unit> sync(bool) override { return Unit{}; }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<TmpfsDirectoryFile>(copy.of(location_), flags_,
                                                     copy.as<Inode>(directory_));
    made->position_ = position_;
    return copy_common(copy, made);
  }

 private:
  u64 number_of_parent(u64 own) const {
    if (!location_->parent) return own;
    const auto status = location_->parent->inode->status();
    return status.ok() ? status->inode : own;
  }

  std::shared_ptr<TmpfsDirectory> directory_;
};

std::shared_ptr<TmpfsDirectory> as_directory(const std::shared_ptr<TmpfsInode>& inode) {
  if (inode->type() != FileType::Directory) return nullptr;
  return std::static_pointer_cast<TmpfsDirectory>(inode);
}

}  // namespace

std::shared_ptr<Inode> TmpfsDirectory::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<TmpfsDirectory>(copy, *this);
  copy_common(copy, made);  // its files lead back to it
  made->parent_ = copy.as<Inode>(parent_.lock());
  for (const auto& [position, name] : by_position_) {
    const auto added =
        made->by_name_.emplace(name->first, Entry{copy.as<Inode>(name->second.inode), position});
    made->by_position_.emplace_hint(made->by_position_.end(), position, added.first);
  }
  made->next_position_ = next_position_;
  made->opaque_ = opaque_;
  return made;
}

TmpfsDirectory::TmpfsDirectory(std::shared_ptr<Tmpfs> fs, const Ownership& owner,
                               std::weak_ptr<TmpfsDirectory> parent)
    : TmpfsInode(std::move(fs), FileType::Directory, owner), parent_(std::move(parent)) {
  status_.links = 2;
}

Result<FileStatus> TmpfsDirectory::status() {
  FileStatus now = status_;
  now.size = kBytesAnEntry * (kFirstPosition + by_name_.size());
  return now;
}

void TmpfsDirectory::visit(
    u64 position, const std::function<bool(u64, const std::string&, TmpfsInode&)>& entry) const {
  for (auto at = by_position_.lower_bound(position); at != by_position_.end(); ++at)
    if (!entry(at->first, at->second->first, *at->second->second.inode)) return;
}

Result<TmpfsDirectory::Names::iterator> TmpfsDirectory::find(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return Errno::ENOENT;
  return found;
}

Result<std::shared_ptr<Inode>> TmpfsDirectory::lookup(std::string_view name, const Caller&) {
  TRY(check_access(kMayExecute));
  return std::shared_ptr<Inode>(TRY(find(name))->second.inode);
}

/// What has to hold before `name` can be made here: EEXIST, ENOENT in a removed directory, EACCES,
/// ENOSPC.
Result<Unit> TmpfsDirectory::check_new(std::string_view name) {
  if (by_name_.contains(name)) return Errno::EEXIST;
  if (status_.links == 0) return Errno::ENOENT;
  TRY(check_access(kMayWrite | kMayExecute));
  if (fs_->options.inodes != 0 && fs_->inodes >= fs_->options.inodes) return Errno::ENOSPC;
  return Unit{};
}

void TmpfsDirectory::insert(std::string_view name, std::shared_ptr<TmpfsInode> inode) {
  const auto directory = as_directory(inode);
  const auto entry =
      by_name_.insert_or_assign(std::string(name), Entry{std::move(inode), next_position_}).first;
  by_position_.emplace(next_position_++, entry);
  if (directory) {
    add_links(1);
    directory->parent_ = std::static_pointer_cast<TmpfsDirectory>(shared_from_this());
  }
  modified();
}

std::shared_ptr<TmpfsInode> TmpfsDirectory::take_out(Names::iterator entry) {
  auto inode = std::move(entry->second.inode);
  by_position_.erase(entry->second.position);
  by_name_.erase(entry);
  if (inode->type() == FileType::Directory) add_links(-1);
  modified();
  return inode;
}

template <typename Made, typename... Arguments>
Result<std::shared_ptr<Made>> TmpfsDirectory::make(std::string_view name, FileType type,
                                                   u32 permissions, Arguments&&... arguments) {
  TRY(check_new(name));
  const Ownership owner = ownership_in(status_, type, permissions, fs_->machine.credentials());
  auto made = [&] {
    if constexpr (std::is_same_v<Made, TmpfsSpecial>)
      return std::make_shared<Made>(fs_, type, owner);
    else
      return std::make_shared<Made>(fs_, owner, std::forward<Arguments>(arguments)...);
  }();
  insert(name, made);
  return made;
}

Result<std::shared_ptr<Inode>> TmpfsDirectory::create(std::string_view name, u32 permissions) {
  return std::shared_ptr<Inode>(TRY(make<TmpfsRegular>(name, FileType::Regular, permissions)));
}

Result<std::shared_ptr<FileDescription>> TmpfsDirectory::create_open(const Location& at,
                                                                     std::string_view name,
                                                                     u32 flags, u32 permissions) {
  auto file = TRY(make<TmpfsRegular>(name, FileType::Regular, permissions));
  auto place = std::make_shared<const Dentry>(Dentry{at, std::string(name), file, at->mount});
  return file->open_unchecked(place, flags & ~abi::kOpenTruncate);
}

Result<std::shared_ptr<FileDescription>> TmpfsDirectory::open_temporary(const Location& at,
                                                                        u32 flags,
                                                                        u32 permissions) {
  TRY(check_new({}));
  auto file = std::make_shared<TmpfsRegular>(
      fs_, ownership_in(status_, FileType::Regular, permissions, fs_->machine.credentials()));
  file->add_links(-1);
  file->set_linkable((flags & abi::kOpenExclusive) == 0);
  const std::string name = "#" + std::to_string(file->attributes().inode);
  auto place = std::make_shared<const Dentry>(Dentry{at, name, file, at->mount});
  return file->open_unchecked(place, flags & ~abi::kOpenExclusive);
}

Result<Unit> TmpfsDirectory::make_directory(std::string_view name, u32 permissions) {
  TRY(make<TmpfsDirectory>(name, FileType::Directory, permissions,
                           std::weak_ptr<TmpfsDirectory>()));
  return Unit{};
}

Result<Unit> TmpfsDirectory::make_node(std::string_view name, FileType type, u32 permissions,
                                       u64 device) {
  const bool is_device = type == FileType::CharDevice || type == FileType::BlockDevice;
  if (is_device && (type != FileType::CharDevice || device != 0)) return Errno::EPERM;
  if (type != FileType::Regular)
    TRY(make<TmpfsSpecial>(name, type, permissions));
  else
    TRY(make<TmpfsRegular>(name, type, permissions));
  return Unit{};
}

Result<Unit> TmpfsDirectory::make_symlink(std::string_view name, std::string_view target) {
  TRY(check_new(name));
  const bool takes_page = target.size() >= TmpfsSymlink::kLongTarget;
  if (takes_page) TRY(fs_->blocks->take());
  TRY(make<TmpfsSymlink>(name, FileType::Symlink, 0777, std::string(target)));
  return Unit{};
}

Result<Unit> TmpfsDirectory::link(std::string_view name, Inode& existing) {
  auto* file = dynamic_cast<TmpfsInode*>(&existing);
  if (file == nullptr || file->fs() != fs_) return Errno::EXDEV;
  TRY(check_new(name));
  if (file->attributes().links == 0 && !file->linkable()) return Errno::ENOENT;
  insert(name, std::static_pointer_cast<TmpfsInode>(file->shared_from_this()));
  file->add_links(1);
  return Unit{};
}

Result<Unit> TmpfsDirectory::unlink(std::string_view name) {
  const auto entry = TRY(find(name));
  TmpfsInode& inode = *entry->second.inode;
  TRY(check_may_delete(status_, inode.attributes(), fs_->machine.credentials()));
  if (inode.type() == FileType::Directory) return Errno::EISDIR;
  inode.set_linkable(false);
  take_out(entry)->add_links(-1);
  return Unit{};
}

Result<Unit> TmpfsDirectory::remove_directory(std::string_view name) {
  const auto entry = TRY(find(name));
  TRY(check_may_delete(status_, entry->second.inode->attributes(), fs_->machine.credentials()));
  const auto directory = as_directory(entry->second.inode);
  if (!directory) return Errno::ENOTDIR;
  if (!directory->empty()) return Errno::ENOTEMPTY;
  take_out(entry)->add_links(-2);
  return Unit{};
}

/// vfs_rename's checks that do not depend on what is replaced: rights, and no directory into itself
/// or over what it is in.
Result<Unit> TmpfsDirectory::check_rename(TmpfsInode& moved, TmpfsDirectory& to, TmpfsInode* target,
                                          RenameMode mode) {
  const FileCredentials who = fs_->machine.credentials();
  for (auto above = std::static_pointer_cast<TmpfsDirectory>(to.shared_from_this()); above;
       above = above->parent())
    if (above.get() == &moved) return Errno::EINVAL;
  for (auto above = std::static_pointer_cast<TmpfsDirectory>(shared_from_this()); above;
       above = above->parent())
    if (above.get() == target)
      return mode == RenameMode::Exchange ? Errno::EINVAL : Errno::ENOTEMPTY;
  TRY(check_may_delete(status_, moved.attributes(), who));
  if (target)
    TRY(check_may_delete(to.status_, target->attributes(), who));
  else
    TRY(to.check_access(kMayWrite | kMayExecute));
  if (to.status_.links == 0) return Errno::ENOENT;
  // ".." of a directory that moves is written.
  if (&to == this) return Unit{};
  if (moved.type() == FileType::Directory) TRY(moved.check_access(kMayWrite));
  if (mode == RenameMode::Exchange && target->type() == FileType::Directory)
    TRY(target->check_access(kMayWrite));
  return Unit{};
}

Result<Unit> TmpfsDirectory::check_replace(const TmpfsInode& moved,
                                           const TmpfsInode& target) const {
  const bool to_directory = target.attributes().type == FileType::Directory;
  if (moved.type() != FileType::Directory) {
    if (to_directory) return Errno::EISDIR;
    return Unit{};
  }
  if (!to_directory) return Errno::ENOTDIR;
  if (!static_cast<const TmpfsDirectory&>(target).empty()) return Errno::ENOTEMPTY;
  return Unit{};
}

void TmpfsDirectory::exchange(Names::iterator mine, TmpfsDirectory& to, Names::iterator theirs) {
  std::swap(mine->second.inode, theirs->second.inode);
  const auto settle = [](TmpfsDirectory& in, const std::shared_ptr<TmpfsInode>& inode, i32 left) {
    const auto directory = as_directory(inode);
    if (directory)
      directory->parent_ = std::static_pointer_cast<TmpfsDirectory>(in.shared_from_this());
    in.add_links((directory ? 1 : 0) - left);
    in.modified();
    inode->add_links(0);
  };
  const bool mine_was = theirs->second.inode->type() == FileType::Directory;
  const bool theirs_was = mine->second.inode->type() == FileType::Directory;
  settle(*this, mine->second.inode, mine_was ? 1 : 0);
  settle(to, theirs->second.inode, theirs_was ? 1 : 0);
}

Result<Unit> TmpfsDirectory::rename(std::string_view name, Inode& new_directory,
                                    std::string_view new_name, RenameMode mode) {
  auto* to = dynamic_cast<TmpfsDirectory*>(&new_directory);
  if (to == nullptr || to->fs_ != fs_) return Errno::EXDEV;
  const auto entry = TRY(find(name));
  const auto there = to->by_name_.find(new_name);
  const auto target = there == to->by_name_.end() ? nullptr : there->second.inode;
  if (target && mode == RenameMode::NoReplace) return Errno::EEXIST;
  if (!target && mode == RenameMode::Exchange) return Errno::ENOENT;
  const auto moved = entry->second.inode;
  TRY(check_rename(*moved, *to, target.get(), mode));
  if (moved == target) return Unit{};
  if (mode == RenameMode::Exchange) {
    exchange(entry, *to, there);
    return Unit{};
  }
  if (target) {
    TRY(check_replace(*moved, *target));
    const bool directory = target->type() == FileType::Directory;
    to->take_out(there)->add_links(directory ? -2 : -1);
  }
  take_out(entry);
  to->insert(new_name, moved);
  moved->add_links(0);
  if (mode != RenameMode::Whiteout) return Unit{};
  const auto whiteout = std::make_shared<TmpfsSpecial>(fs_, FileType::CharDevice,
                                                       Ownership{status_.uid, status_.gid, 0});
  insert(name, whiteout);
  return Unit{};
}

Result<std::shared_ptr<FileDescription>> TmpfsDirectory::open(const Location& at, u32 flags) {
  TRY(check_access(4));
  return std::make_shared<TmpfsDirectoryFile>(
      at, flags, std::static_pointer_cast<TmpfsDirectory>(shared_from_this()));
}

Result<Unit> TmpfsDirectory::set_opaque() {
  opaque_ = true;
  return Unit{};
}

}  // namespace kemu
