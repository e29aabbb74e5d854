#pragma once

#include "fs/host_file.h"

namespace kemu {

/// A directory of the host as every host shows it: sorted by name, with the inode numbers of
/// StableFiles. Its contents are those it had when it was last read from its start.
class SortedDirectory final : public HostDirectory {
 public:
  using HostDirectory::HostDirectory;

  Result<u64> seek(i64 offset, Whence whence) override;
  Result<std::vector<DirectoryEntry>> read_directory(u64 most) override;
  Result<Unit> seek_directory(u64 offset) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  Result<Unit> load();

  std::vector<DirectoryEntry> entries_;
  u64 position_ = 0;  // the index of the next entry
};

}  // namespace kemu
