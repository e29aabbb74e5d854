#include "fs/wait_queue.h"

#include <algorithm>
#include <cstddef>

#include "base/check.h"

namespace kemu {

Waiter::~Waiter() { leave_all(); }

void Waiter::wait_on(WaitQueue& queue) {
  if (std::find(queues_.begin(), queues_.end(), &queue) != queues_.end()) return;
  queues_.push_back(&queue);
  queue.waiters_.push_back(this);
}

void Waiter::leave_all() {
  for (WaitQueue* queue : queues_) {
    auto self = std::find(queue->waiters_.begin(), queue->waiters_.end(), this);
    CHECK(self != queue->waiters_.end());
    queue->waiters_.erase(self);
  }
  queues_.clear();
}

WaitQueue::~WaitQueue() {
  for (Waiter* waiter : waiters_) std::erase(waiter->queues_, this);
}

void WaitQueue::wake_all() {
  // woken() may wait here again or make others leave: each turn looks afresh, and at most as many
  // are woken as waited at the start.
  for (std::size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
    Waiter* first = waiters_.front();
    first->leave_all();
    first->woken();
  }
}

}  // namespace kemu
