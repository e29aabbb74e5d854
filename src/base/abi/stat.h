#pragma once

#include <array>

#include "base/abi/time.h"
#include "base/types.h"

/// What stat(2), statx(2) and statfs(2) write on AArch64 Linux (asm-generic/stat.h and statfs.h,
/// linux/stat.h); struct stat differs from x86-64's.
namespace kemu::abi {

struct Stat {
  u64 device = 0;
  u64 inode = 0;
  u32 mode = 0;
  u32 links = 0;
  u32 uid = 0;
  u32 gid = 0;
  u64 special_device = 0;
  u64 pad1 = 0;
  i64 size = 0;
  i32 block_size = 0;
  i32 pad2 = 0;
  i64 blocks = 0;
  i64 accessed_seconds = 0;
  u64 accessed_nanoseconds = 0;
  i64 modified_seconds = 0;
  u64 modified_nanoseconds = 0;
  i64 changed_seconds = 0;
  u64 changed_nanoseconds = 0;
  u32 unused4 = 0;
  u32 unused5 = 0;
};
static_assert(sizeof(Stat) == 128);

struct StatxTimestamp {
  i64 seconds = 0;
  u32 nanoseconds = 0;
  i32 reserved = 0;
};
static_assert(sizeof(StatxTimestamp) == 16);

struct Statx {
  u32 mask = 0;
  u32 block_size = 0;
  u64 attributes = 0;
  u32 links = 0;
  u32 uid = 0;
  u32 gid = 0;
  u16 mode = 0;
  u16 pad0 = 0;
  u64 inode = 0;
  u64 size = 0;
  u64 blocks = 0;
  u64 attributes_mask = 0;
  StatxTimestamp accessed;
  StatxTimestamp born;
  StatxTimestamp changed;
  StatxTimestamp modified;
  u32 special_device_major = 0;
  u32 special_device_minor = 0;
  u32 device_major = 0;
  u32 device_minor = 0;
  u64 mount_id = 0;
  u32 dio_memory_align = 0;
  u32 dio_offset_align = 0;
  std::array<u64, 12> spare{};
};
static_assert(sizeof(Statx) == 256);

inline constexpr u32 kStatxBasicStats = 0x7ff;
inline constexpr u32 kStatxBirthTime = 0x800;
inline constexpr u32 kStatxReserved = 0x80000000;

struct Statfs {
  u64 type = 0;
  u64 block_size = 0;
  u64 blocks = 0;
  u64 blocks_free = 0;
  u64 blocks_available = 0;
  u64 files = 0;
  u64 files_free = 0;
  std::array<i32, 2> id{};
  u64 name_max = 0;
  u64 fragment_size = 0;
  u64 flags = 0;
  std::array<u64, 4> spare{};
};
static_assert(sizeof(Statfs) == 120);

}  // namespace kemu::abi
