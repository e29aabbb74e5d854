#include <algorithm>

#include "base/abi/sched.h"
#include "syscalls/handlers.h"
#include "syscalls/pidfd.h"
#include "syscalls/refuse.h"

// clone3(2), and what a process shares no longer: unshare(2), setns(2).

namespace kemu {

namespace {

/// Copies a struct in that may be shorter or longer than the one known: what is missing is zero,
/// what is too much has to be (copy_struct_from_user()). E2BIG, EFAULT.
Result<abi::CloneArgs> copy_clone_args(Task& task, GuestAddr from, u64 size) {
  if (size > kPageSize) return Errno::E2BIG;
  if (size < abi::kCloneArgsSize0) return Errno::EINVAL;
  std::vector<std::byte> bytes(size);
  TRY(task.space->read(from, bytes));
  abi::CloneArgs args;
  const u64 known = std::min<u64>(size, sizeof args);
  const bool rest_is_zero = std::all_of(bytes.begin() + static_cast<i64>(known), bytes.end(),
                                        [](std::byte b) { return b == std::byte{}; });
  if (!rest_is_zero) return Errno::E2BIG;
  std::copy_n(bytes.begin(), known, std::as_writable_bytes(std::span(&args, 1)).begin());
  return args;
}

/// clone3_stack_valid()
bool has_valid_stack(const abi::CloneArgs& args) {
  if (args.stack == 0) return args.stack_size == 0;
  return args.stack_size != 0 && args.stack < kUserEnd.value() &&
         args.stack_size <= kUserEnd.value() - args.stack;
}

/// clone3_args_valid() and the checks of copy_clone_args_from_user(). EINVAL.
Result<Unit> check_clone_args(const abi::CloneArgs& args, u64 size) {
  constexpr u64 kMostPidLevels = 32;  // MAX_PID_NS_LEVEL
  constexpr u64 kKnownFlags = 0xffffffff | abi::kCloneClearSighand | abi::kCloneIntoCgroup;
  if (args.set_tid_size > kMostPidLevels || (args.set_tid == 0) != (args.set_tid_size == 0))
    return Errno::EINVAL;
  if ((args.exit_signal & ~abi::kCloneExitSignalMask) != 0 ||
      args.exit_signal > static_cast<u64>(abi::kSigMax))
    return Errno::EINVAL;
  const bool into_cgroup = args.flags & abi::kCloneIntoCgroup;
  if (into_cgroup && (args.cgroup > INT32_MAX || size < abi::kCloneArgsSize2)) return Errno::EINVAL;
  if ((args.flags & ~kKnownFlags) != 0) return Errno::EINVAL;
  const u64 not_for_clone3 =
      abi::kCloneDetached | (abi::kCloneExitSignalMask & ~abi::kCloneNewTime);
  if ((args.flags & not_for_clone3) != 0) return Errno::EINVAL;
  if ((args.flags & abi::kCloneSighand) && (args.flags & abi::kCloneClearSighand))
    return Errno::EINVAL;
  if ((args.flags & (abi::kCloneThread | abi::kCloneParent)) && args.exit_signal != 0)
    return Errno::EINVAL;
  // kernel_clone(): one word cannot hold both.
  constexpr u64 kBoth = abi::kClonePidfd | abi::kCloneParentSetTid;
  if ((args.flags & kBoth) == kBoth && args.pidfd == args.parent_tid) return Errno::EINVAL;
  if (!has_valid_stack(args)) return Errno::EINVAL;
  return Unit{};
}

}  // namespace

SyscallResult<i32> sys_clone3(Task& task, InPtr<abi::CloneArgs> from, u64 size) {
  const auto args = TRY(copy_clone_args(task, from.addr, size));
  TRY(check_clone_args(args, size));
  Kernel::CloneRequest request;
  if (args.set_tid_size > 0) {
    // There is one level of pid namespaces.
    std::vector<i32> wanted(args.set_tid_size);
    TRY(task.space->read(GuestAddr(args.set_tid), std::as_writable_bytes(std::span(wanted))));
    if (wanted.size() > 1) return Errno::EINVAL;
    request.wanted_pid = wanted.front();
  }
  if (args.flags & abi::kCloneNewTime) return refuse(task, "clone3 CLONE_NEWTIME", Errno::EPERM);
  // A machine has no cgroups: whatever the descriptor is, it is none.
  if (args.flags & abi::kCloneIntoCgroup) return Errno::EBADF;
  request.flags = args.flags;
  request.exit_signal = static_cast<i32>(args.exit_signal);
  if (args.stack != 0) request.stack = GuestAddr(args.stack + args.stack_size);
  request.parent_tid = GuestAddr(args.parent_tid);
  request.child_tid = GuestAddr(args.child_tid);
  request.pidfd = GuestAddr(args.pidfd);
  request.tls = args.tls;
  return task.kernel().clone(task, request);
}

// ksys_unshare(), check_unshare_flags().
SyscallResult<Unit> sys_unshare(Task& task, UnshareFlags flags) {
  constexpr u64 kNamespaces = abi::kCloneNewNs | abi::kCloneNewCgroup | abi::kCloneNewUts |
                              abi::kCloneNewIpc | abi::kCloneNewUser | abi::kCloneNewPid |
                              abi::kCloneNewNet | abi::kCloneNewTime;
  constexpr u64 kTaskParts = abi::kCloneThread | abi::kCloneSighand | abi::kCloneVm;
  if (flags.any_but(kNamespaces | kTaskParts | abi::kCloneFs | abi::kCloneFiles |
                    abi::kCloneSysVSem))
    return Errno::EINVAL;
  if ((flags.bits & (kTaskParts | abi::kCloneNewUser)) != 0 && task.process().tasks.size() > 1)
    return Errno::EINVAL;
  const u64 shared_apart = abi::kCloneSighand | abi::kCloneVm;
  if ((flags.bits & shared_apart) && task.actions.use_count() > 1) return Errno::EINVAL;
  if ((flags.bits & abi::kCloneVm) && task.space.use_count() > 1) return Errno::EINVAL;
  // A user namespace of its own is anybody's to make, and with it the others.
  if (flags.has(abi::kCloneNewUser)) return refuse(task, "unshare of namespaces", Errno::EPERM);
  if (flags.bits & kNamespaces)
    return refuse_privileged(task, "unshare of namespaces", abi::kCapSysAdmin);
  if (flags.has(abi::kCloneFs) && task.fs.use_count() > 1)
    task.fs = std::make_shared<FsContext>(*task.fs);
  if (flags.has(abi::kCloneFiles) && task.files.use_count() > 1) task.files = task.files->fork();
  return Unit{};
}

SyscallResult<Unit> sys_setns(Task& task, Fd fd, UnshareFlags type) {
  constexpr u64 kNamespaces = abi::kCloneNewNs | abi::kCloneNewCgroup | abi::kCloneNewUts |
                              abi::kCloneNewIpc | abi::kCloneNewUser | abi::kCloneNewPid |
                              abi::kCloneNewNet | abi::kCloneNewTime;
  TRY(task.files->get(fd.value));
  const auto pidfd = get_pidfd(task, fd);
  if (!pidfd.ok() || type.bits == 0 || type.any_but(kNamespaces)) return Errno::EINVAL;
  if (!process_of(task.kernel(), **pidfd)) return Errno::ESRCH;
  return refuse_privileged(task, "setns", abi::kCapSysAdmin);
}

}  // namespace kemu
