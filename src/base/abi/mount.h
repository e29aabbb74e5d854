#pragma once

#include "base/types.h"

/// mount(2), umount2(2) and statfs(2) flags, the same on every Linux (linux/mount.h, linux/fs.h).
namespace kemu::abi {

inline constexpr u64 kMountReadOnly = 1;
inline constexpr u64 kMountNoSuid = 2;
inline constexpr u64 kMountNoDevices = 4;
inline constexpr u64 kMountNoExec = 8;
inline constexpr u64 kMountRemount = 32;
inline constexpr u64 kMountNoAccessTime = 1 << 10;
inline constexpr u64 kMountNoDirectoryAccessTime = 1 << 11;
inline constexpr u64 kMountBind = 1 << 12;
inline constexpr u64 kMountMove = 1 << 13;
inline constexpr u64 kMountRecursive = 1 << 14;
inline constexpr u64 kMountSilent = 1 << 15;
inline constexpr u64 kMountUnbindable = 1 << 17;
inline constexpr u64 kMountPrivate = 1 << 18;
inline constexpr u64 kMountSlave = 1 << 19;
inline constexpr u64 kMountShared = 1 << 20;
inline constexpr u64 kMountRelativeAccessTime = 1 << 21;
inline constexpr u64 kMountStrictAccessTime = 1 << 24;
inline constexpr u64 kMountMagic = 0xc0ed0000;  // old programs put it into the upper half
inline constexpr u64 kMountMagicMask = 0xffff0000;

inline constexpr u32 kUnmountForce = 1;
inline constexpr u32 kUnmountDetach = 2;
inline constexpr u32 kUnmountExpire = 4;
inline constexpr u32 kUnmountNoFollow = 8;

// ST_… of statfs(2): the low bits are those of mount(2).
inline constexpr u64 kStatfsValid = 0x20;
inline constexpr u64 kStatfsRelativeAccessTime = 0x1000;

}  // namespace kemu::abi
