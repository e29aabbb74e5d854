#include "base/abi/events.h"
#include "process/timer_fd.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/time_values.h"

// timerfd_create(2).

namespace kemu {

namespace {

constexpr i32 kClockRealtimeAlarm = 8;
constexpr i32 kClockBoottimeAlarm = 9;

/// EINVAL for a clock that timerfds do not have, EPERM for one that wakes a sleeping machine.
Result<HostClock> timer_clock(ClockId clock) {
  switch (clock.bits) {
    case abi::kClockRealtime: return HostClock::Realtime;
    case abi::kClockMonotonic: return HostClock::Monotonic;
    case abi::kClockBoottime: return HostClock::Boottime;
    case kClockRealtimeAlarm:
    case kClockBoottimeAlarm: return Errno::EPERM;
    default: return Errno::EINVAL;
  }
}

/// EINVAL for another kind of file.
Result<std::shared_ptr<TimerFd>> get_timer(Task& task, Fd fd) {
  auto timer = std::dynamic_pointer_cast<TimerFd>(TRY(get_file(task, fd)));
  if (!timer) return Errno::EINVAL;
  return timer;
}

abi::Itimerspec to_itimerspec(const TimerFd::Setting& setting) {
  return {to_timespec(setting.interval), to_timespec(setting.value)};
}

}  // namespace

SyscallResult<Fd> sys_timerfd_create(Task& task, ClockId clock, TimerFdFlags flags) {
  if (flags.any_but(abi::kTimerFdNonBlock | abi::kTimerFdCloseOnExec)) return Errno::EINVAL;
  const HostClock host_clock = TRY(timer_clock(clock));
  return install(
      task,
      std::make_shared<TimerFd>(task.kernel(), host_clock, flags.bits & abi::kTimerFdNonBlock),
      close_on_exec_of(flags.bits));
}

SyscallResult<Unit> sys_timerfd_settime(Task& task, Fd fd, TimerFlags flags,
                                        InPtr<abi::Itimerspec> new_value,
                                        OutPtr<abi::Itimerspec> old_value) {
  const auto wanted = TRY(task.space->read_value<abi::Itimerspec>(new_value.addr));
  if (flags.any_but(abi::kTimerAbstime | abi::kTimerFdCancelOnSet)) return Errno::EINVAL;
  const TimerFd::Setting setting{TRY(to_nanoseconds(wanted.interval)),
                                 TRY(to_nanoseconds(wanted.value))};
  const auto timer = TRY(get_timer(task, fd));
  if (!old_value.is_null())
    TRY(task.space->write_value(old_value.addr, to_itimerspec(timer->get())));
  timer->set(setting,
             flags.has(abi::kTimerAbstime) ? TimerFd::Time::Absolute : TimerFd::Time::Relative);
  return Unit{};
}

SyscallResult<Unit> sys_timerfd_gettime(Task& task, Fd fd, OutPtr<abi::Itimerspec> value) {
  const auto timer = TRY(get_timer(task, fd));
  return task.space->write_value(value.addr, to_itimerspec(timer->get()));
}

}  // namespace kemu
