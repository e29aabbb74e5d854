#include "syscalls/file_wait.h"
#include "syscalls/handlers.h"
#include "syscalls/temporary_mask.h"

// ppoll(2).

namespace kemu {

namespace {

constexpr u32 kAlways = kPollError | kPollHangUp;

/// Fills in `revents`; how many are not 0. What could be waited for goes to `watches`.
i32 look_at_all(Task& task, std::vector<abi::PollFd>& fds, std::vector<FileWatch>& watches) {
  i32 ready = 0;
  for (abi::PollFd& entry : fds) {
    entry.revents = 0;
    if (entry.fd < 0) continue;
    const auto file = look_up_file(task, Fd{entry.fd});
    const u32 events = static_cast<u16>(entry.events);
    const u32 found =
        file.ok() ? (*file)->poll() & (events | kAlways) : static_cast<u32>(kPollInvalid);
    entry.revents = static_cast<i16>(found);
    if (found != 0)
      ++ready;
    else
      watches.push_back({*file, events});
  }
  return ready;
}

SyscallResult<i32> do_poll(Task& task, GuestAddr addr, u64 count, Timeout timeout) {
  if (count > descriptor_limit(task)) return Errno::EINVAL;
  std::vector<abi::PollFd> fds(count);
  TRY(task.space->read(addr, std::as_writable_bytes(std::span(fds))));
  std::vector<FileWatch> watches;
  const i32 ready = look_at_all(task, fds, watches);
  if (ready == 0) TRY_CALL(wait_for_any(task, watches, timeout));
  TRY(task.space->write(addr, std::as_bytes(std::span(fds))));
  return ready;
}

}  // namespace

SyscallResult<i32> sys_ppoll(Task& task, InOutPtr<abi::PollFd> fds, u64 count,
                             InOutPtr<abi::Timespec> timeout, InPtr<u64> mask, u64 mask_size) {
  const Timeout length = TRY(take_timeout(task, timeout));
  const auto temporary = TRY(take_mask(task, mask.addr, mask_size));
  const auto result =
      with_temporary_mask(task, temporary,
                          // The kernel's own parameter is an unsigned int.
                          [&] { return do_poll(task, fds.addr, static_cast<u32>(count), length); });
  if (!result.is_blocked() || task.syscall.interrupted) give_back_timeout(task, timeout, length);
  return result;
}

}  // namespace kemu
