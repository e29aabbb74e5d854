#include <algorithm>

#include "syscalls/clocks.h"
#include "syscalls/handlers.h"
#include "syscalls/time_values.h"

// Clocks, sleeping and interval timers (kernel/time/posix-timers.c, itimer.c).

namespace kemu {

namespace {

constexpr Nanoseconds kCoarseResolution = kSecond / 250;  // a tick of HZ=250

bool is_coarse(i32 clock) {
  return clock == abi::kClockRealtimeCoarse || clock == abi::kClockMonotonicCoarse;
}

bool can_sleep_on(i32 clock) {
  return clock == abi::kClockRealtime || clock == abi::kClockMonotonic ||
         clock == abi::kClockBoottime || clock == abi::kClockTai;
}

enum class Interrupted : u8 { TellRemaining, TellNothing };

/// Blocks until the deadline. A handler ends it with EINTR, and tells what was left where asked to.
SyscallResult<Unit> sleep_until(Task& task, Nanoseconds deadline, Interrupted when_interrupted,
                                OutPtr<abi::Timespec> remaining) {
  if (task.syscall.timed_out) return Unit{};
  const Nanoseconds left = deadline - task.kernel().monotonic();
  if (left <= 0) return Unit{};
  const bool tell = when_interrupted == Interrupted::TellRemaining && !remaining.is_null();
  if (task.syscall.interrupted && tell) {
    TRY(task.space->write_value(remaining.addr, to_timespec(left)));
    return Errno::EINTR;
  }
  return Blocked{Restart::IfNoHandler, deadline};
}

/// Sleeps until a process has used that much CPU time: it, not the sleeper, makes time pass.
SyscallResult<Unit> sleep_on_cpu_time(Task& task, ClockId clock, Nanoseconds time,
                                      Interrupted when_interrupted,
                                      OutPtr<abi::Timespec> remaining) {
  const TimerClock named = TRY(cpu_clock(task, clock, ClockUse::Other));
  // One's own thread cannot work while it sleeps (posix_cpu_nsleep()).
  if (named.kind == TimerClock::Kind::ThreadCpu && named.id == task.tid()) return Errno::EINVAL;
  const auto used = named.cpu_time(task.kernel());
  if (!used) return Unit{};  // the process is gone
  const bool relative = when_interrupted == Interrupted::TellRemaining;
  if (task.syscall.progress == 0)
    task.syscall.progress = static_cast<u64>(relative ? later(*used, time) : time);
  const Nanoseconds left = static_cast<Nanoseconds>(task.syscall.progress) - *used;
  if (left <= 0) return Unit{};
  if (task.syscall.interrupted && relative && !remaining.is_null()) {
    TRY(task.space->write_value(remaining.addr, to_timespec(left)));
    return Errno::EINTR;
  }
  Process* process = task.kernel().find_process(
      named.kind == TimerClock::Kind::ProcessCpu ? named.id : task.process().pid());
  if (process) task.wait_on(process->cpu_time_passed);
  return Blocked{Restart::IfNoHandler};
}

}  // namespace

SyscallResult<Unit> sys_nanosleep(Task& task, InPtr<abi::Timespec> request,
                                  OutPtr<abi::Timespec> remaining) {
  const auto given = TRY(task.space->read_value<abi::Timespec>(request.addr));
  const Nanoseconds deadline = task.deadline_after(TRY(to_nanoseconds(given)));
  return sleep_until(task, deadline, Interrupted::TellRemaining, remaining);
}

SyscallResult<Unit> sys_clock_nanosleep(Task& task, ClockId clock, TimerFlags flags,
                                        InPtr<abi::Timespec> request,
                                        OutPtr<abi::Timespec> remaining) {
  const bool on_cpu_time = counts_cpu_time(clock) && clock.bits != abi::kClockThreadCpu;
  if (!on_cpu_time) TRY(clock_now(task, clock));
  if (!on_cpu_time && !can_sleep_on(clock.bits)) return Errno::EOPNOTSUPP;
  const auto given = TRY(task.space->read_value<abi::Timespec>(request.addr));
  const Nanoseconds time = TRY(to_nanoseconds(given));
  const bool absolute = flags.has(abi::kTimerAbstime);
  const Interrupted tells = absolute ? Interrupted::TellNothing : Interrupted::TellRemaining;
  if (on_cpu_time) return sleep_on_cpu_time(task, clock, time, tells, remaining);
  const Nanoseconds now = TRY(clock_now(task, clock));
  const Nanoseconds delay = absolute ? std::max<Nanoseconds>(time - now, 0) : time;
  return sleep_until(task, task.deadline_after(delay), tells, remaining);
}

SyscallResult<Unit> sys_clock_gettime(Task& task, ClockId clock, OutPtr<abi::Timespec> time) {
  const Nanoseconds now = TRY(clock_now(task, clock));
  return task.space->write_value(time.addr, to_timespec(now));
}

SyscallResult<Unit> sys_clock_getres(Task& task, ClockId clock, OutPtr<abi::Timespec> resolution) {
  TRY(clock_now(task, clock));
  if (resolution.is_null()) return Unit{};
  const Nanoseconds step = is_coarse(clock.bits) ? kCoarseResolution : 1;
  return task.space->write_value(resolution.addr, to_timespec(step));
}

SyscallResult<Unit> sys_gettimeofday(Task& task, OutPtr<abi::Timeval> time,
                                     OutPtr<abi::Timezone> zone) {
  const Nanoseconds now = task.kernel().clock().now(HostClock::Realtime);
  if (!time.is_null()) TRY(task.space->write_value(time.addr, to_timeval(now)));
  if (!zone.is_null()) TRY(task.space->write_value(zone.addr, abi::Timezone{}));
  return Unit{};
}

namespace {

constexpr u32 kIntervalTimers = 3;
constexpr u32 kRealTimer = 0;     // ITIMER_REAL
constexpr u32 kVirtualTimer = 1;  // ITIMER_VIRTUAL; PROF counts all CPU time

/// The time an interval timer runs on: monotonic, or the process's user or CPU time.
Nanoseconds timer_clock(Process& process, u32 which) {
  if (which == kRealTimer) return process.kernel().monotonic();
  return which == kVirtualTimer ? process.user_time() : process.cpu_time();
}

abi::Itimerval read_timer(Process& process, u32 which) {
  const Process::IntervalTimer& timer = process.interval_timers[which];
  if (timer.expires < 0) return {};
  // A timer that is due and not served yet has a moment left, or it would read as disarmed.
  const Nanoseconds left = timer.expires - timer_clock(process, which);
  return {to_timeval(timer.interval), to_timeval(std::max(left, kMicrosecond))};
}

void set_timer(Process& process, u32 which, Nanoseconds value, Nanoseconds interval) {
  Process::IntervalTimer& timer = process.interval_timers[which];
  timer = {};
  // Half of all time leaves room for the expiry that adds the interval to the present.
  if (value > 0)
    timer = {std::min(interval, kTimeMax / 2), later(timer_clock(process, which), value)};
  if (which != kRealTimer) return;
  if (value > 0)
    process.real_timer.arm(timer.expires);
  else
    process.real_timer.cancel();
}

}  // namespace

SyscallResult<Unit> sys_getitimer(Task& task, ItimerKind which, OutPtr<abi::Itimerval> value) {
  if (which.bits >= kIntervalTimers) return Errno::EINVAL;
  return task.space->write_value(value.addr, read_timer(task.process(), which.bits));
}

SyscallResult<Unit> sys_setitimer(Task& task, ItimerKind which, InPtr<abi::Itimerval> new_value,
                                  OutPtr<abi::Itimerval> old_value) {
  // Without a new value Linux disarms the timer.
  abi::Itimerval given;
  if (!new_value.is_null()) given = TRY(task.space->read_value<abi::Itimerval>(new_value.addr));
  const Nanoseconds value = TRY(to_nanoseconds(given.value));
  const Nanoseconds interval = TRY(to_nanoseconds(given.interval));
  if (which.bits >= kIntervalTimers) return Errno::EINVAL;
  Process& process = task.process();
  if (!old_value.is_null())
    TRY(task.space->write_value(old_value.addr, read_timer(process, which.bits)));
  set_timer(process, which.bits, value, interval);
  return Unit{};
}

}  // namespace kemu
