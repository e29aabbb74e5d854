#pragma once

#include <vector>

#include "fs/file_description.h"

namespace kemu {

/// An open directory of kemu's own whose entries have places by number: seeking is the same for
/// all of them.
class DirectoryFile : public FileDescription {
 public:
  using FileDescription::FileDescription;

  Result<Unit> seek_directory(u64 offset) override {
    position_ = offset;
    return Unit{};
  }
  Result<u64> seek(i64 offset, Whence whence) override;

 protected:
  u64 position_ = 0;  // of the next entry that is read
};

/// One of several directories that are seen as one: all entries are gathered when it is read from
/// its start.
class GatheredDirectory : public DirectoryFile {
 public:
  using DirectoryFile::DirectoryFile;

  Result<std::vector<DirectoryEntry>> read_directory(u64 most) override;

 protected:
  /// All entries, "." and ".." among them; their offsets are set afterwards.
  virtual Result<std::vector<DirectoryEntry>> gather() = 0;
  /// For copies of the machine.
  void take_position_of(const GatheredDirectory& original);

 private:
  std::vector<DirectoryEntry> entries_;
};

}  // namespace kemu
