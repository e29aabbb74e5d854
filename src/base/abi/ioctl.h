#pragma once

#include "base/types.h"

/// ioctl(2) requests of AArch64 Linux (asm-generic/ioctls.h).
namespace kemu::abi {

inline constexpr u32 kTcGetAttributes = 0x5401;       // TCGETS
inline constexpr u32 kTcSetAttributes = 0x5402;       // TCSETS
inline constexpr u32 kTcSetAttributesWait = 0x5403;   // TCSETSW
inline constexpr u32 kTcSetAttributesFlush = 0x5404;  // TCSETSF
inline constexpr u32 kTcSendBreak = 0x5409;           // TCSBRK
inline constexpr u32 kTcFlowControl = 0x540a;         // TCXONC
inline constexpr u32 kTcFlush = 0x540b;               // TCFLSH
inline constexpr u32 kTioExclusive = 0x540c;          // TIOCEXCL
inline constexpr u32 kTioNotExclusive = 0x540d;       // TIOCNXCL
inline constexpr u32 kTioSetControlling = 0x540e;     // TIOCSCTTY
inline constexpr u32 kTioGetGroup = 0x540f;           // TIOCGPGRP
inline constexpr u32 kTioSetGroup = 0x5410;           // TIOCSPGRP
inline constexpr u32 kTioOutputQueue = 0x5411;        // TIOCOUTQ
inline constexpr u32 kTioSimulateInput = 0x5412;      // TIOCSTI
inline constexpr u32 kTioGetWindowSize = 0x5413;      // TIOCGWINSZ
inline constexpr u32 kTioSetWindowSize = 0x5414;      // TIOCSWINSZ
inline constexpr u32 kFioReadable = 0x541b;           // FIONREAD, TIOCINQ
inline constexpr u32 kFioNonBlock = 0x5421;           // FIONBIO
inline constexpr u32 kTioGiveUpControlling = 0x5422;  // TIOCNOTTY
inline constexpr u32 kTioGetLineDiscipline = 0x5424;  // TIOCGETD
inline constexpr u32 kTcSendBreakPosix = 0x5425;      // TCSBRKP
inline constexpr u32 kTioGetSession = 0x5429;         // TIOCGSID
inline constexpr u32 kFioNoCloseOnExec = 0x5450;      // FIONCLEX
inline constexpr u32 kFioCloseOnExec = 0x5451;        // FIOCLEX
inline constexpr u32 kFioAsync = 0x5452;              // FIOASYNC
inline constexpr u32 kFioSetOwner = 0x8901;           // FIOSETOWN
inline constexpr u32 kSocketSetOwner = 0x8902;        // SIOCSPGRP
inline constexpr u32 kFioGetOwner = 0x8903;           // FIOGETOWN
inline constexpr u32 kSocketGetOwner = 0x8904;        // SIOCGPGRP

inline constexpr u32 kTcGetOldAttributes = 0x5405;       // TCGETA
inline constexpr u32 kTcSetOldAttributes = 0x5406;       // TCSETA
inline constexpr u32 kTcSetOldAttributesWait = 0x5407;   // TCSETAW
inline constexpr u32 kTcSetOldAttributesFlush = 0x5408;  // TCSETAF

inline constexpr u32 kTcGetAttributes2 = 0x802c542a;       // TCGETS2
inline constexpr u32 kTcSetAttributes2 = 0x402c542b;       // TCSETS2
inline constexpr u32 kTcSetAttributesWait2 = 0x402c542c;   // TCSETSW2
inline constexpr u32 kTcSetAttributesFlush2 = 0x402c542d;  // TCSETSF2

inline constexpr u32 kTioPacketMode = 0x5420;         // TIOCPKT
inline constexpr u32 kTioSetLineDiscipline = 0x5423;  // TIOCSETD
inline constexpr u32 kTioSetBreak = 0x5427;           // TIOCSBRK
inline constexpr u32 kTioClearBreak = 0x5428;         // TIOCCBRK
inline constexpr u32 kTioGetPtyNumber = 0x80045430;   // TIOCGPTN
inline constexpr u32 kTioSetPtyLock = 0x40045431;     // TIOCSPTLCK
inline constexpr u32 kTioGetDevice = 0x80045432;      // TIOCGDEV
inline constexpr u32 kTioSendSignal = 0x40045436;     // TIOCSIG
inline constexpr u32 kTioGetPacketMode = 0x80045438;  // TIOCGPKT
inline constexpr u32 kTioGetPtyLock = 0x80045439;     // TIOCGPTLCK
inline constexpr u32 kTioGetExclusive = 0x80045440;   // TIOCGEXCL
inline constexpr u32 kTioOpenPeer = 0x5441;           // TIOCGPTPEER
inline constexpr u32 kSiocAtMark = 0x8905;            // SIOCATMARK

inline constexpr u32 kRandomGetEntropyCount = 0x80045200;  // RNDGETENTCNT

}  // namespace kemu::abi
