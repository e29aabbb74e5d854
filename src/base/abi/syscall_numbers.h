#pragma once

#include "base/types.h"

/// Numbers of the few system calls that dispatch and strace treat apart (asm-generic/unistd.h).
namespace kemu::abi {

inline constexpr u32 kCallGetcwd = 17;
inline constexpr u32 kCallEpollCtl = 21;
inline constexpr u32 kCallEpollPwait = 22;
inline constexpr u32 kCallFcntl = 25;
inline constexpr u32 kCallIoctl = 29;
inline constexpr u32 kCallMknodat = 33;
inline constexpr u32 kCallSymlinkat = 36;
inline constexpr u32 kCallOpenat = 56;
inline constexpr u32 kCallGetdents64 = 61;
inline constexpr u32 kCallSendfile = 71;
inline constexpr u32 kCallPselect6 = 72;
inline constexpr u32 kCallPpoll = 73;
inline constexpr u32 kCallSignalfd4 = 74;
inline constexpr u32 kCallTimerfdSettime = 86;
inline constexpr u32 kCallUtimensat = 88;
inline constexpr u32 kCallExit = 93;
inline constexpr u32 kCallExitGroup = 94;
inline constexpr u32 kCallWaitid = 95;
inline constexpr u32 kCallUnshare = 97;
inline constexpr u32 kCallFutex = 98;
inline constexpr u32 kCallGetRobustList = 100;
inline constexpr u32 kCallSyslog = 116;
inline constexpr u32 kCallPtrace = 117;
inline constexpr u32 kCallSchedSetparam = 118;
inline constexpr u32 kCallSchedSetscheduler = 119;
inline constexpr u32 kCallSchedGetparam = 121;
inline constexpr u32 kCallRtSigsuspend = 133;
inline constexpr u32 kCallRtSigprocmask = 135;
inline constexpr u32 kCallRtSigtimedwait = 137;
inline constexpr u32 kCallRtSigreturn = 139;
inline constexpr u32 kCallReboot = 142;
inline constexpr u32 kCallPrctl = 167;
inline constexpr u32 kCallSocket = 198;
inline constexpr u32 kCallAccept = 202;
inline constexpr u32 kCallGetsockname = 204;
inline constexpr u32 kCallGetpeername = 205;
inline constexpr u32 kCallRecvfrom = 207;
inline constexpr u32 kCallSetsockopt = 208;
inline constexpr u32 kCallGetsockopt = 209;
inline constexpr u32 kCallRecvmsg = 212;
inline constexpr u32 kCallMremap = 216;
inline constexpr u32 kCallClone = 220;
inline constexpr u32 kCallExecve = 221;
inline constexpr u32 kCallMmap = 222;
inline constexpr u32 kCallGetMempolicy = 236;
inline constexpr u32 kCallMovePages = 239;
inline constexpr u32 kCallAccept4 = 242;
inline constexpr u32 kCallRecvmmsg = 243;
inline constexpr u32 kCallWait4 = 260;
inline constexpr u32 kCallNameToHandleAt = 264;
inline constexpr u32 kCallOpenByHandleAt = 265;
inline constexpr u32 kCallSetns = 268;
inline constexpr u32 kCallSendmmsg = 269;
inline constexpr u32 kCallProcessVmReadv = 270;
inline constexpr u32 kCallKcmp = 272;
inline constexpr u32 kCallGetrandom = 278;
inline constexpr u32 kCallExecveat = 281;
inline constexpr u32 kCallMembarrier = 283;
inline constexpr u32 kCallPreadv2 = 286;
inline constexpr u32 kCallPwritev2 = 287;
inline constexpr u32 kCallStatx = 291;
inline constexpr u32 kCallRseq = 293;
inline constexpr u32 kCallClone3 = 435;
inline constexpr u32 kCallOpenat2 = 437;
inline constexpr u32 kCallFaccessat2 = 439;
inline constexpr u32 kCallEpollPwait2 = 441;
inline constexpr u32 kCallFutexWaitv = 449;

}  // namespace kemu::abi
