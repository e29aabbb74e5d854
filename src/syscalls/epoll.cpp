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
  if (found.empty()) return wait_for_any(task, {{epoll, kPollIn}}, timeout);
  TRY(task.space->write(events, std::as_bytes(std::span(found))));
  return static_cast<i32>(found.size());
}

}  // namespace

SyscallResult<Fd> sys_epoll_create1(Task& task, EpollFlags flags) {
  if (flags.any_but(abi::kEpollCloseOnExec)) return Errno::EINVAL;
  return install(task, make_epoll(task.kernel().next_anonymous_inode()),
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
  switch (operation.bits) {
    case abi::kEpollAdd: return epoll->add(fd.value, file, wanted);
    case abi::kEpollModify: return epoll->modify(fd.value, *file, wanted);
    case abi::kEpollDelete: return epoll->remove(fd.value, *file);
    default: return Errno::EINVAL;
  }
}

SyscallResult<i32> sys_epoll_pwait(Task& task, Fd epoll, OutPtr<abi::EpollEvent> events, i32 most,
                                   i32 timeout, InPtr<u64> mask, u64 mask_size) {
  const auto temporary = TRY(take_mask(task, mask.addr, mask_size));
  const Timeout length = timeout < 0 ? Timeout{} : Timeout{timeout * kMillisecond};
  return with_temporary_mask(task, temporary,
                             [&] { return do_wait(task, epoll, events.addr, most, length); });
}

}  // namespace kemu
