#include "process/futex_table.h"

#include <algorithm>

#include "base/abi/futex.h"

namespace kemu {

Result<FutexKey> FutexTable::key_of(AddressSpace& space, GuestAddr addr, FutexScope scope) {
  if (addr.value() % sizeof(u32) != 0) return Errno::EINVAL;
  if (addr >= kUserEnd) return Errno::EFAULT;
  if (scope == FutexScope::Private)
    return FutexKey{FutexKey::Kind::Private, space.id(), addr.value()};
  // The page as a writer sees it, so that memory still copy-on-write is nobody else's; read-only
  // memory may be waited on too (get_futex_key() in kernel/futex/core.c).
  auto page = space.resolve_fault(addr, Access::Write);
  if (!page.ok()) page = space.resolve_fault(addr, Access::Read);
  if (!page.ok()) return Errno::EFAULT;
  if (!page->shared) return FutexKey{FutexKey::Kind::SharedAnonymous, space.id(), addr.value()};
  return FutexKey{FutexKey::Kind::SharedFrame, static_cast<u64>(page->frame), addr.page_offset()};
}

FutexTable::State FutexTable::state(i32 tid, u32 place) const {
  const auto found = sleepers_.find({tid, place});
  return found == sleepers_.end() ? State::Absent : found->second.state;
}

void FutexTable::add(i32 tid, const FutexKey& key, u32 bitset, u32 place, i32 priority,
                     std::optional<WantedLock> lock) {
  const auto [it, fresh] = sleepers_.try_emplace({tid, place});
  CHECK(fresh);
  Sleeper& sleeper = it->second;
  sleeper.key = key;
  sleeper.bitset = bitset;
  sleeper.tid = tid;
  sleeper.priority = priority;
  sleeper.lock = std::move(lock);
  queue_by_priority(queues_[key], sleeper);
}

std::optional<FutexTable::First> FutexTable::first(const FutexKey& key) const {
  const auto queue = queues_.find(key);
  if (queue == queues_.end()) return std::nullopt;
  const Sleeper& sleeper = *queue->second.front();
  return First{sleeper.tid, sleeper.lock};
}

bool FutexTable::any_wants_lock(const FutexKey& key) const {
  const auto queue = queues_.find(key);
  if (queue == queues_.end()) return false;
  return std::any_of(queue->second.begin(), queue->second.end(),
                     [](const Sleeper* sleeper) { return sleeper->lock.has_value(); });
}

void FutexTable::wait_on(Waiter& waiter, i32 tid, u32 place) {
  const auto found = sleepers_.find({tid, place});
  CHECK(found != sleepers_.end());
  waiter.wait_on(found->second.queue);
}

void FutexTable::forget_task(i32 tid) {
  forget(tid);
  priority_inheritance_.forget(tid);
}

void FutexTable::forget(i32 tid) {
  auto found = sleepers_.lower_bound({tid, 0});
  while (found != sleepers_.end() && found->first.first == tid) {
    if (found->second.state == State::Asleep) leave_queue(found->second);
    found = sleepers_.erase(found);
  }
}

void FutexTable::leave_queue(Sleeper& sleeper) {
  const auto queue = queues_.find(sleeper.key);
  CHECK(queue != queues_.end());
  // They go from the front, as a rule: no look at all of them.
  const auto place = std::find(queue->second.begin(), queue->second.end(), &sleeper);
  CHECK(place != queue->second.end());
  queue->second.erase(place);
  if (queue->second.empty()) queues_.erase(queue);
}

u32 FutexTable::wake(const FutexKey& key, u32 most, u32 bitset) {
  const auto found = queues_.find(key);
  if (found == queues_.end()) return 0;
  u32 woken = 0;
  const std::deque<Sleeper*> candidates = found->second;
  for (Sleeper* sleeper : candidates) {
    if (woken == most) break;
    if (!(sleeper->bitset & bitset)) continue;
    leave_queue(*sleeper);
    sleeper->state = State::Woken;
    sleeper->queue.wake_all();
    ++woken;
  }
  return woken;
}

void FutexTable::wake(AddressSpace& space, GuestAddr addr, u32 most) {
  const auto key = key_of(space, addr, FutexScope::Shared);
  if (key.ok()) wake(*key, most, abi::kFutexMatchAny);
}

u32 FutexTable::requeue(const FutexKey& from, const FutexKey& to, u32 wake_most, u32 move_most) {
  const u32 woken = wake(from, wake_most, abi::kFutexMatchAny);
  const auto found = queues_.find(from);
  if (found == queues_.end()) return woken;
  const std::deque<Sleeper*> rest = found->second;
  const u32 moved = static_cast<u32>(std::min<u64>(rest.size(), move_most));
  for (u32 i = 0; i < moved; ++i) {
    leave_queue(*rest[i]);
    rest[i]->key = to;
    queue_by_priority(queues_[to], *rest[i]);
  }
  return woken + moved;
}

}  // namespace kemu
