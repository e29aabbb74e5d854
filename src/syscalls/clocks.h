#pragma once

#include "process/posix_timer.h"
#include "process/task.h"
#include "syscalls/args.h"

namespace kemu {

inline constexpr i32 kClockRealtimeAlarm = 8;
inline constexpr i32 kClockBoottimeAlarm = 9;

/// True for the clocks that count CPU time: the two fixed ones, and clock_getcpuclockid(3)'s.
bool counts_cpu_time(ClockId clock);

enum class ClockUse : u8 { Read, Other };
/// Whose CPU time such a clock counts (pid_for_clock() in kernel/time/posix-cpu-timers.c): ~pid in
/// its upper bits, what to measure in bits 0 and 1, bit 2 for a thread. EINVAL.
Result<TimerClock> cpu_clock(Task& task, ClockId clock, ClockUse use);

/// EINVAL for a clock that is not there.
Result<Nanoseconds> clock_now(Task& task, ClockId clock);

}  // namespace kemu
