#include "fs/overlay_inode.h"

#include <algorithm>

#include "fs/directory_file.h"
#include "fs/machine_copy.h"
#include "fs/path_walk.h"

// Files of an overlay as one file each: status, attributes, and what is open.

namespace kemu {

namespace {

constexpr u64 kMagic = 0x794c7630;  // OVERLAYFS_SUPER_MAGIC
constexpr u32 kDeviceShift = 48;    // above every inode number that file systems use

u32 access_wanted(u32 flags) {
  switch (flags & abi::kOpenAccessMode) {
    case abi::kOpenReadOnly: return 4;
    case abi::kOpenWriteOnly: return 2;
    default: return 6;
  }
}

std::string full_path(const Location& place) {
  const Location* top = &place;
  while ((*top)->parent) top = &(*top)->parent;
  return path_of(place, *top);
}

/// An open directory, of all trees.
class OverlayDirectoryFile : public GatheredDirectory {
 public:
  OverlayDirectoryFile(Location location, u32 flags, std::shared_ptr<OverlayInode> directory)
      : GatheredDirectory(std::move(location), flags), directory_(std::move(directory)) {}

  Result<Unit> sync(bool) override { return Unit{}; }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<OverlayDirectoryFile>(copy.of(location_), flags_,
                                                       copy.as<Inode>(directory_));
    made->take_position_of(*this);
    return copy_common(copy, made);
  }

 protected:
  Result<std::vector<DirectoryEntry>> gather() override {
    u64 above = directory_->number();
    if (location_->parent) above = TRY(location_->parent->inode->status()).inode;
    std::vector<DirectoryEntry> entries{{directory_->number(), 0, FileType::Directory, "."},
                                        {above, 0, FileType::Directory, ".."}};
    auto rest = TRY(directory_->entries());
    entries.insert(entries.end(), std::make_move_iterator(rest.begin()),
                   std::make_move_iterator(rest.end()));
    return entries;
  }

 private:
  std::shared_ptr<OverlayInode> directory_;
};

/// An open file: that of the tree below, under the overlay's name and number. One that was opened
/// for reading goes on showing the lower file after a copy-up, as on Linux.
class OverlayFile : public FileDescription {
 public:
  OverlayFile(Location location, u32 flags, std::shared_ptr<FileDescription> below,
              std::shared_ptr<void> writing)
      : FileDescription(std::move(location), flags),
        below_(std::move(below)),
        writing_(std::move(writing)) {}

  Result<Unit> set_flags(u32 flags) override {
    TRY(below_->set_flags(flags));
    return FileDescription::set_flags(flags);
  }
  Result<u64> read(const HostSpans& to) override { return below_->read(to); }
  Result<u64> write(const HostSpans& from) override { return below_->write(from); }
  Result<u64> read_at(const HostSpans& to, u64 at) override { return below_->read_at(to, at); }
  Result<u64> write_at(const HostSpans& from, u64 at) override {
    return below_->write_at(from, at);
  }
  Result<u64> seek(i64 offset, Whence whence) override { return below_->seek(offset, whence); }
  Result<Unit> truncate(u64 size) override { return below_->truncate(size); }
  Result<Unit> allocate(u32 mode, u64 offset, u64 size) override {
    return below_->allocate(mode, offset, size);
  }
  Result<Unit> sync(bool data_only) override { return below_->sync(data_only); }
  Result<FileStatus> status() override {
    FileStatus status = TRY(below_->status());
    const FileStatus own = TRY(inode().status());
    status.device = own.device;
    status.inode = own.inode;
    status.links = own.links;
    return status;
  }
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override {
    return below_->ioctl(request, space, argument);
  }
  Result<std::shared_ptr<MappedObject>> mapping(Sharing sharing) override {
    return below_->mapping(sharing);
  }
  int host_fd() const override { return below_->host_fd(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    Location place = copy.of(location_);
    auto writing = writing_ ? place->inode->use_contents(ContentsUse::Write) : nullptr;
    return copy_common(
        copy, std::make_shared<OverlayFile>(std::move(place), flags_, copy.of(below_),
                                            writing.ok() ? std::move(writing).value() : nullptr));
  }

 private:
  std::shared_ptr<FileDescription> below_;
  std::shared_ptr<void> writing_;
};

}  // namespace

u64 Overlay::number_of(const FileId& id) {
  const auto known = origins.find(id);
  if (known != origins.end()) return known->second;
  auto device = std::find(devices.begin(), devices.end(), id.device);
  if (device == devices.end()) device = devices.insert(devices.end(), id.device);
  return id.inode ^ static_cast<u64>(device - devices.begin()) << kDeviceShift;
}

OverlayInode::OverlayInode(std::shared_ptr<Overlay> fs, std::shared_ptr<OverlayInode> parent,
                           std::string name, std::shared_ptr<Inode> upper, Lowers lowers)
    : fs_(std::move(fs)),
      parent_(std::move(parent)),
      name_(std::move(name)),
      upper_(std::move(upper)),
      lowers_(std::move(lowers)),
      type_(real().type()) {
  const auto below = real().status();
  // A directory that is in both goes by the lower one's number, as before it was copied up.
  const auto origin = lowers_.empty() ? below : lowers_.front()->status();
  if (origin.ok()) number_ = fs_->number_of({origin->device, origin->inode});
  if (upper_ && below.ok()) {
    const auto known = fs_->origins.find(FileId{below->device, below->inode});
    if (known != fs_->origins.end()) number_ = known->second;
  }
}

std::shared_ptr<Overlay> Overlay::copy_to(MachineCopy& copy) const {
  return std::make_shared<Overlay>(Overlay{copy.files(), device, writable, devices, origins});
}

OverlayInode::OverlayInode(MachineCopy& copy, const OverlayInode& original)
    : fs_(copy.of(original.fs_)),
      parent_(copy.as<Inode>(original.parent_)),
      name_(original.name_),
      upper_(copy.of(original.upper_)),
      type_(original.type_),
      number_(original.number_),
      removed_(original.removed_) {
  for (const auto& lower : original.lowers_) lowers_.push_back(copy.of(lower));
}

/// Who holds an inode holds its parents, never its children: each enters itself where the original
/// is entered.
std::shared_ptr<Inode> OverlayInode::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<OverlayInode>(copy, *this);
  fifo_.copy_to(copy, made->fifo_);
  const auto by_upper = fs_->by_upper.find(upper_.get());
  if (by_upper != fs_->by_upper.end() && by_upper->second.lock().get() == this)
    made->fs_->by_upper[made->upper_.get()] = made;
  if (parent_) {
    const auto entry = parent_->children_.find(name_);
    if (entry != parent_->children_.end() && entry->second.lock().get() == this)
      made->parent_->children_[name_] = made;
  }
  return copy_common(copy, made);
}

OverlayInode::~OverlayInode() {
  if (upper_) fs_->by_upper.erase(upper_.get());
  if (!parent_) return;
  const auto entry = parent_->children_.find(name_);
  if (entry != parent_->children_.end() && entry->second.expired()) parent_->children_.erase(entry);
}

Result<FileStatus> OverlayInode::status() {
  FileStatus status = TRY(real().status());
  status.device = fs_->device;
  status.inode = number_;
  // As on Linux, a merged directory does not count its subdirectories.
  if (type_ == FileType::Directory && !lowers_.empty()) status.links = 1;
  if (removed_ && (type_ == FileType::Directory || !upper_)) status.links = 0;
  return status;
}

Result<Unit> OverlayInode::check_access(u32 mode) {
  if ((mode & 2) != 0 && !fs_->writable) return Errno::EROFS;
  return check_permission(TRY(status()), mode, who());
}

Result<FilesystemStatus> OverlayInode::filesystem_status() {
  FilesystemStatus status = TRY(real().filesystem_status());
  status.magic = kMagic;
  return status;
}

Result<Unit> OverlayInode::set_permissions(u32 permissions) {
  permissions = TRY(changed_permissions(TRY(status()), permissions, who()));
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  return upper_->set_permissions(permissions);
}

Result<Unit> OverlayInode::set_owner(i64 uid, i64 gid) {
  const FileStatus before = TRY(status());
  const FileStatus after = TRY(changed_owner(before, uid, gid, who()));
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  TRY(upper_->set_owner(uid, gid));
  if (after.permissions == before.permissions || type_ == FileType::Symlink) return Unit{};
  return upper_->set_permissions(after.permissions);
}

Result<Unit> OverlayInode::set_times(const TimesUpdate& times) {
  TRY(check_owner(TRY(status()), who()));
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  return upper_->set_times(times);
}

Result<Unit> OverlayInode::truncate(u64 size) {
  TRY(use_contents(ContentsUse::Write));
  TRY(copy_up());
  return upper_->truncate(size);
}

Result<std::shared_ptr<FileDescription>> OverlayInode::open(const Location& at, u32 flags) {
  const bool writes = (flags & abi::kOpenAccessMode) != abi::kOpenReadOnly;
  const bool truncates = (flags & abi::kOpenTruncate) != 0;
  switch (type_) {
    case FileType::Symlink: return Errno::ELOOP;
    case FileType::None:
    case FileType::Socket: return Errno::ENXIO;
    case FileType::Directory:
      TRY(check_access(4));
      return std::make_shared<OverlayDirectoryFile>(at, flags, self());
    case FileType::Fifo:
      TRY(check_access(access_wanted(flags)));
      return fifo_.open(at, flags & ~abi::kOpenTruncate);
    default: break;
  }
  TRY(check_access(access_wanted(flags) | (truncates ? 2 : 0)));
  std::shared_ptr<void> writing;
  if (type_ == FileType::Regular && (writes || truncates)) {
    writing = TRY(use_contents(ContentsUse::Write));
    TRY(copy_up());
  }
  const auto inode = upper_ ? upper_ : lowers_.front();
  const auto place = std::make_shared<const Dentry>(Dentry{nullptr, full_path(at), inode, nullptr});
  const FsMachine::Privilege root(fs_->machine);
  auto below = TRY(inode->open(place, flags));
  if (type_ != FileType::Regular) return below;
  return std::make_shared<OverlayFile>(at, flags & ~abi::kOpenTruncate, std::move(below),
                                       writes ? std::move(writing) : nullptr);
}

Result<std::shared_ptr<FileDescription>> OverlayInode::create_open(const Location& at,
                                                                   std::string_view name, u32 flags,
                                                                   u32 permissions) {
  flags &= ~abi::kOpenTruncate;
  std::shared_ptr<FileDescription> below;
  TRY(make_new(name, FileType::Regular, permissions, [&](u32 given) -> Result<Unit> {
    const auto place = std::make_shared<const Dentry>(Dentry{nullptr, "", upper_, nullptr});
    below = TRY(upper_->create_open(place, name, flags, given));
    return Unit{};
  }));
  const auto inode = TRY(find_child(name));
  auto place = std::make_shared<const Dentry>(Dentry{at, std::string(name), inode, at->mount});
  std::shared_ptr<void> writing;
  if (below->writable()) writing = TRY(inode->use_contents(ContentsUse::Write));
  return std::make_shared<OverlayFile>(std::move(place), flags, std::move(below),
                                       std::move(writing));
}

/// ovl_tmpfile: a nameless file of the upper tree.
Result<std::shared_ptr<FileDescription>> OverlayInode::open_temporary(const Location& at, u32 flags,
                                                                      u32 permissions) {
  if (removed_) return Errno::ENOENT;
  TRY(check_access(3));
  const Ownership owner = ownership_in(TRY(status()), FileType::Regular, permissions, who());
  TRY(copy_up());
  const FsMachine::Privilege root(fs_->machine);
  const auto there = std::make_shared<const Dentry>(Dentry{nullptr, "", upper_, nullptr});
  auto below = TRY(upper_->open_temporary(there, flags, owner.permissions));
  const auto upper = below->location()->inode;
  (void)upper->set_owner(owner.uid, owner.gid);
  const auto inode = std::make_shared<OverlayInode>(fs_, self(), std::string(), upper, Lowers());
  fs_->by_upper[upper.get()] = inode;
  const std::string name = "#" + std::to_string(inode->number());
  auto place = std::make_shared<const Dentry>(Dentry{at, name, inode, at->mount});
  auto writing = TRY(inode->use_contents(ContentsUse::Write));
  return std::make_shared<OverlayFile>(std::move(place), flags & ~abi::kOpenExclusive,
                                       std::move(below), std::move(writing));
}

std::shared_ptr<Inode> make_overlay(FsMachine& machine, std::vector<std::shared_ptr<Inode>> lowers,
                                    std::shared_ptr<Inode> upper) {
  auto fs = std::make_shared<Overlay>(Overlay{machine, machine.next_device(), upper != nullptr});
  return std::make_shared<OverlayInode>(std::move(fs), nullptr, "", std::move(upper),
                                        std::move(lowers));
}

}  // namespace kemu
