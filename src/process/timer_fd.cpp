#include "process/timer_fd.h"

#include <algorithm>

#include "base/abi/events.h"
#include "fs/anonymous_place.h"
#include "fs/span_bytes.h"
#include "process/kernel_copy.h"

namespace kemu {

namespace {

constexpr Nanoseconds kNever = INT64_MAX;

/// Saturates at the end of time; `delay` is not negative.
Nanoseconds later(Nanoseconds time, Nanoseconds delay) {
  return time > 0 && delay > kNever - time ? kNever : time + delay;
}

}  // namespace

TimerFd::TimerFd(Kernel& kernel, HostClock clock, u32 flags)
    : TimerFd(kernel, clock, flags | abi::kOpenReadWrite,
              make_anonymous_place("anon_inode:[timerfd]", kernel.next_anonymous_inode())) {}

TimerFd::TimerFd(Kernel& kernel, HostClock clock, u32 flags, Location location)
    : FileDescription(std::move(location), flags),
      kernel_(kernel),
      clock_(clock),
      timer_(kernel.timers(), [this] {
        advance();
        queue_.wake_all();
      }) {}

std::shared_ptr<FileDescription> TimerFd::copy_to(MachineCopy& copy) const {
  auto made =
      std::make_shared<TimerFd>(of_kernel(copy).kernel(), clock_, flags_, copy.of(location_));
  made->interval_ = interval_;
  made->next_ = next_;
  made->expirations_ = expirations_;
  made->timer_.arm_like(timer_);
  copy.queue(queue_, made->queue_);
  return copy_common(copy, std::move(made));
}

void TimerFd::arm() {
  if (next_ < 0)
    timer_.cancel();
  else
    timer_.arm(next_);
}

void TimerFd::advance() {
  const Nanoseconds now = kernel_.monotonic();
  if (next_ < 0 || now < next_) return;
  if (interval_ == 0) {
    ++expirations_;
    next_ = -1;
    return;
  }
  const Nanoseconds passed = (now - next_) / interval_ * interval_;
  expirations_ += static_cast<u64>(passed / interval_) + 1;
  next_ = later(next_ + passed, interval_);
}

TimerFd::Setting TimerFd::get() {
  advance();
  if (next_ < 0) return {interval_, 0};
  // 0 would say that it is not armed.
  return {interval_, std::max<Nanoseconds>(next_ - kernel_.monotonic(), 1)};
}

void TimerFd::set(const Setting& setting, Time time) {
  const Nanoseconds now = kernel_.monotonic();
  interval_ = setting.interval;
  expirations_ = 0;
  if (setting.value == 0) {
    next_ = -1;
  } else if (time == Time::Relative) {
    next_ = later(now, setting.value);
  } else {
    const Nanoseconds clock_now = kernel_.clock().now(clock_);
    next_ = setting.value <= clock_now ? now : later(now, setting.value - clock_now);
  }
  arm();
}

Result<u64> TimerFd::read(const HostSpans& to) {
  advance();
  const u64 told = TRY(read_counter(to, expirations_));
  if (expirations_ == 0) return Errno::EAGAIN;
  expirations_ = 0;
  arm();
  return told;
}

Result<u64> TimerFd::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  if (request != abi::kTimerFdSetTicks) return Errno::ENOTTY;
  const auto ticks = TRY(space.read_value<u64>(argument));
  if (ticks == 0) return Errno::EINVAL;
  expirations_ = ticks;
  queue_.wake_all();
  return u64{0};
}

u32 TimerFd::poll() {
  advance();
  return expirations_ > 0 ? kPollIn | kPollReadNormal : 0;
}

}  // namespace kemu
