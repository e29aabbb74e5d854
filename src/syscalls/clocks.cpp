#include "syscalls/clocks.h"

#include "process/kernel.h"

// Which clock an id names: kernel/time/posix-timers.c, posix-cpu-timers.c.

namespace kemu {

bool counts_cpu_time(ClockId clock) {
  return clock.bits < 0 || clock.bits == abi::kClockProcessCpu ||
         clock.bits == abi::kClockThreadCpu;
}

Result<TimerClock> cpu_clock(Task& task, ClockId clock, ClockUse use) {
  using Kind = TimerClock::Kind;
  const i32 own_pid = task.process().pid();
  if (clock.bits == abi::kClockProcessCpu)
    return TimerClock{Kind::ProcessCpu, HostClock::Monotonic, own_pid};
  if (clock.bits == abi::kClockThreadCpu)
    return TimerClock{Kind::ThreadCpu, HostClock::Monotonic, task.tid()};
  constexpr i32 kThread = 4;
  // 3 stands for a descriptor's clock: kemu has no such devices.
  if ((clock.bits & 3) == 3) return Errno::EINVAL;
  const i32 id = ~(clock.bits >> 3);
  const bool is_thread = (clock.bits & kThread) != 0;
  Kernel& kernel = task.kernel();
  if (is_thread) {
    const i32 tid = id == 0 ? task.tid() : id;
    Task* named = kernel.find_task(tid);
    if (!named || &named->process() != &task.process()) return Errno::EINVAL;
    return TimerClock{Kind::ThreadCpu, HostClock::Monotonic, tid};
  }
  const bool own = id == 0 || (use == ClockUse::Read && id == task.tid());
  const i32 pid = own ? own_pid : id;
  if (!kernel.find_process(pid) && !kernel.find_zombie(pid)) return Errno::EINVAL;
  return TimerClock{Kind::ProcessCpu, HostClock::Monotonic, pid};
}

namespace {

Result<Nanoseconds> cpu_time_now(Task& task, ClockId clock) {
  const TimerClock named = TRY(cpu_clock(task, clock, ClockUse::Read));
  if (const auto time = named.cpu_time(task.kernel())) return *time;
  const ZombieProcess* zombie = task.kernel().find_zombie(named.id);
  if (!zombie) return Errno::EINVAL;
  return zombie->own_time;
}

}  // namespace

Result<Nanoseconds> clock_now(Task& task, ClockId clock) {
  if (counts_cpu_time(clock)) return cpu_time_now(task, clock);
  Clock& host = task.kernel().clock();
  switch (clock.bits) {
    case abi::kClockRealtime:
    case abi::kClockRealtimeCoarse:
    case kClockRealtimeAlarm:
    case abi::kClockTai: return host.now(HostClock::Realtime);
    case abi::kClockMonotonic:
    case abi::kClockMonotonicRaw:
    case abi::kClockMonotonicCoarse: return host.now(HostClock::Monotonic);
    case abi::kClockBoottime:
    case kClockBoottimeAlarm: return host.now(HostClock::Boottime);
    default: return Errno::EINVAL;
  }
}

}  // namespace kemu
