#pragma once

#include "base/types.h"

/// mmap(2), mremap(2), madvise(2), msync(2) and mlockall(2) constants of AArch64 Linux
/// (asm-generic/mman-common.h, asm-generic/mman.h).
namespace kemu::abi {

inline constexpr u32 kProtRead = 0x1;
inline constexpr u32 kProtWrite = 0x2;
inline constexpr u32 kProtExec = 0x4;
inline constexpr u32 kProtSem = 0x8;
inline constexpr u32 kProtGrowsDown = 0x01000000;
inline constexpr u32 kProtGrowsUp = 0x02000000;

inline constexpr u32 kMapShared = 0x01;
inline constexpr u32 kMapPrivate = 0x02;
inline constexpr u32 kMapSharedValidate = 0x03;
inline constexpr u32 kMapTypeMask = 0x0f;
inline constexpr u32 kMapFixed = 0x10;
inline constexpr u32 kMapAnonymous = 0x20;
inline constexpr u32 kMapGrowsDown = 0x0100;
inline constexpr u32 kMapDenyWrite = 0x0800;
inline constexpr u32 kMapExecutable = 0x1000;
inline constexpr u32 kMapLocked = 0x2000;
inline constexpr u32 kMapNoReserve = 0x4000;
inline constexpr u32 kMapPopulate = 0x8000;
inline constexpr u32 kMapNonBlock = 0x10000;
inline constexpr u32 kMapStack = 0x20000;
inline constexpr u32 kMapHugeTlb = 0x40000;
inline constexpr u32 kMapSync = 0x80000;
inline constexpr u32 kMapFixedNoReplace = 0x100000;
inline constexpr u32 kMapHugeSizeMask = 0x3fu << 26;

inline constexpr u32 kRemapMayMove = 1;
inline constexpr u32 kRemapFixed = 2;
inline constexpr u32 kRemapDontUnmap = 4;

inline constexpr u32 kMadviseNormal = 0;
inline constexpr u32 kMadviseRandom = 1;
inline constexpr u32 kMadviseSequential = 2;
inline constexpr u32 kMadviseWillNeed = 3;
inline constexpr u32 kMadviseDontNeed = 4;
inline constexpr u32 kMadviseFree = 8;
inline constexpr u32 kMadviseRemove = 9;
inline constexpr u32 kMadviseDontFork = 10;
inline constexpr u32 kMadviseDoFork = 11;
inline constexpr u32 kMadviseMergeable = 12;
inline constexpr u32 kMadviseUnmergeable = 13;
inline constexpr u32 kMadviseHugePage = 14;
inline constexpr u32 kMadviseNoHugePage = 15;
inline constexpr u32 kMadviseDontDump = 16;
inline constexpr u32 kMadviseDoDump = 17;
inline constexpr u32 kMadviseWipeOnFork = 18;
inline constexpr u32 kMadviseKeepOnFork = 19;
inline constexpr u32 kMadviseCold = 20;
inline constexpr u32 kMadvisePageOut = 21;
inline constexpr u32 kMadvisePopulateRead = 22;
inline constexpr u32 kMadvisePopulateWrite = 23;
inline constexpr u32 kMadviseDontNeedLocked = 24;

inline constexpr u32 kMsyncAsync = 1;
inline constexpr u32 kMsyncInvalidate = 2;
inline constexpr u32 kMsyncSync = 4;

inline constexpr u32 kMlock2OnFault = 1;
inline constexpr u64 kPkeyRightsMask = 3;
inline constexpr u32 kMlockCurrent = 1;
inline constexpr u32 kMlockFuture = 2;
inline constexpr u32 kMlockOnFault = 4;

}  // namespace kemu::abi
