#pragma once

#include <optional>

#include "process/kernel.h"

namespace kemu {

/// Whether `task.syscall` concerns any CallInterceptor.
inline bool is_intercepted(Task& task) { return !task.kernel().interceptors().empty(); }

/// What an interceptor answers instead of the handler of `task.syscall`; nothing when all let it
/// through, now or on a run before.
std::optional<SyscallOutcome> ask_interceptors(Task& task);

/// Tells the interceptors of a call that `outcome` ends with a value: what becomes of it.
SyscallOutcome tell_interceptors(Task& task, const SyscallOutcome& outcome);

/// The two with `handler` between them.
template <typename Handler>
SyscallOutcome serve_intercepted(Task& task, Handler&& handler) {
  const auto answer = ask_interceptors(task);
  return tell_interceptors(task, answer ? *answer : handler());
}

}  // namespace kemu
