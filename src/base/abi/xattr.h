#pragma once

#include "base/types.h"

/// xattr(7)'s limits and setxattr(2)'s flags, the same on every Linux.
namespace kemu::abi {

inline constexpr u64 kXattrNameMax = 255;
inline constexpr u64 kXattrSizeMax = 65536;
inline constexpr u32 kXattrCreate = 1;
inline constexpr u32 kXattrReplace = 2;

}  // namespace kemu::abi
