#pragma once

#include <optional>

#include "base/types.h"
#include "process/syscall_result.h"

namespace kemu {

class Task;

/// Stands between guests and the handlers of their system calls: hooks of the library's user, and
/// faults on purpose. Kernel::interceptors lists them. None may throw.
class CallInterceptor {
 public:
  virtual ~CallInterceptor() = default;
  /// Whether `before` and `after` look at calls of this number. Others are served inside the engine
  /// where that can be, and no register can be reached.
  virtual bool concerns(u64 number) const {
    (void)number;
    return true;
  }
  /// Before the handler first runs (not before its re-runs), and again after it answered Blocked.
  /// It may change the arguments in `task.syscall.registers`. What it returns is the call's
  /// outcome, and no handler runs. As a handler's, its Blocked may be asked for a last time with
  /// `task.syscall.interrupted`, and is then EINTR or a restart. Paused ends the slice, so
  /// that Kernel::run can come back right here, and the call is asked for again after that.
  virtual std::optional<SyscallOutcome> before(Task& task) = 0;
  /// Once the call has ended with a value, the handler's or an interceptor's: may replace it.
  virtual void after(Task& task, u64& value) = 0;
};

}  // namespace kemu
