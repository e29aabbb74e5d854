#pragma once

#include "syscalls/file_access.h"

namespace kemu {

/// fcntl(2) with F_SETOWN, F_GETOWN, F_SETOWN_EX, F_GETOWN_EX, F_SETSIG or F_GETSIG.
SyscallResult<u64> do_signal_io(Task& task, const std::shared_ptr<FileDescription>& file,
                                u32 command, Opaque arg);
/// F_SETOWN with `who` as a number: a process, or a group where it is negative. ESRCH, EINVAL.
Result<Unit> set_file_owner(Task& task, const std::shared_ptr<FileDescription>& file, i32 who);
/// F_GETOWN.
i32 file_owner(FileDescription& file);

/// F_SETFL's O_ASYNC: from now on the owner is told, or no longer. `fd` is the descriptor by which
/// it is set, which the signals name. A file that knows of no news keeps the flag clear.
Result<Unit> set_async(Task& task, const std::shared_ptr<FileDescription>& file, u32 flags, Fd fd);

/// The caller holds a lease on the file by `fd` now, and hears of its break unless F_SETOWN said
/// otherwise. The lease ends with the description.
void keep_lease(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd);
/// It was given up: its owner and signal are forgotten.
void forget_lease(FileDescription& file);
/// lease_break_callback().
void tell_lease_holder(FileDescription& file);

}  // namespace kemu
