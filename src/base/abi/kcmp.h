#pragma once

#include "base/types.h"

/// kcmp(2) constants of Linux (linux/kcmp.h).
namespace kemu::abi {

inline constexpr i32 kKcmpFile = 0;
inline constexpr i32 kKcmpVm = 1;
inline constexpr i32 kKcmpFiles = 2;
inline constexpr i32 kKcmpFs = 3;
inline constexpr i32 kKcmpSighand = 4;
inline constexpr i32 kKcmpIo = 5;
inline constexpr i32 kKcmpSysVSem = 6;

}  // namespace kemu::abi
