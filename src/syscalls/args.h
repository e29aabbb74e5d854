#pragma once

#include <array>

#include "base/abi/fcntl.h"
#include "base/abi/io.h"
#include "base/abi/mempolicy.h"
#include "base/abi/sched.h"
#include "base/abi/sigevent.h"
#include "base/abi/signal.h"
#include "base/abi/socket.h"
#include "base/abi/stat.h"
#include "base/abi/system.h"
#include "base/abi/time.h"
#include "base/abi/timex.h"
#include "base/types.h"
#include "vm/user_ptr.h"

namespace kemu {

// The types of system-call arguments. They carry direction and meaning: decoding makes them from
// registers, strace prints them, and none can be dereferenced.

/// A set of flag bits or an enumerated number of one kind; Tag keeps kinds apart.
template <typename Tag, typename Int = u32>
struct FlagWord {
  Int bits = 0;
  constexpr bool has(Int flag) const { return (bits & flag) == flag; }
  constexpr bool any_but(Int known) const { return (bits & ~known) != 0; }
};

using OpenFlags = FlagWord<struct OpenFlagsTag>;    // open(2), pipe2, dup3
using AtFlags = FlagWord<struct AtFlagsTag>;        // AT_…
using FileMode = FlagWord<struct FileModeTag>;      // 0644
using AccessMode = FlagWord<struct AccessModeTag>;  // R_OK…
using FcntlCommand = FlagWord<struct FcntlCommandTag>;
using IoctlRequest = FlagWord<struct IoctlRequestTag>;
using FlockOperation = FlagWord<struct FlockOperationTag>;
using SeekWhence = FlagWord<struct SeekWhenceTag>;
using FallocateMode = FlagWord<struct FallocateModeTag>;
using RenameFlags = FlagWord<struct RenameFlagsTag>;
using StatxMask = FlagWord<struct StatxMaskTag>;
using RwFlags = FlagWord<struct RwFlagsTag>;  // RWF_…
using SpliceFlags = FlagWord<struct SpliceFlagsTag>;
using EventFdFlags = FlagWord<struct EventFdFlagsTag>;
using EpollFlags = FlagWord<struct EpollFlagsTag>;
using EpollOperation = FlagWord<struct EpollOperationTag>;
using TimerFdFlags = FlagWord<struct TimerFdFlagsTag>;
using XattrFlags = FlagWord<struct XattrFlagsTag>;      // XATTR_CREATE…
using InotifyFlags = FlagWord<struct InotifyFlagsTag>;  // IN_CLOEXEC…
using InotifyMask = FlagWord<struct InotifyMaskTag>;    // IN_ACCESS…
using SyncRangeFlags = FlagWord<struct SyncRangeFlagsTag>;
using SignalFdFlags = FlagWord<struct SignalFdFlagsTag>;
using MemfdFlags = FlagWord<struct MemfdFlagsTag>;
using CloseRangeFlags = FlagWord<struct CloseRangeFlagsTag>;
using UnmountFlags = FlagWord<struct UnmountFlagsTag>;
using MountFlags = FlagWord<struct MountFlagsTag, u64>;
using ProtectionFlags = FlagWord<struct ProtectionFlagsTag>;  // PROT_…
using MapFlags = FlagWord<struct MapFlagsTag>;                // MAP_…
using RemapFlags = FlagWord<struct RemapFlagsTag>;
using PkeyRights = FlagWord<struct PkeyRightsTag, u64>;
using MemoryPolicy = FlagWord<struct MemoryPolicyTag>;            // MPOL_…
using MemoryPolicyFlags = FlagWord<struct MemoryPolicyFlagsTag>;  // MPOL_F_…, MPOL_MF_…
using MadviseAdvice = FlagWord<struct MadviseAdviceTag>;
using MlockFlags = FlagWord<struct MlockFlagsTag>;
using MsyncFlags = FlagWord<struct MsyncFlagsTag>;
using CloneFlags = FlagWord<struct CloneFlagsTag, u64>;
using WaitFlags = FlagWord<struct WaitFlagsTag>;
using IdType = FlagWord<struct IdTypeTag>;  // P_PID…
using SignalNumber = FlagWord<struct SignalNumberTag, i32>;
using SigMaskHow = FlagWord<struct SigMaskHowTag>;
using ResourceNumber = FlagWord<struct ResourceNumberTag>;
using RusageWho = FlagWord<struct RusageWhoTag, i32>;
using ClockId = FlagWord<struct ClockIdTag, i32>;
using TimerFlags = FlagWord<struct TimerFlagsTag>;
using TimerId = FlagWord<struct TimerIdTag, i32>;
using ItimerKind = FlagWord<struct ItimerKindTag>;
using PrctlOption = FlagWord<struct PrctlOptionTag, i32>;
using FutexOperation = FlagWord<struct FutexOperationTag>;
using RandomFlags = FlagWord<struct RandomFlagsTag>;
using PidFdFlags = FlagWord<struct PidFdFlagsTag>;
using UnshareFlags = FlagWord<struct UnshareFlagsTag, u64>;
using KcmpType = FlagWord<struct KcmpTypeTag, i32>;
using DeviceNumber = FlagWord<struct DeviceNumberTag>;
using SocketFamily = FlagWord<struct SocketFamilyTag, i32>;
using SocketType = FlagWord<struct SocketTypeTag, i32>;    // SOCK_… with its two flags
using SocketFlags = FlagWord<struct SocketFlagsTag>;       // SOCK_NONBLOCK, SOCK_CLOEXEC
using MessageFlags = FlagWord<struct MessageFlagsTag>;     // MSG_…
using SocketLevel = FlagWord<struct SocketLevelTag, i32>;  // SOL_…
using SocketOption = FlagWord<struct SocketOptionTag, i32>;
using ShutdownHow = FlagWord<struct ShutdownHowTag, i32>;

/// utimensat(2)'s access and modification times.
using TimespecPair = std::array<abi::Timespec, 2>;

struct Fd {
  i32 value = -1;
};
/// A directory descriptor or AT_FDCWD.
struct DirFd {
  i32 value = abi::kAtCwd;
};
/// A pointer to a NUL-terminated path.
struct Path {
  GuestAddr addr;
};
/// A pointer to a NUL-terminated string that is no path.
struct Text {
  GuestAddr addr;
};
/// Bytes the kernel reads; the next argument is how many.
struct InBytes {
  GuestAddr addr;
};
/// Bytes the kernel writes; the next argument is how many fit, the result how many there are.
struct OutBytes {
  GuestAddr addr;
};
/// An array of abi::Iovec; the next argument counts them.
struct InIovecs {
  GuestAddr addr;
};
struct OutIovecs {
  GuestAddr addr;
};
/// A socket address the kernel reads; the next argument is its size.
struct InAddress {
  GuestAddr addr;
};
/// A socket address the kernel writes, or null; the next argument points to its size.
struct OutAddress {
  GuestAddr addr;
};
/// A NULL-terminated array of string pointers (argv, envp).
struct StringArray {
  GuestAddr addr;
};
/// An argument shown in hexadecimal whose meaning depends on others (ioctl's third).
struct Opaque {
  u64 value = 0;
  GuestAddr addr() const { return GuestAddr(value); }
};

}  // namespace kemu
