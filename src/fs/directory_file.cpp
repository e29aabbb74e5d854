#include "fs/directory_file.h"

namespace kemu {

Result<u64> DirectoryFile::seek(i64 offset, Whence whence) {
  const i64 position = static_cast<i64>(position_);
  if (whence == Whence::Current && __builtin_add_overflow(offset, position, &offset))
    return Errno::EINVAL;
  if ((whence != Whence::Set && whence != Whence::Current) || offset < 0) return Errno::EINVAL;
  position_ = static_cast<u64>(offset);
  return position_;
}

}  // namespace kemu
