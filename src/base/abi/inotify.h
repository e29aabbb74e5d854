#pragma once

#include "base/abi/fcntl.h"
#include "base/types.h"

/// Constants of inotify(7); struct inotify_event is the same on every Linux.
namespace kemu::abi {

inline constexpr u32 kInotifyNonBlock = kOpenNonBlock;
inline constexpr u32 kInotifyCloseOnExec = kOpenCloseOnExec;
inline constexpr u32 kInotifyAccess = 0x001;  // IN_ACCESS
inline constexpr u32 kInotifyModify = 0x002;
inline constexpr u32 kInotifyAttributes = 0x004;  // IN_ATTRIB
inline constexpr u32 kInotifyCloseWrite = 0x008;
inline constexpr u32 kInotifyCloseNoWrite = 0x010;
inline constexpr u32 kInotifyOpen = 0x020;
inline constexpr u32 kInotifyMovedFrom = 0x040;
inline constexpr u32 kInotifyMovedTo = 0x080;
inline constexpr u32 kInotifyCreate = 0x100;
inline constexpr u32 kInotifyDelete = 0x200;
inline constexpr u32 kInotifyDeleteSelf = 0x400;
inline constexpr u32 kInotifyMoveSelf = 0x800;
inline constexpr u32 kInotifyAllEvents = 0xfff;
inline constexpr u32 kInotifyUnmount = 0x2000;
inline constexpr u32 kInotifyOverflow = 0x4000;  // IN_Q_OVERFLOW
inline constexpr u32 kInotifyIgnored = 0x8000;
inline constexpr u32 kInotifyOnlyDirectory = 0x01000000;  // IN_ONLYDIR
inline constexpr u32 kInotifyDontFollow = 0x02000000;
inline constexpr u32 kInotifyExcludeUnlinked = 0x04000000;
inline constexpr u32 kInotifyMaskCreate = 0x10000000;
inline constexpr u32 kInotifyMaskAdd = 0x20000000;
inline constexpr u32 kInotifyIsDirectory = 0x40000000;  // IN_ISDIR
inline constexpr u32 kInotifyOnce = 0x80000000;         // IN_ONESHOT
/// ALL_INOTIFY_BITS: a mask with none of them asks for nothing.
inline constexpr u32 kInotifyKnown = 0xf700efff;

/// struct inotify_event; the name follows, filled up with NULs to a multiple of this size.
struct InotifyEvent {
  i32 watch = 0;
  u32 mask = 0;
  u32 cookie = 0;
  u32 length = 0;
};
static_assert(sizeof(InotifyEvent) == 16);

}  // namespace kemu::abi
