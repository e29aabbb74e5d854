#pragma once

#include "base/types.h"

/// prctl(2) options and personality(2) constants of Linux (linux/prctl.h).
namespace kemu::abi {

inline constexpr i32 kPrSetParentDeathSignal = 1;
inline constexpr i32 kPrGetParentDeathSignal = 2;
inline constexpr i32 kPrGetDumpable = 3;
inline constexpr i32 kPrSetDumpable = 4;
inline constexpr i32 kPrGetUnalign = 5;
inline constexpr i32 kPrSetUnalign = 6;
inline constexpr i32 kPrGetKeepCaps = 7;
inline constexpr i32 kPrSetKeepCaps = 8;
inline constexpr i32 kPrGetTiming = 13;
inline constexpr i32 kPrSetTiming = 14;
inline constexpr i32 kPrSetName = 15;
inline constexpr i32 kPrGetName = 16;
inline constexpr i32 kPrGetSeccomp = 21;
inline constexpr i32 kPrSetSeccomp = 22;
inline constexpr i32 kPrCapBsetRead = 23;
inline constexpr i32 kPrCapBsetDrop = 24;
inline constexpr i32 kPrGetTsc = 25;
inline constexpr i32 kPrSetTsc = 26;
inline constexpr i32 kPrGetSecureBits = 27;
inline constexpr i32 kPrSetSecureBits = 28;
inline constexpr i32 kPrSetTimerSlack = 29;
inline constexpr i32 kPrGetTimerSlack = 30;
inline constexpr i32 kPrMceKill = 33;
inline constexpr i32 kPrMceKillGet = 34;
inline constexpr i32 kPrSetMm = 35;
inline constexpr i32 kPrSetChildSubreaper = 36;
inline constexpr i32 kPrGetChildSubreaper = 37;
inline constexpr i32 kPrSetNoNewPrivs = 38;
inline constexpr i32 kPrGetNoNewPrivs = 39;
inline constexpr i32 kPrGetTidAddress = 40;
inline constexpr i32 kPrSetThpDisable = 41;
inline constexpr i32 kPrGetThpDisable = 42;
inline constexpr i32 kPrCapAmbient = 47;
inline constexpr i32 kPrSveSetVl = 50;
inline constexpr i32 kPrSveGetVl = 51;
inline constexpr i32 kPrGetSpeculation = 52;
inline constexpr i32 kPrSetSpeculation = 53;
inline constexpr i32 kPrPacResetKeys = 54;
inline constexpr i32 kPrSetTaggedAddrCtrl = 55;
inline constexpr i32 kPrGetTaggedAddrCtrl = 56;
inline constexpr i32 kPrSetIoFlusher = 57;
inline constexpr i32 kPrGetIoFlusher = 58;
inline constexpr i32 kPrSetVma = 0x53564d41;
inline constexpr i32 kPrSetPtracer = 0x59616d61;

/// personality(2): PROT_READ means PROT_EXEC as well; what set-user-ID programs start without.
inline constexpr u32 kReadImpliesExec = 0x0400000;
inline constexpr u32 kPersonalityClearOnSetId = 0x0740000;
inline constexpr u32 kPersonalityQuery = 0xffffffff;

}  // namespace kemu::abi
