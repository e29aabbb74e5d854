#pragma once

#include "syscalls/file_access.h"

namespace kemu {

/// fcntl(2) with F_GETLK, F_SETLK, F_SETLKW or one of their F_OFD_… twins.
SyscallResult<u64> do_record_lock(Task& task, FileDescription& file, u32 command, GuestAddr lock);

/// Closing any descriptor of a file gives up the process's record locks on it, as POSIX wants.
void release_record_locks(Task& task, FileDescription& file);

}  // namespace kemu
