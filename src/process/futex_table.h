#pragma once

#include <compare>
#include <deque>
#include <map>

#include "base/result.h"
#include "fs/wait_queue.h"
#include "vm/address_space.h"

namespace kemu {

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

/// Who sleeps on which futex, in the order they came; Linux's futex hash table. A sleeper is known
/// by its tid: its call is re-run when it wakes, and then asks here what became of it.
class FutexTable {
 public:
  /// EINVAL for an address that is not a multiple of 4; EFAULT for shared memory not there.
  static Result<FutexKey> key_of(AddressSpace& space, GuestAddr addr, FutexScope scope);

  enum class State : u8 { Absent, Asleep, Woken };
  State state(i32 tid) const;
  /// Puts a task that is Absent to sleep.
  void add(i32 tid, const FutexKey& key, u32 bitset);
  /// Makes the task of a sleeper wait until it is woken.
  void wait_on(Waiter& waiter, i32 tid);
  /// The call is over, whatever its end (also: the task is gone).
  void forget(i32 tid);

  /// Wakes at most `most` sleepers whose bitset meets `bitset`; how many it woke.
  u32 wake(const FutexKey& key, u32 most, u32 bitset);
  /// The wake-up at a thread's end, of clear_child_tid: shared scope, as Linux does it.
  void wake(AddressSpace& space, GuestAddr addr, u32 most);
  /// Wakes `wake_most`, then moves `move_most` of those left to `to`; how many of both.
  u32 requeue(const FutexKey& from, const FutexKey& to, u32 wake_most, u32 move_most);

 private:
  struct Sleeper {
    FutexKey key;
    u32 bitset = 0;
    State state = State::Asleep;
    WaitQueue queue;
  };
  void leave_queue(Sleeper& sleeper);

  std::map<i32, Sleeper> sleepers_;  // by tid
  std::map<FutexKey, std::deque<Sleeper*>> queues_;
};

}  // namespace kemu
