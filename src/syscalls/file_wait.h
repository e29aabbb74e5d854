#pragma once

#include <optional>
#include <vector>

#include "syscalls/file_access.h"

namespace kemu {

// What poll, select and epoll_wait share: timeouts, signal masks and where to wait.

/// How long to wait; nothing: for ever.
using Timeout = std::optional<Nanoseconds>;

struct FileWatch {
  std::shared_ptr<FileDescription> file;
  u32 events = 0;
};

/// A timeout by pointer; null is for ever. EFAULT, EINVAL.
Result<Timeout> take_timeout(Task& task, InOutPtr<abi::Timespec> timeout);
/// Linux tells ppoll's and pselect6's callers how much of the time is left, when the call ends and
/// when a signal ends it; memory that cannot be written is passed over.
void give_back_timeout(Task& task, InOutPtr<abi::Timespec> where, Timeout timeout);

/// A temporary signal mask; nothing for a null pointer. EINVAL for a size that is not 8; EFAULT.
Result<std::optional<SigSet>> take_mask(Task& task, GuestAddr mask, u64 size);

/// None of the files was ready: 0 when the time is over, else Blocked on all of them.
SyscallResult<i32> wait_for_any(Task& task, const std::vector<FileWatch>& watches, Timeout timeout,
                                Restart restart = Restart::IfNoHandler);

}  // namespace kemu
