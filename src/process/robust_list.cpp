#include "base/abi/futex.h"
#include "process/kernel.h"

// What a task's end, or its exec, means to those who share its memory: the robust futexes it holds
// are marked, and its tid is cleared. Linux's futex_exec_release() and mm_release().

namespace kemu {

namespace {

constexpr u32 kMostRobustFutexes = 2048;  // ROBUST_LIST_LIMIT: a ring ends somewhere
constexpr u64 kPriorityInheritance = 1;   // the lowest bit of a list pointer

/// struct robust_list_head.
struct RobustListHead {
  u64 next = 0;
  i64 futex_offset = 0;
  u64 pending = 0;
};
static_assert(sizeof(RobustListHead) == 24);

enum class Entry : u8 { Listed, Pending };

/// handle_futex_death(). False when the word is not there: the rest of the list is not trusted.
bool bury(Task& task, FutexTable& futexes, u64 pointer, i64 offset, Entry entry) {
  AddressSpace& space = *task.space;
  const GuestAddr addr((pointer & ~kPriorityInheritance) + static_cast<u64>(offset));
  const bool plain = !(pointer & kPriorityInheritance);
  if (addr.value() % sizeof(u32) != 0) return false;
  const auto word = space.read_value<u32>(addr);
  if (!word.ok()) return false;
  // It was about to be unlocked, and the waiter not yet woken.
  if (entry == Entry::Pending && plain && *word == 0) {
    futexes.wake(space, addr, 1);
    return true;
  }
  if ((*word & abi::kFutexTidMask) != static_cast<u32>(task.tid())) return true;
  const u32 changed = (*word & abi::kFutexWaiters) | abi::kFutexOwnerDied;
  if (!space.write_value(addr, changed).ok()) return false;
  if (plain && (*word & abi::kFutexWaiters)) futexes.wake(space, addr, 1);
  return true;
}

void bury_all(Task& task, FutexTable& futexes) {
  const GuestAddr at = task.robust_list;
  const auto head = task.space->read_value<RobustListHead>(at);
  if (!head.ok()) return;
  u64 entry = head->next;
  for (u32 count = 0; count < kMostRobustFutexes; ++count) {
    const u64 address = entry & ~kPriorityInheritance;
    if (address == at.value()) break;
    // Read before the word changes: its owner may free the entry as soon as it can lock it.
    const auto next = task.space->read_value<u64>(GuestAddr(address));
    if (address != (head->pending & ~kPriorityInheritance) &&
        !bury(task, futexes, entry, head->futex_offset, Entry::Listed))
      return;
    if (!next.ok()) return;
    entry = *next;
  }
  if (head->pending != 0) bury(task, futexes, head->pending, head->futex_offset, Entry::Pending);
}

}  // namespace

void Kernel::release_futexes(Task& task) {
  if (!task.robust_list.is_null()) bury_all(task, futexes_);
  task.robust_list = GuestAddr();
  futexes_.priority_inheritance().holder_died(task.tid());
  // Only while somebody else has this memory: nobody could look.
  if (!task.clear_child_tid.is_null() && task.space.use_count() > 1) {
    (void)task.space->write_value(task.clear_child_tid, i32{0});
    futexes_.wake(*task.space, task.clear_child_tid, 1);
  }
  task.clear_child_tid = GuestAddr();
}

}  // namespace kemu
