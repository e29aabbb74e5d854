#pragma once

#include <map>
#include <memory>
#include <optional>

#include "base/time.h"
#include "process/signals.h"
#include "process/timer.h"

namespace kemu {

class Kernel;
class KernelCopy;
class Process;

/// What a POSIX timer runs on: a clock of the machine, or the CPU time of a process or a thread.
struct TimerClock {
  enum class Kind : u8 { Machine, ProcessCpu, ThreadCpu } kind = Kind::Machine;
  HostClock machine = HostClock::Monotonic;
  i32 id = 0;  // pid or tid of CPU time

  /// Nothing for CPU time of somebody who is gone.
  std::optional<Nanoseconds> cpu_time(Kernel& kernel) const;
};

/// What an expiry does (sigevent(3type)).
struct TimerNotification {
  i32 signo = 0;  // 0: nothing (SIGEV_NONE)
  i32 tid = 0;    // 0: to the process
  u64 value = 0;
};

/// timer_create(2)'s timer; Linux's `struct k_itimer`.
///
/// At most one signal of it is queued. Expiries that come meanwhile are counted when that signal is
/// taken, which is when an interval timer is armed again. A timer on the realtime clock is kept as
/// the monotonic time it corresponds to when it is set: nothing in a machine sets the clock.
class PosixTimer : public SignalSource, public std::enable_shared_from_this<PosixTimer> {
 public:
  PosixTimer(Process& process, i32 id, TimerClock clock, const TimerNotification& notification);
  ~PosixTimer() override;

  /// When it expires next, from now, and how often then; 0 for `value`: not armed.
  struct Setting {
    Nanoseconds interval = 0;
    Nanoseconds value = 0;
  };
  enum class Time : u8 { Relative, Absolute };
  Setting get();
  void set(const Setting& setting, Time time);
  /// Expiries that the signal taken last stood for, beyond its own.
  i32 overrun() const { return overrun_; }

  /// For a timer on CPU time, after a slice.
  void expire_if_due();

  void taken(abi::SigInfo& info) override;
  void dropped() override;

  /// The same timer of a copy of its process.
  std::shared_ptr<PosixTimer> copy_for(Process& process) const;

 private:
  std::optional<Nanoseconds> now() const;
  void arm();
  void disarm();
  void expire();
  /// Moves the expiry past the present; how many intervals were missed.
  i64 go_on();
  void forget_signal();

  Process& process_;
  Kernel& kernel_;
  i32 id_;
  TimerClock clock_;
  TimerNotification notification_;
  Nanoseconds interval_ = 0;
  Nanoseconds expires_ = -1;  // monotonic, or CPU time; -1: not armed
  bool queued_ = false;       // its signal waits to be taken
  i32 overrun_ = 0;
  QueuePlace place_;  // kept for its signal
  Timer timer_;       // serves the machine's clocks
};

/// The timers of one process, by id.
class PosixTimers {
 public:
  explicit PosixTimers(Process& process) : process_(process) {}

  /// EAGAIN past RLIMIT_SIGPENDING: each timer keeps a place for its signal.
  Result<Unit> check_room() const;
  /// The id the next timer gets.
  i32 next_id() const { return next_id_; }
  void create(TimerClock clock, const TimerNotification& notification);
  /// Null when there is none.
  PosixTimer* find(i32 id) const;
  /// Its queued signal goes with it. False when there is none.
  bool remove(i32 id);
  void clear();
  void copy_from(const PosixTimers& original, KernelCopy& copy);

 private:
  Process& process_;
  std::map<i32, std::shared_ptr<PosixTimer>> timers_;
  i32 next_id_ = 0;
};

}  // namespace kemu
