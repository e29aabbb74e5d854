#include <algorithm>

#include "base/abi/futex.h"
#include "process/futex_table.h"
#include "process/task.h"

namespace kemu {

PiFutexes::State PiFutexes::state(i32 tid) const {
  const auto found = sleepers_.find(tid);
  return found == sleepers_.end() ? State::Absent : found->second.state;
}

void PiFutexes::add(Task& task, const FutexKey& key, GuestAddr addr, i32 holder) {
  const auto [it, fresh] = sleepers_.try_emplace(task.tid());
  CHECK(fresh);
  it->second.task = &task;
  it->second.key = key;
  it->second.addr = addr;
  it->second.priority = task.scheduling_priority;
  Lock& lock = queues_[key];
  lock.holder = holder;
  queue_by_priority(lock.waiters, it->second);
}

void PiFutexes::grant(Task& task, const FutexKey& key, GuestAddr addr) {
  const auto [it, fresh] = sleepers_.try_emplace(task.tid());
  CHECK(fresh);
  it->second.task = &task;
  it->second.key = key;
  it->second.addr = addr;
  it->second.state = State::Holding;
}

void PiFutexes::wait_on(Waiter& waiter, i32 tid) {
  const auto found = sleepers_.find(tid);
  CHECK(found != sleepers_.end());
  waiter.wait_on(found->second.queue);
}

i32 PiFutexes::holder(const FutexKey& key) const {
  const auto found = queues_.find(key);
  return found == queues_.end() ? 0 : found->second.holder;
}

// rt_mutex_adjust_prio_chain(). The chain has no rings: this keeps them out.
bool PiFutexes::waits_for(i32 holder, i32 tid) const {
  for (u64 length = 0; length < sleepers_.size(); ++length) {
    const auto at = sleepers_.find(holder);
    if (at == sleepers_.end() || at->second.state != State::Waiting) return false;
    holder = this->holder(at->second.key);
    if (holder == tid) return true;
  }
  return false;
}

void PiFutexes::forget(i32 tid) {
  const auto found = sleepers_.find(tid);
  if (found == sleepers_.end()) return;
  if (found->second.state == State::Waiting) {
    const auto lock = queues_.find(found->second.key);
    CHECK(lock != queues_.end());
    std::deque<Sleeper*>& waiters = lock->second.waiters;
    waiters.erase(std::find(waiters.begin(), waiters.end(), &found->second));
    if (lock->second.waiters.empty()) queues_.erase(lock);
  }
  sleepers_.erase(found);
}

void PiFutexes::hand_over(const FutexKey& key, u32 bits) {
  const auto lock = queues_.find(key);
  CHECK(lock != queues_.end());
  Sleeper& next = *lock->second.waiters.front();
  lock->second.waiters.pop_front();
  lock->second.holder = next.task->tid();
  next.state = State::Holding;
  // FUTEX_WAITERS even when nobody is left: the holder's FUTEX_UNLOCK_PI finds out, as on Linux.
  const u32 word = static_cast<u32>(next.task->tid()) | abi::kFutexWaiters | bits;
  (void)next.task->space->write_value(next.addr, word);
  next.queue.wake_all();
  if (lock->second.waiters.empty()) queues_.erase(lock);
}

void PiFutexes::holder_died(i32 tid) {
  for (auto lock = queues_.begin(); lock != queues_.end();) {
    const FutexKey key = lock->first;
    const bool is_its = lock->second.holder == tid;
    ++lock;
    if (is_its) hand_over(key, abi::kFutexOwnerDied);
  }
}

}  // namespace kemu
