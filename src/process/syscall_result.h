#pragma once

#include <variant>

#include "base/result.h"
#include "base/time.h"

namespace kemu {

/// What a signal does to a blocked call (signal(7), "Interruption of system calls").
enum class Restart : u8 {
  IfSaRestart,  // read, write, wait: restarted when the handler has SA_RESTART, else EINTR
  IfNoHandler,  // poll, pause, nanosleep: EINTR after any handler
  Never,        // epoll_wait, sockets with a time limit: EINTR after a stop and SIGCONT, too
  Always,       // FUTEX_LOCK_PI: made again after any handler (ERESTARTNOINTR)
  Killable,     // vfork, exec: only a fatal signal ends it
};

/// The call cannot finish now. The handler has registered the task on the wait queues concerned;
/// when one wakes or the deadline passes, the call is run again from its start.
struct Blocked {
  Restart restart = Restart::IfSaRestart;
  Nanoseconds deadline = -1;  // monotonic, absolute; -1: none
};

/// The registers were set already (rt_sigreturn, execve) or the task is gone (exit).
struct NoReturn {};

/// How a handler's outcome looks to the scheduler, its value already in x0's form. Paused is an
/// interceptor's alone: the slice ends here, and the call is asked for again when the kernel runs
/// on, with that task and the rest of its slice, as if nothing had been.
struct SyscallOutcome {
  enum class Kind : u8 { Done, Blocked, NoReturn, Paused } kind = Kind::Done;
  u64 value = 0;  // for Done: the result, or -errno
  Blocked blocked;
};

/// What a system-call handler returns: a value, an errno, Blocked or NoReturn. Both errors of
/// `TRY` expressions (Errno) and the outcomes convert into it.
template <typename T>
class [[nodiscard]] SyscallResult {
 public:
  SyscallResult(T value) : state_(std::move(value)) {}
  SyscallResult(Errno error) : state_(error) {}
  SyscallResult(Blocked blocked) : state_(blocked) {}
  SyscallResult(NoReturn none) : state_(none) {}
  /// So that `return helper();` works where the helper cannot block.
  SyscallResult(Result<T> result) : state_(Errno{}) {
    if (result.ok())
      state_ = std::move(result).value();
    else
      state_ = result.error();
  }
  /// A shared body's outcome that is not a value (see TRY_CALL).
  using Outcome = std::variant<Errno, Blocked, NoReturn>;
  SyscallResult(Outcome outcome) : state_(Errno{}) {
    std::visit([this](auto o) { state_ = o; }, outcome);
  }

  bool ok() const { return std::holds_alternative<T>(state_); }
  bool is_blocked() const { return std::holds_alternative<Blocked>(state_); }
  bool is_no_return() const { return std::holds_alternative<NoReturn>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  Errno error() const { return std::get<Errno>(state_); }
  const Blocked& blocked() const { return std::get<Blocked>(state_); }
  /// For TRY: whatever it is when it is no value.
  Outcome outcome() const {
    if (auto* b = std::get_if<Blocked>(&state_)) return *b;
    if (auto* n = std::get_if<NoReturn>(&state_)) return *n;
    return std::get<Errno>(state_);
  }

 private:
  std::variant<T, Errno, Blocked, NoReturn> state_;
};

}  // namespace kemu

/// The value of a SyscallResult, or an early return of its errno, Blocked or NoReturn.
#define TRY_CALL(expression)                         \
  ({                                                 \
    auto&& try_call_ = (expression);                 \
    if (!try_call_.ok()) return try_call_.outcome(); \
    std::move(try_call_).value();                    \
  })
