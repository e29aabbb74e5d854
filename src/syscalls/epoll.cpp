#include <algorithm>

#include "base/abi/events.h"
#include "fs/epoll.h"
#include "syscalls/file_wait.h"
#include "syscalls/handlers.h"
#include "syscalls/temporary_mask.h"
#include "syscalls/time_values.h"

// epoll(7).

namespace kemu {

namespace {

constexpr i32 kMostEvents = INT32_MAX / static_cast<i32>(sizeof(abi::EpollEvent));
/// So many are told in one call, however long the guest's array is.
constexpr u64 kEventsAtOnce = 4096;
constexpr Nanoseconds kMillisecond = kSecond / 1000;

/// EINVAL for another kind of file.
Result<std::shared_ptr<Epoll>> get_epoll(Task& task, Fd fd) {
  auto epoll = std::dynamic_pointer_cast<Epoll>(TRY(get_file(task, fd)));
  if (!epoll) return Errno::EINVAL;
  return epoll;
}

SyscallResult<i32> do_wait(Task& task, Fd fd, GuestAddr events, i32 most, Timeout timeout) {
  if (most <= 0 || most > kMostEvents) return Errno::EINVAL;
  const auto epoll = TRY(get_epoll(task, fd));
  const auto found = epoll->collect(std::min(static_cast<u64>(most), kEventsAtOnce));
  if (found.empty()) return wait_for_any(task, {{epoll, kPollIn}}, timeout, Restart::Never);
  TRY(task.space->write(events, std::as_bytes(std::span(found))));
  return static_cast<i32>(found.size());
}

/// EPOLLEXCLUSIVE goes with few other bits, and not with nested epolls.
bool may_be_exclusive(const FileDescription& file, u32 events) {
  constexpr u32 kAllowed = kPollIn | kPollOut | kPollError | kPollHangUp | abi::kEpollWakeUp |
                           abi::kEpollEdgeTriggered | abi::kEpollExclusive;
  return !(events & ~kAllowed) && !dynamic_cast<const Epoll*>(&file);
}

SyscallResult<i32> wait_with_mask(Task& task, Fd epoll, GuestAddr events, i32 most, Timeout timeout,
                                  InPtr<u64> mask, u64 mask_size) {
  const auto temporary = TRY(take_mask(task, mask.addr, mask_size));
  return with_temporary_mask(task, temporary,
                             [&] { return do_wait(task, epoll, events, most, timeout); });
}

}  // namespace

SyscallResult<Fd> sys_epoll_create1(Task& task, EpollFlags flags) {
  if (flags.any_but(abi::kEpollCloseOnExec)) return Errno::EINVAL;
  return install(task, make_epoll(task.kernel().next_anonymous_inode(), task.kernel().poller()),
                 close_on_exec_of(flags.bits));
}

SyscallResult<Unit> sys_epoll_ctl(Task& task, Fd epoll_fd, EpollOperation operation, Fd fd,
                                  InPtr<abi::EpollEvent> event) {
  abi::EpollEvent wanted;
  if (operation.bits != abi::kEpollDelete)
    wanted = TRY(task.space->read_value<abi::EpollEvent>(event.addr));
  TRY(get_file(task, epoll_fd));
  const auto file = TRY(get_file(task, fd));
  if (!file->pollable()) return Errno::EPERM;
  const auto epoll = TRY(get_epoll(task, epoll_fd));
  if (epoll == file) return Errno::EINVAL;
  const bool exclusive = (wanted.events & abi::kEpollExclusive) != 0;
  if (exclusive && operation.bits == abi::kEpollModify) return Errno::EINVAL;
  if (exclusive && operation.bits == abi::kEpollAdd && !may_be_exclusive(*file, wanted.events))
    return Errno::EINVAL;
  switch (operation.bits) {
    case abi::kEpollAdd: return epoll->add(fd.value, file, wanted);
    case abi::kEpollModify: return epoll->modify(fd.value, *file, wanted);
    case abi::kEpollDelete: return epoll->remove(fd.value, *file);
    default: return Errno::EINVAL;
  }
}

SyscallResult<i32> sys_epoll_pwait(Task& task, Fd epoll, OutPtr<abi::EpollEvent> events, i32 most,
                                   i32 timeout, InPtr<u64> mask, u64 mask_size) {
  const Timeout length = timeout < 0 ? Timeout{} : Timeout{timeout * kMillisecond};
  return wait_with_mask(task, epoll, events.addr, most, length, mask, mask_size);
}

SyscallResult<i32> sys_epoll_pwait2(Task& task, Fd epoll, OutPtr<abi::EpollEvent> events, i32 most,
                                    InPtr<abi::Timespec> timeout, InPtr<u64> mask, u64 mask_size) {
  Timeout length;
  if (!timeout.is_null())
    length = TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timespec>(timeout.addr))));
  return wait_with_mask(task, epoll, events.addr, most, length, mask, mask_size);
}

}  // namespace kemu
