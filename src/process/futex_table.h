#pragma once

#include <compare>
#include <deque>
#include <map>

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

/// Who waits for which lock of FUTEX_LOCK_PI, and who holds it; Linux's `struct futex_pi_state`.
/// The lock's word says who the holder is: guests take free locks themselves. With one CPU nothing
/// has to inherit a priority.
class PiFutexes {
 public:
  enum class State : u8 { Absent, Waiting, Holding };
  State state(i32 tid) const;
  bool has_waiters(const FutexKey& key) const { return queues_.contains(key); }
  /// Puts a task that is Absent at the end of a lock's queue.
  void add(Task& task, const FutexKey& key, GuestAddr addr, i32 holder);
  void wait_on(Waiter& waiter, i32 tid);
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
  State state(i32 tid, u32 place = 0) const;
  /// Puts a task that is Absent to sleep.
  void add(i32 tid, const FutexKey& key, u32 bitset, u32 place = 0);
  /// Makes the task of a sleeper wait until it is woken.
  void wait_on(Waiter& waiter, i32 tid, u32 place = 0);
  /// The call is over, whatever its end.
  void forget(i32 tid);
  /// The task is gone.
  void forget_task(i32 tid);

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
    State state = State::Asleep;
    WaitQueue queue;
  };
  void leave_queue(Sleeper& sleeper);

  std::map<std::pair<i32, u32>, Sleeper> sleepers_;  // by tid and place
  std::map<FutexKey, std::deque<Sleeper*>> queues_;
  PiFutexes priority_inheritance_;
};

}  // namespace kemu
