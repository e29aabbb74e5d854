#pragma once

#include <vector>

namespace kemu {

class MachineCopy;
class WaitQueue;

/// Something that waits on any number of queues at once (a blocked task). Leaves them all when it
/// is woken or destroyed.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter();

  void wait_on(WaitQueue& queue);
  void leave_all();
  bool waiting() const { return !queues_.empty(); }

 protected:
  /// Called once by the first queue that wakes, after the waiter has left all queues.
  virtual void woken() = 0;

 private:
  friend class WaitQueue;
  friend class MachineCopy;
  std::vector<WaitQueue*> queues_;
};

/// Who waits for one condition; Linux's wait_queue_head. Waking means "look again", never "it is
/// yours": the blocked call is run again from its start.
class WaitQueue {
 public:
  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  ~WaitQueue();

  void wake_all();
  bool empty() const { return waiters_.empty(); }

 private:
  friend class Waiter;
  friend class MachineCopy;
  std::vector<Waiter*> waiters_;  // in the order they came
};

}  // namespace kemu
