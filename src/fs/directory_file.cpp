#include "fs/directory_file.h"

#include <algorithm>

#include "base/abi/dirent.h"

namespace kemu {

Result<u64> DirectoryFile::seek(i64 offset, Whence whence) {
  const i64 position = static_cast<i64>(position_);
  if (whence == Whence::Current && __builtin_add_overflow(offset, position, &offset))
    return Errno::EINVAL;
  if ((whence != Whence::Set && whence != Whence::Current) || offset < 0) return Errno::EINVAL;
  position_ = static_cast<u64>(offset);
  return position_;
}

Result<std::vector<DirectoryEntry>> GatheredDirectory::read_directory(u64 most) {
  if (position_ == 0 || entries_.empty()) {
    entries_ = TRY(gather());
    for (u64 i = 0; i < entries_.size(); ++i) entries_[i].next_offset = i + 1;
  }
  std::vector<DirectoryEntry> some;
  for (u64 room = most; position_ < entries_.size(); ++position_) {
    const u64 size = abi::dirent_size(entries_[position_].name.size());
    if (!some.empty() && size > room) break;
    room -= std::min(room, size);
    some.push_back(entries_[position_]);
  }
  return some;
}

void GatheredDirectory::take_position_of(const GatheredDirectory& original) {
  position_ = original.position_;
  entries_ = original.entries_;
}

}  // namespace kemu
