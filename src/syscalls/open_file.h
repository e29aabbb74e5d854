#pragma once

#include "syscalls/file_access.h"

namespace kemu {

/// The end of open(2): waits for a FIFO's other side, gives out the descriptor, and lets a session
/// leader have the terminal it opened.
SyscallResult<Fd> finish_open(Task& task, std::shared_ptr<FileDescription> file, u32 flags);

}  // namespace kemu
