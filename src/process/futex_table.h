#pragma once

#include <compare>
#include <deque>
#include <map>
#include <optional>

#include "base/result.h"
#include "fs/wait_queue.h"
#include "vm/address_space.h"

namespace kemu {

class KernelCopy;
class Task;

/// What a futex is known by; Linux's `union futex_key`.
struct FutexKey {
  enum class Kind : u8 {
    Private,          // FUTEX_PRIVATE_FLAG: (address space, address)
    SharedAnonymous,  // no flag, but memory nobody shares: the same
    SharedFrame,      // memory that processes share: (frame, offset)
  } kind = Kind::Private;
  u64 owner = 0;   // address space id or frame
  u64 offset = 0;  // address, or offset in the frame
  friend auto operator<=>(const FutexKey&, const FutexKey&) = default;
};

enum class FutexScope : u8 { Private, Shared };

/// Puts a sleeper into a queue: those of a higher real-time priority are before it, as in Linux's
/// plist (futex_queue()); the others have none.
template <typename Sleeper>
void queue_by_priority(std::deque<Sleeper*>& queue, Sleeper& sleeper) {
  auto place = queue.end();
  while (place != queue.begin() && (*std::prev(place))->priority < sleeper.priority) --place;
  queue.insert(place, &sleeper);
}

/// Who waits for which lock of FUTEX_LOCK_PI, and who holds it; Linux's `struct futex_pi_state`.
/// The lock's word says who the holder is: guests take free locks themselves. With one CPU nothing
/// has to inherit a priority.
class PiFutexes {
 public:
  enum class State : u8 { Absent, Waiting, Holding };
  State state(i32 tid) const;
  bool has_waiters(const FutexKey& key) const { return queues_.contains(key); }
  /// Who holds a lock as far as those who wait for it know; 0 without waiters.
  i32 holder(const FutexKey& key) const;
  /// Puts a task that is Absent into a lock's queue, behind those of its priority.
  void add(Task& task, const FutexKey& key, GuestAddr addr, i32 holder);
  /// Makes a task that is Absent the holder of a free lock, which it is told when it runs again.
  void grant(Task& task, const FutexKey& key, GuestAddr addr);
  void wait_on(Waiter& waiter, i32 tid);
  /// Whether `holder` waits, directly or by way of others, for a lock that `tid` holds.
  bool waits_for(i32 holder, i32 tid) const;
  /// The call is over, whatever its end.
  void forget(i32 tid);
  /// Makes the first waiter the holder, in the lock's word too, which gets `bits` besides.
  void hand_over(const FutexKey& key, u32 bits);
  /// The holder is gone: its locks go to those who wait, marked FUTEX_OWNER_DIED.
  void holder_died(i32 tid);
  void copy_from(const PiFutexes& original, KernelCopy& copy);

 private:
  struct Sleeper {
    Task* task = nullptr;
    FutexKey key;
    GuestAddr addr;
    i32 priority = 0;
    State state = State::Waiting;
    WaitQueue queue;
  };
  struct Lock {
    i32 holder = 0;
    std::deque<Sleeper*> waiters;
  };
  std::map<i32, Sleeper> sleepers_;  // by tid
  std::map<FutexKey, Lock> queues_;
};

/// Who sleeps on which futex, in the order they came; Linux's futex hash table. A sleeper is known
/// by its tid: its call is re-run when it wakes, and then asks here what became of it.
class FutexTable {
 public:
  /// EINVAL for an address that is not a multiple of 4; EFAULT for shared memory not there.
  static Result<FutexKey> key_of(AddressSpace& space, GuestAddr addr, FutexScope scope);

  enum class State : u8 { Absent, Asleep, Woken };
  /// The lock that a sleeper of FUTEX_WAIT_REQUEUE_PI is to be moved to.
  struct WantedLock {
    FutexKey key;
    GuestAddr addr;
  };
  /// A sleeper as FUTEX_CMP_REQUEUE_PI looks at it.
  struct First {
    i32 tid = 0;
    std::optional<WantedLock> lock;
  };
  State state(i32 tid, u32 place = 0) const;
  /// Puts a task that is Absent to sleep, behind those of its priority.
  void add(i32 tid, const FutexKey& key, u32 bitset, u32 place = 0, i32 priority = 0,
           std::optional<WantedLock> lock = {});
  /// Makes the task of a sleeper wait until it is woken.
  void wait_on(Waiter& waiter, i32 tid, u32 place = 0);
  /// The call is over, whatever its end.
  void forget(i32 tid);
  /// The task is gone.
  void forget_task(i32 tid);

  /// Who would be woken next; nothing when nobody sleeps there.
  std::optional<First> first(const FutexKey& key) const;
  /// Whether somebody there sleeps in FUTEX_WAIT_REQUEUE_PI, who cannot be woken otherwise.
  bool any_wants_lock(const FutexKey& key) const;
  /// Wakes at most `most` sleepers whose bitset meets `bitset`; how many it woke.
  u32 wake(const FutexKey& key, u32 most, u32 bitset);
  /// The wake-up at a thread's end, of clear_child_tid: shared scope, as Linux does it.
  void wake(AddressSpace& space, GuestAddr addr, u32 most);
  /// Wakes `wake_most`, then moves `move_most` of those left to `to`; how many of both.
  u32 requeue(const FutexKey& from, const FutexKey& to, u32 wake_most, u32 move_most);

  PiFutexes& priority_inheritance() { return priority_inheritance_; }

  void copy_from(const FutexTable& original, KernelCopy& copy);

 private:
  struct Sleeper {
    FutexKey key;
    u32 bitset = 0;
    i32 tid = 0;
    i32 priority = 0;
    std::optional<WantedLock> lock;
    State state = State::Asleep;
    WaitQueue queue;
  };
  void leave_queue(Sleeper& sleeper);

  std::map<std::pair<i32, u32>, Sleeper> sleepers_;  // by tid and place
  std::map<FutexKey, std::deque<Sleeper*>> queues_;
  PiFutexes priority_inheritance_;
};

}  // namespace kemu
