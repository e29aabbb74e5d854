#pragma once

#include "base/types.h"

/// open(2), fcntl(2) and *at(2) constants of AArch64 Linux (asm-generic/fcntl.h with arm64's own
/// O_DIRECTORY, O_NOFOLLOW, O_DIRECT, O_LARGEFILE, which differ from x86-64's).
namespace kemu::abi {

inline constexpr u32 kOpenReadOnly = 00;
inline constexpr u32 kOpenWriteOnly = 01;
inline constexpr u32 kOpenReadWrite = 02;
inline constexpr u32 kOpenAccessMode = 03;
inline constexpr u32 kOpenCreate = 0100;
inline constexpr u32 kOpenExclusive = 0200;
inline constexpr u32 kOpenNoControllingTty = 0400;
inline constexpr u32 kOpenTruncate = 01000;
inline constexpr u32 kOpenAppend = 02000;
inline constexpr u32 kOpenNonBlock = 04000;
inline constexpr u32 kOpenDataSync = 010000;
inline constexpr u32 kOpenAsync = 020000;
inline constexpr u32 kOpenDirectory = 040000;
inline constexpr u32 kOpenNoFollow = 0100000;
inline constexpr u32 kOpenDirect = 0200000;
inline constexpr u32 kOpenLargeFile = 0400000;
inline constexpr u32 kOpenNoAccessTime = 01000000;
inline constexpr u32 kOpenCloseOnExec = 02000000;
inline constexpr u32 kOpenSync = 04010000;
inline constexpr u32 kOpenPath = 010000000;
inline constexpr u32 kOpenTemporary = 020040000;

inline constexpr i32 kAtCwd = -100;
inline constexpr u32 kAtSymlinkNoFollow = 0x100;
inline constexpr u32 kAtRemoveDir = 0x200;  // also AT_EACCESS
inline constexpr u32 kAtEaccess = 0x200;
inline constexpr u32 kAtSymlinkFollow = 0x400;
inline constexpr u32 kAtNoAutomount = 0x800;
inline constexpr u32 kAtEmptyPath = 0x1000;

inline constexpr u64 kPathMax = 4096;
inline constexpr u64 kNameMax = 255;
inline constexpr u64 kPipeBuf = 4096;
/// read(2) and write(2) move at most this many bytes in one call (MAX_RW_COUNT).
inline constexpr u64 kMaxRwCount = 0x7ffff000;

}  // namespace kemu::abi
