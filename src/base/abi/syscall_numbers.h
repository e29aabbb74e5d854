#pragma once

#include "base/types.h"

/// Numbers of the few system calls that dispatch and strace treat apart (asm-generic/unistd.h).
namespace kemu::abi {

inline constexpr u32 kCallGetcwd = 17;
inline constexpr u32 kCallEpollPwait = 22;
inline constexpr u32 kCallFcntl = 25;
inline constexpr u32 kCallIoctl = 29;
inline constexpr u32 kCallMknodat = 33;
inline constexpr u32 kCallOpenat = 56;
inline constexpr u32 kCallGetdents64 = 61;
inline constexpr u32 kCallPselect6 = 72;
inline constexpr u32 kCallPpoll = 73;
inline constexpr u32 kCallTimerfdSettime = 86;
inline constexpr u32 kCallExit = 93;
inline constexpr u32 kCallExitGroup = 94;
inline constexpr u32 kCallFutex = 98;
inline constexpr u32 kCallGetRobustList = 100;
inline constexpr u32 kCallSchedSetparam = 118;
inline constexpr u32 kCallSchedSetscheduler = 119;
inline constexpr u32 kCallSchedGetparam = 121;
inline constexpr u32 kCallRtSigtimedwait = 137;
inline constexpr u32 kCallRtSigreturn = 139;
inline constexpr u32 kCallPrctl = 167;
inline constexpr u32 kCallClone = 220;
inline constexpr u32 kCallExecve = 221;
inline constexpr u32 kCallMremap = 216;
inline constexpr u32 kCallMmap = 222;
inline constexpr u32 kCallGetMempolicy = 236;
inline constexpr u32 kCallWait4 = 260;
inline constexpr u32 kCallGetrandom = 278;
inline constexpr u32 kCallExecveat = 281;
inline constexpr u32 kCallRseq = 293;
inline constexpr u32 kCallClone3 = 435;
inline constexpr u32 kCallFaccessat2 = 439;
inline constexpr u32 kCallEpollPwait2 = 441;

}  // namespace kemu::abi
