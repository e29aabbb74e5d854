#include "syscalls/intercept.h"

namespace kemu {

std::optional<SyscallOutcome> ask_interceptors(Task& task) {
  SyscallState& call = task.syscall;
  if (call.let_through) return std::nullopt;
  // One that is asked may leave the list or bring another one in.
  const std::vector<CallInterceptor*>& interceptors = task.kernel().interceptors();
  for (; call.asked < interceptors.size(); ++call.asked) {
    const auto answer = interceptors[call.asked]->before(task);
    if (!answer) continue;
    call.injected |= answer->kind == SyscallOutcome::Kind::Done;
    return answer;
  }
  call.let_through = true;
  return std::nullopt;
}

SyscallOutcome tell_interceptors(Task& task, const SyscallOutcome& outcome) {
  SyscallState& call = task.syscall;
  // Kernel::interrupt_syscall is about to end it so.
  const bool ends_in_eintr =
      outcome.kind == SyscallOutcome::Kind::Blocked && call.interrupted && !call.restarts;
  if (task.state == TaskState::Dead) return outcome;
  if (outcome.kind != SyscallOutcome::Kind::Done && !ends_in_eintr) return outcome;
  const u64 given =
      ends_in_eintr ? static_cast<u64>(-static_cast<i64>(Errno::EINTR)) : outcome.value;
  u64 value = given;
  const std::vector<CallInterceptor*>& interceptors = task.kernel().interceptors();
  for (std::size_t left = interceptors.size(); left > 0; --left)
    if (left <= interceptors.size()) interceptors[left - 1]->after(task, value);
  if (value == given) return outcome;
  call.injected = true;
  return {SyscallOutcome::Kind::Done, value, {}};
}

}  // namespace kemu
