#pragma once

#include "fs/file_description.h"
#include "fs/machine_copy.h"

namespace kemu {

/// A place held without being opened: O_PATH. Every operation on its contents is EBADF; its
/// location and status can be had.
class PathFile : public FileDescription {
 public:
  using FileDescription::FileDescription;

  Result<Unit> set_flags(u32) override { return Errno::EBADF; }
  Result<u64> read(const HostSpans&) override { return Errno::EBADF; }
  Result<u64> write(const HostSpans&) override { return Errno::EBADF; }
  Result<u64> read_at(const HostSpans&, u64) override { return Errno::EBADF; }
  Result<u64> write_at(const HostSpans&, u64) override { return Errno::EBADF; }
  Result<u64> seek(i64, Whence) override { return Errno::EBADF; }
  Result<Unit> truncate(u64) override { return Errno::EBADF; }
  Result<Unit> allocate(u32, u64, u64) override { return Errno::EBADF; }
  Result<Unit> sync(bool) override { return Errno::EBADF; }
  Result<std::vector<DirectoryEntry>> read_directory(u64) override { return Errno::EBADF; }
  Result<Unit> seek_directory(u64) override { return Errno::EBADF; }
  Result<u64> ioctl(u32, AddressSpace&, GuestAddr) override { return Errno::EBADF; }
  Result<std::shared_ptr<MappedObject>> mapping(Sharing) override { return Errno::EBADF; }
  Result<Unit> lock(u32) override { return Errno::EBADF; }
  u32 poll() override { return kPollInvalid; }
  int host_fd() const override { return inode().host_fd(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<PathFile>(copy.of(location_), flags_));
  }
};

}  // namespace kemu
