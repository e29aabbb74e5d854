#pragma once

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

}  // namespace kemu
