#include "fs/machine_copy.h"

namespace kemu {

void MachineCopy::connect_waiters() {
  for (; !later_.empty(); later_.pop_front()) later_.front()();
  std::unordered_map<const Waiter*, Waiter*> copies;
  for (const auto& [original, copy] : waiters_) copies.emplace(original, copy);
  for (const auto& [original, copy] : queues_)
    for (const Waiter* waiter : original->waiters_)
      if (const auto found = copies.find(waiter); found != copies.end())
        found->second->wait_on(*copy);
  for (const auto& [original, copy] : waiters_) {
    if (copy->queues_.size() == original->queues_.size()) continue;
    copy->leave_all();
    copy->woken();
  }
}

}  // namespace kemu
