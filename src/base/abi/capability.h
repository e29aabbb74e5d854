#pragma once

#include "base/types.h"

/// capabilities(7) of Linux (linux/capability.h, linux/securebits.h).
namespace kemu::abi {

inline constexpr u32 kCapChown = 0;
inline constexpr u32 kCapDacOverride = 1;
inline constexpr u32 kCapDacReadSearch = 2;
inline constexpr u32 kCapFowner = 3;
inline constexpr u32 kCapFsetid = 4;
inline constexpr u32 kCapKill = 5;
inline constexpr u32 kCapSetgid = 6;
inline constexpr u32 kCapSetuid = 7;
inline constexpr u32 kCapSetpcap = 8;
inline constexpr u32 kCapLinuxImmutable = 9;
inline constexpr u32 kCapIpcLock = 14;
inline constexpr u32 kCapSysChroot = 18;
inline constexpr u32 kCapSysPtrace = 19;
inline constexpr u32 kCapSysPacct = 20;
inline constexpr u32 kCapSysAdmin = 21;
inline constexpr u32 kCapSysBoot = 22;
inline constexpr u32 kCapSysNice = 23;
inline constexpr u32 kCapSysResource = 24;
inline constexpr u32 kCapSysTime = 25;
inline constexpr u32 kCapSysTtyConfig = 26;
inline constexpr u32 kCapMknod = 27;
inline constexpr u32 kCapLease = 28;
inline constexpr u32 kCapMacOverride = 32;
inline constexpr u32 kCapSyslog = 34;

/// The highest capability Linux 6.1 knows (CAP_CHECKPOINT_RESTORE).
inline constexpr u32 kLastCapability = 40;
inline constexpr u64 kAllCapabilities = (u64{2} << kLastCapability) - 1;

inline constexpr u32 kCapabilityVersion1 = 0x19980330;
inline constexpr u32 kCapabilityVersion2 = 0x20071026;
inline constexpr u32 kCapabilityVersion3 = 0x20080522;

inline constexpr u32 kSecureNoRoot = 1 << 0;
inline constexpr u32 kSecureNoSetuidFixup = 1 << 2;
inline constexpr u32 kSecureKeepCaps = 1 << 4;
inline constexpr u32 kSecureNoAmbientRaise = 1 << 6;
inline constexpr u32 kSecureAllBits = 0x55;                  // without the locks
inline constexpr u32 kSecureAllLocks = kSecureAllBits << 1;  // each above its bit

struct CapabilityHeader {
  u32 version = 0;
  i32 pid = 0;
};
static_assert(sizeof(CapabilityHeader) == 8);

/// 32 capabilities of each set; versions 2 and 3 have two of these.
struct CapabilityData {
  u32 effective = 0;
  u32 permitted = 0;
  u32 inheritable = 0;
};
static_assert(sizeof(CapabilityData) == 12);

}  // namespace kemu::abi
