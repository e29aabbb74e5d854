#pragma once

#include "base/abi/signal.h"
#include "process/wait_status.h"

namespace kemu {

class Process;
class Task;

/// Hears of what becomes of processes, as a trace does, and of the engine's breakpoints:
/// Kernel::set_observer. Its functions may not throw.
class ProcessObserver {
 public:
  virtual ~ProcessObserver() = default;
  virtual void forked(Task& parent, Task& child) = 0;
  /// A program that was started from outside is not among the kernel's processes yet.
  virtual void executed(Task& task) = 0;
  /// Everything of the process is still there.
  virtual void exiting(Process& process, WaitStatus status) = 0;
  /// A signal is about to be delivered.
  virtual void signalled(Task& task, const abi::SigInfo& info) = 0;
  /// `task` is at a breakpoint, whose instruction runs next unless its pc is changed.
  virtual void reached_breakpoint(Task& task) = 0;
};

}  // namespace kemu
