#pragma once

#include <cstdint>

#include "kemu/guest.h"

/// The types of system calls' arguments in kemu/syscalls.h. Flags and numbers are as AArch64 Linux
/// has them, which differ from the caller's own here and there (O_DIRECTORY).
namespace kemu::argument {

using i32 = std::int32_t;
using u32 = std::uint32_t;
using i64 = std::int64_t;
using u64 = std::uint64_t;

using Fd = int;
using DirFd = int;  // or AT_FDCWD

// Pointers, by what they point to: texts with a NUL,
using Path = GuestPointer;
using Text = GuestPointer;
using StringArray = GuestPointer;  // pointers to texts, with a null one behind them
// bytes and iovecs, of which the next argument says how many,
using InBytes = GuestPointer;
using OutBytes = GuestPointer;
using InIovecs = GuestPointer;
using OutIovecs = GuestPointer;
using InAddress = GuestPointer;
using OutAddress = GuestPointer;
// structs that the kernel reads, writes or both,
using InPtr = GuestPointer;
using OutPtr = GuestPointer;
using InOutPtr = GuestPointer;
// or memory itself, and what is a pointer in some calls only.
using GuestAddr = GuestPointer;
using Opaque = GuestPointer;

// Flags and numbers with names.
using AccessMode = u32;
using AtFlags = u32;
using ClockId = i32;
using CloneFlags = u64;
using CloseRangeFlags = u32;
using DeviceNumber = u32;
using EpollFlags = u32;
using EpollOperation = u32;
using EventFdFlags = u32;
using FallocateMode = u32;
using FcntlCommand = u32;
using FileMode = u32;
using FlockOperation = u32;
using FutexOperation = u32;
using IdType = u32;
using InotifyFlags = u32;
using InotifyMask = u32;
using IoctlRequest = u32;
using ItimerKind = u32;
using KcmpType = i32;
using MadviseAdvice = u32;
using MapFlags = u32;
using MemfdFlags = u32;
using MemoryPolicy = u32;
using MemoryPolicyFlags = u32;
using MessageFlags = u32;
using MlockFlags = u32;
using MountFlags = u64;
using MsyncFlags = u32;
using OpenFlags = u32;
using PidFdFlags = u32;
using PkeyRights = u64;
using PrctlOption = i32;
using ProtectionFlags = u32;
using RandomFlags = u32;
using RemapFlags = u32;
using RenameFlags = u32;
using ResourceNumber = u32;
using RusageWho = i32;
using RwFlags = u32;
using SeekWhence = u32;
using ShutdownHow = i32;
using SigMaskHow = u32;
using SignalFdFlags = u32;
using SignalNumber = i32;
using SocketFamily = i32;
using SocketFlags = u32;
using SocketLevel = i32;
using SocketOption = i32;
using SocketType = i32;
using SpliceFlags = u32;
using StatxMask = u32;
using SyncRangeFlags = u32;
using TimerFdFlags = u32;
using TimerFlags = u32;
using TimerId = i32;
using UnmountFlags = u32;
using UnshareFlags = u64;
using WaitFlags = u32;
using XattrFlags = u32;

}  // namespace kemu::argument
