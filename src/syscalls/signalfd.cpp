#include "base/abi/sigevent.h"
#include "process/signal_fd.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"

// signalfd(2).

namespace kemu {

SyscallResult<Fd> sys_signalfd4(Task& task, Fd fd, InPtr<u64> mask, u64 size, SignalFdFlags flags) {
  if (size != sizeof(u64)) return Errno::EINVAL;
  const SigSet wanted(TRY(task.space->read_value<u64>(mask.addr)));
  if (flags.any_but(abi::kSignalFdNonBlock | abi::kSignalFdCloseOnExec)) return Errno::EINVAL;
  if (fd.value == -1)
    return install(
        task,
        std::make_shared<SignalFd>(task.kernel(), wanted, flags.bits & abi::kSignalFdNonBlock),
        close_on_exec_of(flags.bits));
  const auto existing = std::dynamic_pointer_cast<SignalFd>(TRY(get_file(task, fd)));
  if (!existing) return Errno::EINVAL;
  existing->set_wanted(wanted);
  return fd;
}

}  // namespace kemu
