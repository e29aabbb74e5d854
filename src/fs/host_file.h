#pragma once

#include "base/unique_fd.h"
#include "fs/host_inode.h"

namespace kemu {

/// A regular file of the host, opened. Offset, O_APPEND and limits are the host's own.
class HostFile : public FileDescription {
 public:
  /// `location` names a HostInode. ETXTBSY for a writable description of a program that runs.
  static Result<std::shared_ptr<FileDescription>> create(Location location, u32 flags, UniqueFd fd);
  HostFile(Location location, u32 flags, UniqueFd fd);

  Result<Unit> set_flags(u32 flags) override;
  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> read_at(const HostSpans& to, u64 offset) override;
  Result<u64> write_at(const HostSpans& from, u64 offset) override;
  Result<u64> seek(i64 offset, Whence whence) override;
  Result<Unit> truncate(u64 size) override;
  Result<Unit> allocate(u32 mode, u64 offset, u64 size) override;
  Result<Unit> sync(bool data_only) override;
  Result<FileStatus> status() override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  Result<std::shared_ptr<MappedObject>> mapping(Sharing sharing) override;
  int host_fd() const override { return fd_.get(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  /// Writes by `write(part)`, counted where the file is kemu's own output.
  template <typename Write>
  Result<u64> print(const HostSpans& from, Write&& write) {
    return output_ ? output_->print(from, write) : write(from);
  }

  UniqueFd fd_;
  FileId id_;
  PageCache& page_cache_;
  HostTraffic* output_;            // null: a file like any other
  std::shared_ptr<void> writing_;  // that it counts as a writer; null when open for reading only
};

/// A directory of the host, opened: entries come in the host's order with the host's offsets.
class HostDirectory : public FileDescription {
 public:
  HostDirectory(Location location, u32 flags, UniqueFd fd)
      : FileDescription(std::move(location), flags), fd_(std::move(fd)) {}

  Result<u64> seek(i64 offset, Whence whence) override;
  Result<std::vector<DirectoryEntry>> read_directory(u64 most) override;
  Result<Unit> seek_directory(u64 offset) override;
  Result<Unit> sync(bool data_only) override;
  Result<FileStatus> status() override;
  int host_fd() const override { return fd_.get(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 protected:
  /// A second description on the host, whose offset stands where this one's does.
  UniqueFd open_again(MachineCopy& copy) const;

 private:
  UniqueFd fd_;
};

}  // namespace kemu
