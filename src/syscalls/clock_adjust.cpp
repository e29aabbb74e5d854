#include "base/abi/timex.h"
#include "syscalls/clocks.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"
#include "syscalls/time_values.h"

// Setting the clock, which is the host's and nobody's here: clock_settime(2), settimeofday(2),
// adjtimex(2).

namespace kemu {

namespace {

constexpr i64 kPhaseLimit = 16'000'000;    // NTP_PHASE_LIMIT, in microseconds
constexpr i64 kMostSkew = 500 * 65536;     // MAXFREQ_SCALED
constexpr i64 kTimeConstant = 2;           // the kernel's own before anybody sets it
constexpr i64 kMicrosecondsATick = 10000;  // at USER_HZ

/// The state of a clock that nobody has synchronised.
abi::Timex unsynchronised(Nanoseconds now) {
  abi::Timex state;
  state.most_error = state.estimated_error = kPhaseLimit;
  state.status = abi::kStatusUnsynchronised;
  state.constant = kTimeConstant;
  state.precision = 1;
  state.tolerance = kMostSkew;
  state.time = to_timeval(now);
  state.tick = kMicrosecondsATick;
  return state;
}

SyscallResult<i32> do_adjust(Task& task, std::string_view call, GuestAddr state) {
  const auto wanted = TRY(task.space->read_value<abi::Timex>(state));
  const bool single_shot = (wanted.modes & abi::kAdjustSingleShot) != 0;
  if (single_shot && !(wanted.modes & abi::kAdjustOffset)) return Errno::EINVAL;
  const bool only_reads =
      single_shot ? (wanted.modes & abi::kAdjustOffsetReadOnly) != 0 : wanted.modes == 0;
  if (!only_reads) return refuse_privileged(task, call, abi::kCapSysTime);
  abi::Timex told = unsynchronised(task.kernel().clock().now(HostClock::Realtime));
  told.modes = wanted.modes;
  TRY(task.space->write_value(state, told));
  return abi::kTimeError;
}

}  // namespace

SyscallResult<i32> sys_adjtimex(Task& task, InOutPtr<abi::Timex> state) {
  return do_adjust(task, "adjtimex", state.addr);
}

SyscallResult<i32> sys_clock_adjtime(Task& task, ClockId clock, InOutPtr<abi::Timex> state) {
  TRY(task.space->read_value<abi::Timex>(state.addr));
  TRY(clock_now(task, clock));
  if (clock.bits != abi::kClockRealtime) return Errno::EOPNOTSUPP;
  return do_adjust(task, "clock_adjtime", state.addr);
}

SyscallResult<Unit> sys_clock_settime(Task& task, ClockId clock, InPtr<abi::Timespec> time) {
  if (clock.bits < 0) {
    // posix_cpu_clock_set(): EPERM for a CPU-time clock that is there.
    TRY(task.space->read_value<abi::Timespec>(time.addr));
    TRY(cpu_clock(task, clock, ClockUse::Other));
    return Errno::EPERM;
  }
  if (clock.bits != abi::kClockRealtime) return Errno::EINVAL;
  TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timespec>(time.addr))));
  return refuse_privileged(task, "clock_settime", abi::kCapSysTime);
}

SyscallResult<Unit> sys_settimeofday(Task& task, InPtr<abi::Timeval> time,
                                     InPtr<abi::Timezone> zone) {
  if (!time.is_null()) TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timeval>(time.addr))));
  if (!zone.is_null()) TRY(task.space->read_value<abi::Timezone>(zone.addr));
  return refuse_privileged(task, "settimeofday", abi::kCapSysTime);
}

}  // namespace kemu
