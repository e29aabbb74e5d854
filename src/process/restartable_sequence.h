#pragma once

#include "base/abi/rseq.h"
#include "base/result.h"
#include "vm/guest_addr.h"

namespace kemu {

class Task;

/// What rseq(2) registered for a task; none by default.
struct RestartableSequences {
  GuestAddr area;  // abi::Rseq
  u32 size = 0;
  u32 signature = 0;  // what stands before each place to go to when a sequence is aborted
};

/// Tells the guest that it is on the one CPU there is, as the kernel does on the way back from
/// rseq(2). EFAULT.
Result<Unit> tell_cpu(Task& task);

/// Others ran, or a signal's handler is to: a sequence that the task is in the middle of goes to
/// where it wants to be aborted. False for memory that does not hold what it should: SIGSEGV.
/// Linux's rseq_handle_notify_resume().
bool leave_sequence(Task& task);

}  // namespace kemu
