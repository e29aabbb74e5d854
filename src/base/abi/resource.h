#pragma once

#include "base/types.h"

/// getrusage(2) and ioprio_set(2) constants of Linux.
namespace kemu::abi {

inline constexpr i32 kUsageSelf = 0;
inline constexpr i32 kUsageChildren = -1;
inline constexpr i32 kUsageThread = 1;

inline constexpr i32 kIoPriorityProcess = 1;
inline constexpr i32 kIoPriorityGroup = 2;
inline constexpr i32 kIoPriorityUser = 3;
inline constexpr i32 kIoPriorityClassShift = 13;
inline constexpr i32 kIoPriorityRealTime = 1;
inline constexpr i32 kIoPriorityBestEffort = 2;
inline constexpr i32 kIoPriorityIdle = 3;

inline constexpr u32 kRandomNonBlock = 1;
inline constexpr u32 kRandomRandom = 2;
inline constexpr u32 kRandomInsecure = 4;

inline constexpr i32 kMembarrierQuery = 0;
inline constexpr i32 kMembarrierGlobal = 1;
inline constexpr i32 kMembarrierGlobalExpedited = 2;
inline constexpr i32 kMembarrierRegisterGlobalExpedited = 4;
inline constexpr i32 kMembarrierPrivateExpedited = 8;
inline constexpr i32 kMembarrierRegisterPrivateExpedited = 16;
inline constexpr i32 kMembarrierPrivateExpeditedSyncCore = 32;
inline constexpr i32 kMembarrierRegisterPrivateExpeditedSyncCore = 64;
inline constexpr i32 kMembarrierPrivateExpeditedRseq = 128;
inline constexpr i32 kMembarrierRegisterPrivateExpeditedRseq = 256;
inline constexpr i32 kMembarrierGetRegistrations = 512;
inline constexpr u32 kMembarrierFlagCpu = 1;

}  // namespace kemu::abi
