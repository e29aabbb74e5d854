#pragma once

#include "base/time.h"
#include "base/types.h"

namespace kemu {

/// None is what anonymous inodes (eventfd, epoll…) have: no S_IFMT bits at all.
enum class FileType : u8 {
  Regular,
  Directory,
  Symlink,
  Fifo,
  CharDevice,
  BlockDevice,
  Socket,
  None
};

/// S_IFMT bits of a type (0100000 for a regular file), the same on every Linux.
u32 mode_bits(FileType type);
/// The type S_IFMT bits name; regular for none.
FileType type_from_mode(u32 mode);
/// DT_REG and kin, as getdents64 reports types.
u8 directory_entry_type(FileType type);

/// What stat(2) tells about an inode, independent of any ABI's struct.
struct FileStatus {
  u64 device = 0;  // as Linux's user-space dev_t encoding
  u64 inode = 0;
  FileType type = FileType::Regular;
  u32 permissions = 0;  // mode & 07777
  u32 links = 1;
  u32 uid = 0;
  u32 gid = 0;
  u64 special_device = 0;  // st_rdev
  u64 size = 0;
  u32 block_size = 4096;
  u64 blocks = 0;  // of 512 bytes
  Nanoseconds accessed = 0;
  Nanoseconds modified = 0;
  Nanoseconds changed = 0;
  Nanoseconds born = 0;  // 0 when unknown

  u32 mode() const { return mode_bits(type) | permissions; }
};

/// What statfs(2) tells, independent of any ABI's struct.
struct FilesystemStatus {
  u64 magic = 0;
  u64 block_size = 4096;
  u64 blocks = 0;
  u64 blocks_free = 0;
  u64 blocks_available = 0;
  u64 files = 0;
  u64 files_free = 0;
  u64 id = 0;
  u64 name_max = 255;
  u64 flags = 0;
};

}  // namespace kemu
