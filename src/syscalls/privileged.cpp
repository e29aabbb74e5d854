#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// Calls for the privileged that would reach what is the host's: nobody in a machine may make them,
// whatever user id it has. Each answers as Linux does without the capability.

namespace kemu {

SyscallResult<Unit> sys_vhangup(Task& task) {
  return refuse_privileged(task, "vhangup", abi::kCapSysTtyConfig);
}

SyscallResult<Unit> sys_quotactl(Task& task, u32, Path, u32, Opaque) {
  return refuse_privileged(task, "quotactl", abi::kCapSysAdmin);
}

SyscallResult<Unit> sys_acct(Task& task, Path) {
  return refuse_privileged(task, "acct", abi::kCapSysPacct);
}

SyscallResult<Unit> sys_swapon(Task& task, Path, u32) {
  return refuse_privileged(task, "swapon", abi::kCapSysAdmin);
}

SyscallResult<Unit> sys_swapoff(Task& task, Path) {
  return refuse_privileged(task, "swapoff", abi::kCapSysAdmin);
}

SyscallResult<Fd> sys_fanotify_init(Task& task, u32, u32) {
  return refuse(task, "fanotify_init", Errno::EPERM);
}

/// No descriptor can be one of fanotify's.
SyscallResult<Unit> sys_fanotify_mark(Task& task, Fd fd, u32, u64, DirFd, Path) {
  TRY(get_file(task, fd));
  return Errno::EINVAL;
}

/// As on a file system that hands out none; the path is looked at first.
SyscallResult<Unit> sys_name_to_handle_at(Task& task, DirFd dir, Path path, GuestAddr, GuestAddr,
                                          AtFlags flags) {
  if (flags.any_but(abi::kAtSymlinkFollow | abi::kAtEmptyPath)) return Errno::EINVAL;
  const auto link = flags.has(abi::kAtSymlinkFollow) ? FinalLink::Follow : FinalLink::Keep;
  TRY(take_place(task, dir, path, link, empty_path(flags)));
  return refuse(task, "name_to_handle_at", Errno::EOPNOTSUPP);
}

SyscallResult<Fd> sys_open_by_handle_at(Task&, Fd, GuestAddr, OpenFlags) { return Errno::EPERM; }

}  // namespace kemu
