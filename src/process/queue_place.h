#pragma once

#include <memory>
#include <unordered_map>
#include <utility>

#include "base/types.h"

namespace kemu {

/// How many places in signal queues each user has taken, timers' reserved ones among them:
/// RLIMIT_SIGPENDING is about these. Linux's twin is UCOUNT_RLIMIT_SIGPENDING.
using QueuePlaces = std::unordered_map<u32, u64>;

/// One place, counted for a real user id for as long as it is held.
class QueuePlace {
 public:
  QueuePlace() = default;
  QueuePlace(std::shared_ptr<QueuePlaces> places, u32 user)
      : places_(std::move(places)), user_(user) {
    ++(*places_)[user_];
  }
  ~QueuePlace() { leave(); }
  QueuePlace(QueuePlace&& other) noexcept
      : places_(std::exchange(other.places_, nullptr)), user_(other.user_) {}
  QueuePlace& operator=(QueuePlace&& other) noexcept {
    std::swap(places_, other.places_);
    std::swap(user_, other.user_);
    return *this;
  }

  /// One for the same user of `places`, if this one holds any.
  QueuePlace again(std::shared_ptr<QueuePlaces> places) const {
    return places_ ? QueuePlace(std::move(places), user_) : QueuePlace();
  }

 private:
  void leave() {
    if (!places_) return;
    const auto count = places_->find(user_);
    if (--count->second == 0) places_->erase(count);
  }

  std::shared_ptr<QueuePlaces> places_;
  u32 user_ = 0;
};

}  // namespace kemu
