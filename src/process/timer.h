#pragma once

#include <functional>
#include <optional>
#include <set>

#include "base/time.h"

namespace kemu {

class TimerQueue;

/// One point in (monotonic) time at which something happens; arms and disarms itself in a queue.
class Timer {
 public:
  Timer(TimerQueue& queue, std::function<void()> expired)
      : queue_(queue), expired_(std::move(expired)) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void arm(Nanoseconds when);
  void cancel();
  /// Armed as `original` is in the queue that this one's is a copy of.
  void arm_like(const Timer& original);
  std::optional<Nanoseconds> when() const { return when_; }

 private:
  friend class TimerQueue;
  TimerQueue& queue_;
  std::function<void()> expired_;
  std::optional<Nanoseconds> when_;
  u64 order_ = 0;
};

/// Armed timers in the order they expire; equal ones in the order they were armed.
class TimerQueue {
 public:
  bool empty() const { return armed_.empty(); }
  std::optional<Nanoseconds> next() const;
  /// The same, the end of time when there is none.
  Nanoseconds earliest() const { return armed_.empty() ? INT64_MAX : *(*armed_.begin())->when_; }
  /// Disarms and runs everything due at `now`.
  void expire(Nanoseconds now);
  /// Timers armed from now on come after those of `original`'s that are equal.
  void go_on_from(const TimerQueue& original) { orders_ = original.orders_; }

 private:
  friend class Timer;
  struct Earlier {
    bool operator()(const Timer* a, const Timer* b) const {
      return a->when_ != b->when_ ? a->when_ < b->when_ : a->order_ < b->order_;
    }
  };
  std::set<Timer*, Earlier> armed_;
  u64 orders_ = 0;
};

}  // namespace kemu
