#pragma once

#include "fs/leases.h"
#include "syscalls/args.h"
#include "syscalls/file_access.h"

namespace kemu {

/// F_SETLEASE and F_GETLEASE of fcntl(2).
SyscallResult<u64> do_lease(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd,
                            u32 command, u64 argument);

/// Waits until no lease stands against opening the file with `flags`. EAGAIN with O_NONBLOCK.
SyscallResult<Unit> wait_for_leases(Task& task, const Inode& file, u32 flags);
/// The same for what a path leads to, if it can be opened so at all.
SyscallResult<Unit> wait_for_leases(Task& task, PathWalker& walker, const PathArgument& path,
                                    u32 flags);

}  // namespace kemu
