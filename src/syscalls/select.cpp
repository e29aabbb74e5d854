#include <algorithm>
#include <array>
#include <bit>

#include "syscalls/file_wait.h"
#include "syscalls/handlers.h"
#include "syscalls/temporary_mask.h"

// pselect6(2): fs/select.c's core_sys_select and do_select.

namespace kemu {

namespace {

constexpr u64 kWordBits = 64;
// What makes a descriptor ready to read, to write, and exceptional: POLLIN_SET and kin.
constexpr std::array<u32, 3> kReady = {
    kPollIn | kPollReadNormal | kPollHangUp | kPollError,
    kPollOut | kPollWriteNormal | kPollError,
    kPollPriority,
};

/// The sets a guest gave, as long as its count says: fd_set's size is only a libc's habit.
struct DescriptorSets {
  std::array<GuestAddr, 3> where;
  std::array<std::vector<u64>, 3> wanted;
  std::array<std::vector<u64>, 3> ready;
};

Result<DescriptorSets> take_sets(Task& task, const std::array<GuestAddr, 3>& where, u64 count) {
  DescriptorSets sets;
  sets.where = where;
  const u64 words = (count + kWordBits - 1) / kWordBits;
  for (u64 kind = 0; kind < where.size(); ++kind) {
    sets.wanted[kind].resize(words);
    sets.ready[kind].resize(words);
    if (where[kind].is_null()) continue;
    TRY(task.space->read(where[kind], std::as_writable_bytes(std::span(sets.wanted[kind]))));
  }
  return sets;
}

Result<Unit> give_back_sets(Task& task, const DescriptorSets& sets) {
  for (u64 kind = 0; kind < sets.where.size(); ++kind) {
    if (sets.where[kind].is_null()) continue;
    TRY(task.space->write(sets.where[kind], std::as_bytes(std::span(sets.ready[kind]))));
  }
  return Unit{};
}

/// One descriptor in whichever sets it is: EBADF when it is not open.
Result<i32> look_at(Task& task, DescriptorSets& sets, u64 number, std::vector<FileWatch>& watches) {
  const u64 word = number / kWordBits;
  const u64 bit = u64{1} << number % kWordBits;
  u32 events = 0;
  for (u64 kind = 0; kind < kReady.size(); ++kind)
    if ((sets.wanted[kind][word] & bit) != 0) events |= kReady[kind];
  if (events == 0) return i32{0};
  const auto file = TRY(look_up_file(task, Fd{static_cast<i32>(number)}));
  const u32 found = file->poll();
  i32 ready = 0;
  for (u64 kind = 0; kind < kReady.size(); ++kind) {
    if ((sets.wanted[kind][word] & bit) == 0 || (found & kReady[kind]) == 0) continue;
    sets.ready[kind][word] |= bit;
    ++ready;
  }
  if (ready == 0) watches.push_back({file, events});
  return ready;
}

SyscallResult<i32> do_select(Task& task, i32 count, const std::array<GuestAddr, 3>& where,
                             Timeout timeout) {
  if (count < 0) return Errno::EINVAL;
  // Linux looks at no more descriptors than the table has room for (core_sys_select).
  const u64 looked_at = std::min(static_cast<u64>(count), task.files->capacity());
  DescriptorSets sets = TRY(take_sets(task, where, looked_at));
  std::vector<FileWatch> watches;
  i32 ready = 0;
  for (u64 number = 0; number < looked_at; ++number)
    ready += TRY(look_at(task, sets, number, watches));
  if (ready == 0) TRY_CALL(wait_for_any(task, watches, timeout));
  TRY(give_back_sets(task, sets));
  return ready;
}

Result<std::optional<SigSet>> take_mask_argument(Task& task, InPtr<abi::SigSetArgument> pointer) {
  if (pointer.is_null()) return std::optional<SigSet>{};
  const auto mask = TRY(task.space->read_value<abi::SigSetArgument>(pointer.addr));
  return take_mask(task, GuestAddr(mask.address), mask.size);
}

}  // namespace

SyscallResult<i32> sys_pselect6(Task& task, i32 count, InOutPtr<abi::FdSet> read,
                                InOutPtr<abi::FdSet> write, InOutPtr<abi::FdSet> except,
                                InOutPtr<abi::Timespec> timeout, InPtr<abi::SigSetArgument> mask) {
  const Timeout length = TRY(take_timeout(task, timeout));
  const auto temporary = TRY(take_mask_argument(task, mask));
  const auto result = with_temporary_mask(task, temporary, [&] {
    return do_select(task, count, {read.addr, write.addr, except.addr}, length);
  });
  if (!result.is_blocked() || task.syscall.interrupted) give_back_timeout(task, timeout, length);
  return result;
}

}  // namespace kemu
