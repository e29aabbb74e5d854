#pragma once

#include <optional>

#include "syscalls/file_access.h"
#include "syscalls/guest_buffer.h"

namespace kemu {

/// read(2) from here on, at the file's own offset or (pread) at the one given. What would block
/// returns Blocked unless the file is O_NONBLOCK.
SyscallResult<u64> do_read(Task& task, FileDescription& file, GuestBuffer buffer,
                           std::optional<u64> offset);
/// write(2) likewise; goes on over re-runs until a pipe has taken everything. EPIPE and EFBIG come
/// with their signals.
SyscallResult<u64> do_write(Task& task, FileDescription& file, GuestBuffer buffer,
                            std::optional<u64> offset);

/// After writing to `file` failed with `error` or stopped short of everything, with `done` bytes
/// written: blocks if the call has to go on, and otherwise tells what it returns.
SyscallResult<u64> end_write(Task& task, FileDescription& file, u64 done,
                             std::optional<Errno> error);

}  // namespace kemu
