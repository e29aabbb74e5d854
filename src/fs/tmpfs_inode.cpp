#include "fs/tmpfs_inode.h"

#include "base/abi/fcntl_commands.h"
#include "fs/machine_copy.h"
#include "fs/path_walk.h"

// Files of a tmpfs that are no directories, and what all inodes share.

namespace kemu {

namespace {

constexpr u64 kBlock = 512;
constexpr u32 kAllocateKeepSize = 1;   // FALLOC_FL_KEEP_SIZE
constexpr u32 kAllocatePunchHole = 2;  // FALLOC_FL_PUNCH_HOLE

/// access(2)'s bits for an access mode.
u32 access_wanted(u32 flags) {
  switch (flags & abi::kOpenAccessMode) {
    case abi::kOpenReadOnly: return 4;
    case abi::kOpenWriteOnly: return 2;
    default: return 6;
  }
}

/// The path from the top of the mount tree, for /proc/PID/maps.
std::string full_path(const Location& place) {
  const Location* top = &place;
  while ((*top)->parent) top = &(*top)->parent;
  return path_of(place, *top);
}

}  // namespace

TmpfsInode::TmpfsInode(std::shared_ptr<Tmpfs> fs, FileType type, const Ownership& owner)
    : fs_(std::move(fs)) {
  ++fs_->inodes;
  status_.device = fs_->device;
  status_.inode = ++fs_->last_number;
  status_.type = type;
  status_.permissions = owner.permissions;
  status_.uid = owner.uid;
  status_.gid = owner.gid;
  status_.block_size = kPageSize;
  const Nanoseconds now = fs_->machine.now();
  status_.accessed = status_.modified = status_.changed = status_.born = now;
}

std::shared_ptr<Tmpfs> Tmpfs::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<Tmpfs>(Tmpfs{copy.files(), options, device, copy.of(blocks)});
  made->last_number = last_number;
  return made;
}

TmpfsInode::TmpfsInode(MachineCopy& copy, const TmpfsInode& original)
    : fs_(copy.of(original.fs_)),
      status_(original.status_),
      extended_(original.extended_),
      linkable_(original.linkable_) {
  ++fs_->inodes;
}

TmpfsInode::~TmpfsInode() { --fs_->inodes; }

Result<Unit> TmpfsInode::set_permissions(u32 permissions) {
  const auto who = fs_->machine.credentials();
  status_.permissions = TRY(changed_permissions(status_, permissions, who));
  status_.changed = fs_->machine.now();
  return Unit{};
}

Result<Unit> TmpfsInode::set_owner(i64 uid, i64 gid) {
  status_ = TRY(changed_owner(status_, uid, gid, fs_->machine.credentials()));
  status_.changed = fs_->machine.now();
  return Unit{};
}

Result<Unit> TmpfsInode::set_times(const TimesUpdate& times) {
  TRY(check_owner(status_, fs_->machine.credentials()));
  if (times.accessed) status_.accessed = *times.accessed;
  if (times.modified) status_.modified = *times.modified;
  status_.changed = fs_->machine.now();
  return Unit{};
}

Result<Unit> TmpfsInode::check_access(u32 mode) {
  return check_permission(status_, mode, fs_->machine.credentials());
}

Result<std::string> TmpfsInode::attribute(const std::string& name) {
  return extended_.get(name, status_, fs_->machine.credentials());
}

Result<Unit> TmpfsInode::set_attribute(const std::string& name, std::string_view value,
                                       AttributeMode mode) {
  TRY(extended_.set(name, value, mode, status_, fs_->machine.credentials()));
  status_.changed = fs_->machine.now();
  return Unit{};
}

Result<Unit> TmpfsInode::remove_attribute(const std::string& name) {
  TRY(extended_.remove(name, status_, fs_->machine.credentials()));
  status_.changed = fs_->machine.now();
  return Unit{};
}

Result<FilesystemStatus> TmpfsInode::filesystem_status() {
  const MemoryQuota& blocks = *fs_->blocks;
  FilesystemStatus status;
  status.magic = fs_->options.magic;
  status.id = fs_->device;
  status.blocks = blocks.limit;
  status.blocks_free = status.blocks_available =
      blocks.limit > blocks.used ? blocks.limit - blocks.used : 0;
  status.files = fs_->options.inodes;
  status.files_free = status.files > fs_->inodes ? status.files - fs_->inodes : 0;
  return status;
}

void TmpfsInode::add_links(i32 count) {
  status_.links = static_cast<u32>(static_cast<i32>(status_.links) + count);
  status_.changed = fs_->machine.now();
}

void TmpfsInode::modified() { status_.modified = status_.changed = fs_->machine.now(); }

TmpfsRegular::TmpfsRegular(std::shared_ptr<Tmpfs> fs, const Ownership& owner)
    : TmpfsInode(std::move(fs), FileType::Regular, owner),
      contents_(std::make_shared<MemoryContents>(
          fs_->machine.pool(), MappedObject::Identity{status_.device, status_.inode, ""},
          fs_->blocks)) {
  contents_->seals = abi::kSealSeal;  // no memfd: F_GET_SEALS tells this one, as on Linux
}

TmpfsRegular::TmpfsRegular(MachineCopy& copy, const TmpfsRegular& original)
    : TmpfsInode(copy, original), contents_(copy.as<MappedObject>(original.contents_)) {}

std::shared_ptr<Inode> TmpfsRegular::copy_to(MachineCopy& copy) const {
  return copy_common(copy, std::make_shared<TmpfsRegular>(copy, *this));
}

std::shared_ptr<Inode> TmpfsSymlink::copy_to(MachineCopy& copy) const {
  return copy_common(copy, std::make_shared<TmpfsSymlink>(copy, *this));
}

std::shared_ptr<Inode> TmpfsSpecial::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<TmpfsSpecial>(copy, *this);
  fifo_.copy_to(copy, made->fifo_);
  return copy_common(copy, made);
}

Result<FileStatus> TmpfsRegular::status() {
  FileStatus now = status_;
  now.size = contents_->size();
  now.blocks = contents_->resident_pages() * (kPageSize / kBlock);
  return now;
}

Result<std::shared_ptr<FileDescription>> TmpfsRegular::open(const Location& at, u32 flags) {
  const bool truncate = (flags & abi::kOpenTruncate) != 0;
  TRY(check_access(access_wanted(flags) | (truncate ? 2 : 0)));
  if ((flags & abi::kOpenNoAccessTime) != 0) TRY(check_owner(status_, fs_->machine.credentials()));
  auto file = TRY(open_unchecked(at, flags & ~abi::kOpenTruncate));
  if (truncate) TRY(TmpfsRegular::truncate(0));
  return file;
}

Result<std::shared_ptr<FileDescription>> TmpfsRegular::open_unchecked(const Location& at,
                                                                      u32 flags) {
  std::shared_ptr<void> writing;
  if ((flags & abi::kOpenAccessMode) != abi::kOpenReadOnly)
    writing = TRY(use_contents(ContentsUse::Write));
  return std::make_shared<TmpfsFile>(
      at, flags, std::static_pointer_cast<TmpfsRegular>(shared_from_this()), std::move(writing));
}

Result<Unit> TmpfsRegular::truncate(u64 size) {
  TRY(use_contents(ContentsUse::Write));
  if (size > static_cast<u64>(INT64_MAX)) return Errno::EFBIG;
  contents_->resize(size);
  written_by_somebody();
  return Unit{};
}

void TmpfsRegular::read_by_somebody() {
  // As with relatime: once after each change, and once a day.
  constexpr Nanoseconds kDay = 24 * 3600 * kSecond;
  const Nanoseconds now = fs_->machine.now();
  const bool stale = status_.accessed <= status_.modified || status_.accessed <= status_.changed ||
                     now - status_.accessed >= kDay;
  if (stale) status_.accessed = now;
}

void TmpfsRegular::written_by_somebody() {
  status_.permissions = permissions_after_write(status_, fs_->machine.credentials());
  modified();
}

TmpfsSymlink::TmpfsSymlink(std::shared_ptr<Tmpfs> fs, const Ownership& owner, std::string target)
    : TmpfsInode(std::move(fs), FileType::Symlink, owner), target_(std::move(target)) {
  status_.permissions = 0777;
  status_.size = target_.size();
}

TmpfsSymlink::~TmpfsSymlink() {
  if (target_.size() >= kLongTarget) --fs_->blocks->used;
}

Result<std::shared_ptr<FileDescription>> TmpfsSpecial::open(const Location& at, u32 flags) {
  if (type() != FileType::Fifo) return Errno::ENXIO;
  TRY(check_access(access_wanted(flags)));
  return fifo_.open(at, flags & ~abi::kOpenTruncate);
}

TmpfsFile::TmpfsFile(Location location, u32 flags, std::shared_ptr<TmpfsRegular> inode,
                     std::shared_ptr<void> writing)
    : MemoryFile(std::move(location), flags, inode->contents()),
      file_(std::move(inode)),
      writing_(std::move(writing)) {}

std::shared_ptr<FileDescription> TmpfsFile::copy_to(MachineCopy& copy) const {
  auto file = copy.as<Inode>(file_);
  auto writing = writing_ ? file->use_contents(ContentsUse::Write) : nullptr;
  auto made = std::make_shared<TmpfsFile>(copy.of(location_), flags_, std::move(file),
                                          writing.ok() ? std::move(writing).value() : nullptr);
  made->set_offset(offset());
  return copy_common(copy, made);
}

/// Whether reading leaves the file's access time alone.
bool TmpfsFile::untimed() const {
  if ((flags_ & abi::kOpenNoAccessTime) != 0) return true;
  const auto& mount = location_->mount;
  return mount && (mount->has(abi::kMountNoAccessTime) || mount->access == MountAccess::ReadOnly);
}

Result<u64> TmpfsFile::read_at(const HostSpans& to, u64 offset) {
  const u64 moved = TRY(MemoryFile::read_at(to, offset));
  if (moved > 0 && !untimed()) file_->read_by_somebody();
  return moved;
}

Result<u64> TmpfsFile::write_at(const HostSpans& from, u64 offset) {
  // With O_APPEND Linux's pwrite(2) appends whatever the offset says.
  if ((flags_ & abi::kOpenAppend) != 0) offset = file_->contents()->size();
  const u64 moved = TRY(MemoryFile::write_at(from, offset));
  if (moved > 0) file_->written_by_somebody();
  return moved;
}

Result<Unit> TmpfsFile::truncate(u64 size) {
  if (!writable()) return Errno::EINVAL;
  return file_->truncate(size);
}

Result<Unit> TmpfsFile::allocate(u32 mode, u64 offset, u64 size) {
  if (!writable()) return Errno::EBADF;
  if ((mode & ~(kAllocateKeepSize | kAllocatePunchHole)) != 0) return Errno::EOPNOTSUPP;
  MemoryContents& contents = *file_->contents();
  if ((mode & kAllocatePunchHole) != 0) {
    contents.clear(offset, offset + size);
  } else {
    TRY(contents.reserve(offset, offset + size));
    if (mode == 0 && offset + size > contents.size()) contents.resize(offset + size);
  }
  file_->written_by_somebody();
  return Unit{};
}

Result<std::shared_ptr<MappedObject>> TmpfsFile::mapping(Sharing sharing) {
  file_->contents()->set_path(full_path(location_));
  if (!untimed()) file_->read_by_somebody();
  auto object = TRY(MemoryFile::mapping(sharing));
  if (!writing_ || sharing == Sharing::Private) return object;
  // A mapping keeps its file open, so the file goes on having a writer.
  MappedObject* mapped = object.get();
  return std::shared_ptr<MappedObject>(
      mapped, [object = std::move(object), writing = writing_](MappedObject*) {});
}

}  // namespace kemu
