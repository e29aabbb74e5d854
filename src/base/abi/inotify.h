#pragma once

#include "base/abi/fcntl.h"
#include "base/types.h"

/// Constants of inotify(7); struct inotify_event is the same on every Linux.
namespace kemu::abi {

inline constexpr u32 kInotifyNonBlock = kOpenNonBlock;
inline constexpr u32 kInotifyCloseOnExec = kOpenCloseOnExec;
inline constexpr u32 kInotifyOnlyDirectory = 0x01000000;  // IN_ONLYDIR
inline constexpr u32 kInotifyDontFollow = 0x02000000;
inline constexpr u32 kInotifyMaskCreate = 0x10000000;
inline constexpr u32 kInotifyMaskAdd = 0x20000000;
/// ALL_INOTIFY_BITS: a mask with none of them asks for nothing.
inline constexpr u32 kInotifyKnown = 0xf700efff;

}  // namespace kemu::abi
