#include "base/abi/sigevent.h"
#include "process/posix_timer.h"
#include "syscalls/clocks.h"
#include "syscalls/handlers.h"
#include "syscalls/time_values.h"

// timer_create(2) and kin.

namespace kemu {

namespace {

/// EINVAL for a clock that is not there; EOPNOTSUPP for one without timers, and for those that wake
/// a sleeping machine, as on one without a clock that could.
Result<TimerClock> timer_clock(Task& task, ClockId clock) {
  if (counts_cpu_time(clock)) return cpu_clock(task, clock, ClockUse::Other);
  using Kind = TimerClock::Kind;
  switch (clock.bits) {
    case abi::kClockRealtime:
    case abi::kClockTai: return TimerClock{Kind::Machine, HostClock::Realtime, 0};
    case abi::kClockMonotonic: return TimerClock{Kind::Machine, HostClock::Monotonic, 0};
    case abi::kClockBoottime: return TimerClock{Kind::Machine, HostClock::Boottime, 0};
    case abi::kClockMonotonicRaw:
    case abi::kClockRealtimeCoarse:
    case abi::kClockMonotonicCoarse:
    case kClockRealtimeAlarm:
    case kClockBoottimeAlarm: return Errno::EOPNOTSUPP;
    default: return Errno::EINVAL;
  }
}

/// good_sigevent(): EINVAL.
Result<TimerNotification> to_notification(Task& task, const abi::SigEvent& event) {
  TimerNotification notification;
  notification.value = event.value;
  if (event.notify == abi::kSigEventNone) return notification;
  const bool to_thread = event.notify == (abi::kSigEventSignal | abi::kSigEventThreadId);
  if (to_thread) {
    Task* target = task.kernel().find_task(event.tid);
    if (!target || &target->process() != &task.process()) return Errno::EINVAL;
    notification.tid = event.tid;
  } else if (event.notify != abi::kSigEventSignal && event.notify != abi::kSigEventThread) {
    return Errno::EINVAL;
  }
  if (!Signal::from(event.signo)) return Errno::EINVAL;
  notification.signo = event.signo;
  return notification;
}

Result<PosixTimer*> find_timer(Task& task, i32 id) {
  PosixTimer* timer = task.process().timers.find(id);
  if (!timer) return Errno::EINVAL;
  return timer;
}

abi::Itimerspec to_itimerspec(const PosixTimer::Setting& setting) {
  return {to_timespec(setting.interval), to_timespec(setting.value)};
}

}  // namespace

SyscallResult<Unit> sys_timer_create(Task& task, ClockId clock, InPtr<abi::SigEvent> event,
                                     OutPtr<i32> timer) {
  PosixTimers& timers = task.process().timers;
  const i32 id = timers.next_id();
  abi::SigEvent wanted;
  wanted.signo = abi::kSigAlrm;
  wanted.value = static_cast<u32>(id);
  if (!event.is_null()) wanted = TRY(task.space->read_value<abi::SigEvent>(event.addr));
  const TimerClock timer_runs_on = TRY(timer_clock(task, clock));
  TRY(timers.check_room());
  const TimerNotification notification = TRY(to_notification(task, wanted));
  TRY(task.space->write_value(timer.addr, id));
  timers.create(timer_runs_on, notification);
  return Unit{};
}

SyscallResult<Unit> sys_timer_settime(Task& task, TimerId id, TimerFlags flags,
                                      InPtr<abi::Itimerspec> new_value,
                                      OutPtr<abi::Itimerspec> old_value) {
  if (new_value.is_null()) return Errno::EINVAL;
  const auto wanted = TRY(task.space->read_value<abi::Itimerspec>(new_value.addr));
  const PosixTimer::Setting setting{TRY(to_nanoseconds(wanted.interval)),
                                    TRY(to_nanoseconds(wanted.value))};
  PosixTimer* timer = TRY(find_timer(task, id.bits));
  const abi::Itimerspec old = to_itimerspec(timer->get());
  timer->set(setting, flags.has(abi::kTimerAbstime) ? PosixTimer::Time::Absolute
                                                    : PosixTimer::Time::Relative);
  // The timer is set by now, as on Linux.
  if (!old_value.is_null()) TRY(task.space->write_value(old_value.addr, old));
  return Unit{};
}

SyscallResult<Unit> sys_timer_gettime(Task& task, TimerId id, OutPtr<abi::Itimerspec> value) {
  PosixTimer* timer = TRY(find_timer(task, id.bits));
  return task.space->write_value(value.addr, to_itimerspec(timer->get()));
}

SyscallResult<i32> sys_timer_getoverrun(Task& task, TimerId id) {
  return TRY(find_timer(task, id.bits))->overrun();
}

SyscallResult<Unit> sys_timer_delete(Task& task, TimerId id) {
  if (!task.process().timers.remove(id.bits)) return Errno::EINVAL;
  return Unit{};
}

}  // namespace kemu
