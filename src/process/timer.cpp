#include "process/timer.h"

namespace kemu {

void Timer::arm(Nanoseconds when) {
  cancel();
  when_ = when;
  order_ = queue_.orders_++;
  queue_.armed_.insert(this);
}

void Timer::arm_like(const Timer& original) {
  cancel();
  if (!original.when_) return;
  when_ = original.when_;
  order_ = original.order_;
  queue_.armed_.insert(this);
}

void Timer::cancel() {
  if (!when_) return;
  queue_.armed_.erase(this);
  when_.reset();
}

std::optional<Nanoseconds> TimerQueue::next() const {
  if (armed_.empty()) return std::nullopt;
  return (*armed_.begin())->when_;
}

void TimerQueue::expire(Nanoseconds now) {
  while (!armed_.empty()) {
    Timer* timer = *armed_.begin();
    if (*timer->when_ > now) return;
    timer->cancel();
    timer->expired_();
  }
}

}  // namespace kemu
