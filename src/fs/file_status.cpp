#include "fs/file_status.h"

#include "base/check.h"

namespace kemu {

namespace {

constexpr u32 kTypeMask = 0170000;

}  // namespace

u32 mode_bits(FileType type) {
  switch (type) {
    case FileType::Fifo: return 0010000;
    case FileType::CharDevice: return 0020000;
    case FileType::Directory: return 0040000;
    case FileType::BlockDevice: return 0060000;
    case FileType::Regular: return 0100000;
    case FileType::Symlink: return 0120000;
    case FileType::Socket: return 0140000;
    case FileType::None: return 0;
  }
  CHECK(!"a file type");
  return 0;
}

FileType type_from_mode(u32 mode) {
  switch (mode & kTypeMask) {
    case 0010000: return FileType::Fifo;
    case 0020000: return FileType::CharDevice;
    case 0040000: return FileType::Directory;
    case 0060000: return FileType::BlockDevice;
    case 0120000: return FileType::Symlink;
    case 0140000: return FileType::Socket;
    default: return FileType::Regular;
  }
}

u8 directory_entry_type(FileType type) { return static_cast<u8>(mode_bits(type) >> 12); }

}  // namespace kemu
