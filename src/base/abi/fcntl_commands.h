#pragma once

#include "base/types.h"

/// fcntl(2), flock(2) and close_range(2) as AArch64 Linux has them (asm-generic/fcntl.h,
/// linux/fcntl.h, linux/close_range.h).
namespace kemu::abi {

inline constexpr u32 kFcntlDuplicate = 0;  // F_DUPFD
inline constexpr u32 kFcntlGetDescriptorFlags = 1;
inline constexpr u32 kFcntlSetDescriptorFlags = 2;
inline constexpr u32 kFcntlGetStatusFlags = 3;
inline constexpr u32 kFcntlSetStatusFlags = 4;
inline constexpr u32 kFcntlGetLock = 5;
inline constexpr u32 kFcntlSetLock = 6;
inline constexpr u32 kFcntlSetLockWait = 7;
inline constexpr u32 kFcntlSetOwner = 8;
inline constexpr u32 kFcntlGetOwner = 9;
inline constexpr u32 kFcntlSetSignal = 10;
inline constexpr u32 kFcntlGetSignal = 11;
inline constexpr u32 kFcntlSetOwnerEx = 15;
inline constexpr u32 kFcntlGetOwnerEx = 16;
inline constexpr u32 kFcntlGetDescriptionLock = 36;  // F_OFD_GETLK
inline constexpr u32 kFcntlSetDescriptionLock = 37;
inline constexpr u32 kFcntlSetDescriptionLockWait = 38;
inline constexpr u32 kFcntlSetLease = 1024;
inline constexpr u32 kFcntlGetLease = 1025;
inline constexpr u32 kFcntlNotify = 1026;
inline constexpr u32 kFcntlDuplicateCloseOnExec = 1030;
inline constexpr u32 kFcntlSetPipeSize = 1031;
inline constexpr u32 kFcntlGetPipeSize = 1032;
inline constexpr u32 kFcntlAddSeals = 1033;
inline constexpr u32 kFcntlGetSeals = 1034;
inline constexpr u32 kFcntlGetWriteHint = 1035;  // F_GET_RW_HINT
inline constexpr u32 kFcntlSetWriteHint = 1036;

inline constexpr u32 kDescriptorCloseOnExec = 1;  // FD_CLOEXEC

/// struct f_owner_ex, and its types F_OWNER_TID, F_OWNER_PID and F_OWNER_PGRP.
struct FileOwner {
  i32 type = 0;
  i32 id = 0;
};
static_assert(sizeof(FileOwner) == 8);
inline constexpr i32 kOwnerThread = 0;
inline constexpr i32 kOwnerProcess = 1;
inline constexpr i32 kOwnerGroup = 2;

inline constexpr i16 kLockRead = 0;  // F_RDLCK
inline constexpr i16 kLockWrite = 1;
inline constexpr i16 kLockNone = 2;

/// struct flock.
struct RecordLock {
  i16 type = 0;
  i16 whence = 0;
  u32 pad = 0;
  i64 start = 0;
  i64 length = 0;
  i32 pid = 0;
  u32 pad2 = 0;
};
static_assert(sizeof(RecordLock) == 32);

inline constexpr u32 kFlockShared = 1;
inline constexpr u32 kFlockExclusive = 2;
inline constexpr u32 kFlockNonBlock = 4;
inline constexpr u32 kFlockRelease = 8;

inline constexpr u32 kCloseRangeUnshare = 2;
inline constexpr u32 kCloseRangeCloseOnExec = 4;

inline constexpr u32 kSealSeal = 1;  // F_SEAL_SEAL
inline constexpr u32 kSealShrink = 2;
inline constexpr u32 kSealGrow = 4;
inline constexpr u32 kSealWrite = 8;
inline constexpr u32 kSealFutureWrite = 16;
inline constexpr u32 kSealExecute = 32;  // F_SEAL_EXEC

inline constexpr u32 kMemfdCloseOnExec = 1;
inline constexpr u32 kMemfdAllowSealing = 2;
inline constexpr u32 kMemfdNoExecSeal = 8;
inline constexpr u32 kMemfdExec = 16;

inline constexpr u32 kRenameNoReplace = 1;
inline constexpr u32 kRenameExchange = 2;
inline constexpr u32 kRenameWhiteout = 4;

inline constexpr u32 kAccessExecute = 1;  // X_OK
inline constexpr u32 kAccessWrite = 2;
inline constexpr u32 kAccessRead = 4;

inline constexpr i64 kTimeNow = (i64{1} << 30) - 1;   // UTIME_NOW
inline constexpr i64 kTimeOmit = (i64{1} << 30) - 2;  // UTIME_OMIT

inline constexpr u32 kAtStatxForceSync = 0x2000;
inline constexpr u32 kAtStatxDontSync = 0x4000;

}  // namespace kemu::abi
