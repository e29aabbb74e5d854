#pragma once

#include "base/types.h"

/// clone(2) flags and scheduling constants of AArch64 Linux (linux/sched.h).
namespace kemu::abi {

inline constexpr u64 kCloneExitSignalMask = 0x000000ff;
inline constexpr u64 kCloneVm = 0x00000100;
inline constexpr u64 kCloneFs = 0x00000200;
inline constexpr u64 kCloneFiles = 0x00000400;
inline constexpr u64 kCloneSighand = 0x00000800;
inline constexpr u64 kClonePidfd = 0x00001000;
inline constexpr u64 kClonePtrace = 0x00002000;
inline constexpr u64 kCloneVfork = 0x00004000;
inline constexpr u64 kCloneParent = 0x00008000;
inline constexpr u64 kCloneThread = 0x00010000;
inline constexpr u64 kCloneNewNs = 0x00020000;
inline constexpr u64 kCloneSysVSem = 0x00040000;
inline constexpr u64 kCloneSetTls = 0x00080000;
inline constexpr u64 kCloneParentSetTid = 0x00100000;
inline constexpr u64 kCloneChildClearTid = 0x00200000;
inline constexpr u64 kCloneDetached = 0x00400000;
inline constexpr u64 kCloneUntraced = 0x00800000;
inline constexpr u64 kCloneChildSetTid = 0x01000000;
inline constexpr u64 kCloneNewCgroup = 0x02000000;
inline constexpr u64 kCloneNewUts = 0x04000000;
inline constexpr u64 kCloneNewIpc = 0x08000000;
inline constexpr u64 kCloneNewUser = 0x10000000;
inline constexpr u64 kCloneNewPid = 0x20000000;
inline constexpr u64 kCloneNewNet = 0x40000000;
inline constexpr u64 kCloneIo = 0x80000000;
inline constexpr u64 kCloneClearSighand = u64{1} << 32;  // clone3 alone
inline constexpr u64 kCloneIntoCgroup = u64{1} << 33;
inline constexpr u64 kCloneNewTime = 0x80;  // in place of exit-signal bits: clone3, unshare

/// clone3(2)'s argument (linux/sched.h); older callers pass a shorter one.
struct CloneArgs {
  u64 flags = 0;
  u64 pidfd = 0;
  u64 child_tid = 0;
  u64 parent_tid = 0;
  u64 exit_signal = 0;
  u64 stack = 0;
  u64 stack_size = 0;
  u64 tls = 0;
  u64 set_tid = 0;
  u64 set_tid_size = 0;
  u64 cgroup = 0;
};
static_assert(sizeof(CloneArgs) == 88);
inline constexpr u64 kCloneArgsSize0 = 64;
inline constexpr u64 kCloneArgsSize1 = 80;
inline constexpr u64 kCloneArgsSize2 = 88;

inline constexpr i32 kSchedOther = 0;
inline constexpr i32 kSchedFifo = 1;
inline constexpr i32 kSchedRoundRobin = 2;
inline constexpr i32 kSchedBatch = 3;
inline constexpr i32 kSchedIdle = 5;
inline constexpr i32 kSchedDeadline = 6;
inline constexpr i32 kSchedResetOnFork = 0x40000000;

inline constexpr i32 kPriorityProcess = 0;  // PRIO_PROCESS and kin
inline constexpr i32 kPriorityGroup = 1;
inline constexpr i32 kPriorityUser = 2;

/// sched_setattr(2)'s argument; SCHED_ATTR_SIZE_VER0 ends before the last two.
struct SchedulingAttributes {
  u32 size = 0;
  u32 policy = 0;
  u64 flags = 0;
  i32 nice = 0;
  u32 priority = 0;
  u64 runtime = 0;
  u64 deadline = 0;
  u64 period = 0;
  u32 least_utilization = 0;
  u32 most_utilization = 0;
};
static_assert(sizeof(SchedulingAttributes) == 56);
inline constexpr u32 kSchedulingAttributesSize0 = 48;
inline constexpr u64 kSchedFlagResetOnFork = 1;
inline constexpr u64 kSchedFlagKeepPolicy = 8;
inline constexpr u64 kSchedFlagKeepParams = 16;

/// sizeof(struct robust_list_head), which set_robust_list(2) demands.
inline constexpr u64 kRobustListHeadSize = 24;

}  // namespace kemu::abi
