#pragma once

#include "base/types.h"

/// What getdents64(2) writes (struct linux_dirent64), the same on every Linux: this head, the name
/// with its NUL, and zeros up to a multiple of eight.
namespace kemu::abi {

inline constexpr u64 kDirentInodeOffset = 0;    // u64
inline constexpr u64 kDirentNextOffset = 8;     // i64, d_off
inline constexpr u64 kDirentLengthOffset = 16;  // u16, of the whole record
inline constexpr u64 kDirentTypeOffset = 18;    // u8
inline constexpr u64 kDirentNameOffset = 19;

/// Bytes of the record of a name.
constexpr u64 dirent_size(u64 name_size) { return (kDirentNameOffset + name_size + 1 + 7) & ~7ull; }

}  // namespace kemu::abi
