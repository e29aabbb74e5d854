#pragma once

#include "fs/file_description.h"
#include "process/timer.h"

namespace kemu {

class Kernel;

/// timerfd_create(2): a timer whose expirations are read. Linux's `struct timerfd_ctx`.
///
/// A timer on the realtime clock is kept as the monotonic time it corresponds to when it is set:
/// nothing in a machine sets the clock.
class TimerFd : public FileDescription {
 public:
  /// `clock` is one of those the call accepts.
  TimerFd(Kernel& kernel, HostClock clock, u32 flags);
  TimerFd(Kernel& kernel, HostClock clock, u32 flags, Location location);

  /// When it expires next and how often then; 0 for `value`: not armed.
  struct Setting {
    Nanoseconds interval = 0;
    Nanoseconds value = 0;
  };
  enum class Time : u8 { Relative, Absolute };
  /// The value is relative to now.
  Setting get();
  void set(const Setting& setting, Time time);

  Result<u64> read(const HostSpans& to) override;
  /// TFD_IOC_SET_TICKS: says how many expirations are to be read. EINVAL for none.
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  bool pollable() const override { return true; }
  u32 poll() override;
  void wait_on(u32, Waiter& waiter) override { waiter.wait_on(queue_); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  /// Counts the expirations up to now.
  void advance();
  void arm();

  Kernel& kernel_;
  HostClock clock_;
  Nanoseconds interval_ = 0;
  Nanoseconds next_ = -1;  // monotonic; -1: not armed
  u64 expirations_ = 0;    // not read yet
  WaitQueue queue_;
  Timer timer_;
};

}  // namespace kemu
