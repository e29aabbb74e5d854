#pragma once

#include "process/kernel.h"
#include "process/pid_fd.h"
#include "syscalls/args.h"

namespace kemu {

/// EBADF for another kind of file.
Result<std::shared_ptr<PidFd>> get_pidfd(Task& task, Fd fd);
/// The live process a pidfd names; null for a zombie, or when nothing is left of it.
Process* process_of(Kernel& kernel, const PidFd& file);

/// ptrace_may_access() of another process: the rights to look into it. EPERM.
Result<Unit> check_inspection(Task& task, const Process& target);

}  // namespace kemu
