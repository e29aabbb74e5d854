#include "syscalls/pidfd.h"

#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/signal_sending.h"

// pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2): processes as descriptors. waitid(P_PIDFD)
// is among the other waits.

namespace kemu {

Result<std::shared_ptr<PidFd>> get_pidfd(Task& task, Fd fd) {
  auto file = std::dynamic_pointer_cast<PidFd>(TRY(get_file(task, fd)));
  if (!file) return Errno::EBADF;
  return file;
}

Process* process_of(Kernel& kernel, const PidFd& file) {
  Process* process = kernel.find_process(file.process()->pid);
  return process && process->handle == file.process() ? process : nullptr;
}

Result<Unit> check_inspection(Task& task, const Process& target) {
  const Credentials& own = task.credentials;
  if (&target == &task.process()) return Unit{};
  if (!may_inspect(own, target.credentials())) return Errno::EPERM;
  if (!target.dumpable && !own.capable(abi::kCapSysPtrace)) return Errno::EPERM;
  return Unit{};
}

SyscallResult<Fd> sys_pidfd_open(Task& task, i32 pid, PidFdFlags flags) {
  if (flags.any_but(abi::kOpenNonBlock)) return Errno::EINVAL;
  if (pid <= 0) return Errno::EINVAL;
  auto handle = task.kernel().pid_handle(pid);
  if (!handle) return Errno::ESRCH;
  return install(
      task,
      std::make_shared<PidFd>(std::move(handle), flags.bits, task.kernel().next_anonymous_inode()),
      CloseOnExec::Yes);
}

SyscallResult<Unit> sys_pidfd_send_signal(Task& task, Fd pidfd, SignalNumber signal,
                                          InPtr<abi::SigInfo> info, u32 flags) {
  if (flags != 0) return Errno::EINVAL;
  const auto file = TRY(get_pidfd(task, pidfd));
  if (file->process()->reaped) return Errno::ESRCH;
  const i32 pid = file->process()->pid;
  abi::SigInfo sent = signal_from(task, signal.bits, abi::kSiUser);
  if (!info.is_null()) {
    sent = TRY(task.space->read_value<abi::SigInfo>(info.addr));
    if (sent.signo != signal.bits) return Errno::EINVAL;
    // Only towards itself may anybody look like the kernel or kill(2).
    if ((sent.code >= 0 || sent.code == abi::kSiTkill) && pid != task.process().pid())
      return Errno::EPERM;
  }
  return send_signal_to(task, pid, sent);
}

SyscallResult<Fd> sys_pidfd_getfd(Task& task, Fd pidfd, Fd target_fd, u32 flags) {
  if (flags != 0) return Errno::EINVAL;
  const auto file = TRY(get_pidfd(task, pidfd));
  Process* target = process_of(task.kernel(), *file);
  if (!target) return Errno::ESRCH;
  TRY(check_inspection(task, *target));
  return install_open(task, TRY(target->living()->files->get(target_fd.value)), CloseOnExec::Yes);
}

}  // namespace kemu
