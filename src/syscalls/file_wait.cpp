#include "syscalls/file_wait.h"

#include <algorithm>

#include "syscalls/time_values.h"

namespace kemu {

Result<Timeout> take_timeout(Task& task, InOutPtr<abi::Timespec> timeout) {
  if (timeout.is_null()) return Timeout{};
  return Timeout{TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timespec>(timeout.addr))))};
}

void give_back_timeout(Task& task, InOutPtr<abi::Timespec> where, Timeout timeout) {
  // A zero timeout stays as it is (poll_select_finish).
  if (where.is_null() || !timeout || *timeout == 0) return;
  const Nanoseconds left = task.deadline_after(*timeout) - task.kernel().monotonic();
  (void)task.space->write_value(where.addr, to_timespec(std::max<Nanoseconds>(left, 0)));
}

Result<std::optional<SigSet>> take_mask(Task& task, GuestAddr mask, u64 size) {
  if (mask.is_null()) return std::optional<SigSet>{};
  if (size != sizeof(u64)) return Errno::EINVAL;
  return std::optional(SigSet(TRY(task.space->read_value<u64>(mask))));
}

SyscallResult<i32> wait_for_any(Task& task, const std::vector<FileWatch>& watches, Timeout timeout,
                                Restart restart) {
  if (task.syscall.timed_out || timeout == Nanoseconds{0}) return i32{0};
  for (const FileWatch& watch : watches) watch.file->wait_on(watch.events, task);
  // They stay open while somebody sleeps on them, under no number that a later look could find.
  if (task.files.use_count() > 1) {
    constexpr i32 kNoNumber = -1;
    std::erase_if(task.syscall.held, [](const auto& held) { return held.first == kNoNumber; });
    for (const FileWatch& watch : watches) task.syscall.held.emplace_back(kNoNumber, watch.file);
  }
  Blocked blocked{restart, -1};
  if (timeout) blocked.deadline = task.deadline_after(*timeout);
  return blocked;
}

}  // namespace kemu
