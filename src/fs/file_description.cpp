#include "fs/file_description.h"

#include <typeinfo>

#include "base/abi/inotify.h"
#include "fs/flock.h"
#include "fs/machine_copy.h"
#include "fs/watches.h"

namespace kemu {

namespace {

/// What F_SETFL may change; the rest of the flags stays as open(2) set it.
constexpr u32 kChangeable = abi::kOpenAppend | abi::kOpenNonBlock | abi::kOpenAsync |
                            abi::kOpenDirect | abi::kOpenNoAccessTime;

constexpr u32 kLockShared = 1;
constexpr u32 kLockExclusive = 2;
constexpr u32 kLockNonBlocking = 4;
constexpr u32 kLockRelease = 8;

}  // namespace

FileDescription::FileDescription(Location location, u32 flags)
    : location_(std::move(location)), flags_(flags) {
  ++inode().descriptions;
}

FileDescription::~FileDescription() {
  if (flock_held_) inode().flock().release(*this);
  --inode().descriptions;
  // What a file system opens for its own ends is on no mount, and nobody's business.
  if (!location_->mount) return;
  if ((flags_ & abi::kOpenPath) == 0)
    tell_watchers(location_, writable() ? abi::kInotifyCloseWrite : abi::kInotifyCloseNoWrite);
  tell_name_removed(inode());
}

std::shared_ptr<FileDescription> FileDescription::copy_to(MachineCopy& copy) const {
  if (typeid(*this) != typeid(FileDescription)) copy.refuse("'" + location_->name + "' is open");
  return copy_common(copy, std::make_shared<FileDescription>(copy.of(location_), flags_));
}

std::shared_ptr<FileDescription> FileDescription::copy_common(
    MachineCopy& copy, std::shared_ptr<FileDescription> made) const {
  copy.remember(this, made);
  if (const auto mode = flock_held_ ? inode().flock().mode_of(*this) : std::nullopt) {
    made->flock_held_ = true;
    CHECK(made->inode().flock().acquire(*made, *mode).ok());
  }
  if (companion_) made->companion_ = companion_->copy_for(copy, made);
  if (signal_io_) made->signal_io_ = signal_io_->copy_for(copy, made);
  return made;
}

Result<Unit> FileDescription::set_flags(u32 flags) {
  flags_ = (flags_ & ~kChangeable) | (flags & kChangeable);
  return Unit{};
}

Result<u64> FileDescription::read(const HostSpans&) {
  if (!readable()) return Errno::EBADF;
  return inode().type() == FileType::Directory ? Errno::EISDIR : Errno::EINVAL;
}

Result<u64> FileDescription::write(const HostSpans&) {
  return writable() ? Errno::EINVAL : Errno::EBADF;
}

Result<u64> FileDescription::read_at(const HostSpans&, u64) {
  return inode().type() == FileType::Directory ? Errno::EISDIR : Errno::ESPIPE;
}

Result<u64> FileDescription::write_at(const HostSpans&, u64) { return Errno::ESPIPE; }

Result<u64> FileDescription::seek(i64, Whence) { return Errno::ESPIPE; }

Result<Unit> FileDescription::truncate(u64) { return Errno::EINVAL; }

Result<Unit> FileDescription::allocate(u32, u64, u64) {
  if (!writable()) return Errno::EBADF;
  switch (inode().type()) {
    case FileType::Regular: return Errno::EOPNOTSUPP;
    case FileType::Fifo: return Errno::ESPIPE;
    case FileType::Directory: return Errno::EISDIR;
    default: return Errno::ENODEV;
  }
}

Result<Unit> FileDescription::sync(bool) { return Errno::EINVAL; }

Result<std::vector<DirectoryEntry>> FileDescription::read_directory(u64) { return Errno::ENOTDIR; }

Result<Unit> FileDescription::seek_directory(u64) { return Errno::ENOTDIR; }

Result<FileStatus> FileDescription::status() { return inode().status(); }

Result<u64> FileDescription::ioctl(u32, AddressSpace&, GuestAddr) { return Errno::ENOTTY; }

Result<std::shared_ptr<MappedObject>> FileDescription::mapping(Sharing) { return Errno::ENODEV; }

Result<Unit> FileDescription::lock(u32 operation) {
  Flock& flock = inode().flock();
  switch (operation & ~kLockNonBlocking) {
    case kLockShared:
    case kLockExclusive: {
      const bool shared = (operation & kLockShared) != 0;
      const auto taken = flock.acquire(*this, shared ? FlockMode::Shared : FlockMode::Exclusive);
      flock_held_ = taken.ok();
      return taken;
    }
    case kLockRelease:
      flock.release(*this);
      flock_held_ = false;
      return Unit{};
    default: return Errno::EINVAL;
  }
}

void FileDescription::wait_for_lock(Waiter& waiter) { waiter.wait_on(inode().flock().queue()); }

Result<u64> FileDescription::pipe_capacity() const { return Errno::EBADF; }

Result<u64> FileDescription::set_pipe_capacity(u64) { return Errno::EBADF; }

bool FileDescription::pollable() const {
  const FileType type = location_->inode->type();
  return type != FileType::Regular && type != FileType::Directory;
}

void FileDescription::wait_to_open(Waiter&) {}

void FileDescription::wait_on(u32, Waiter&) {}

}  // namespace kemu
