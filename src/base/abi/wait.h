#pragma once

#include "base/types.h"

/// wait4(2) and waitid(2) constants of Linux (linux/wait.h).
namespace kemu::abi {

inline constexpr u32 kWaitNoHang = 1;
inline constexpr u32 kWaitUntraced = 2;  // also WSTOPPED
inline constexpr u32 kWaitExited = 4;
inline constexpr u32 kWaitContinued = 8;
inline constexpr u32 kWaitNoWait = 0x01000000;
inline constexpr u32 kWaitNoThread = 0x20000000;
inline constexpr u32 kWaitAll = 0x40000000;
inline constexpr u32 kWaitClone = 0x80000000;

inline constexpr u32 kIdAll = 0;
inline constexpr u32 kIdPid = 1;
inline constexpr u32 kIdGroup = 2;
inline constexpr u32 kIdPidFd = 3;

}  // namespace kemu::abi
