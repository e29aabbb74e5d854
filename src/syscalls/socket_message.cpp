#include <algorithm>

#include "syscalls/file_wait.h"
#include "syscalls/handlers.h"
#include "syscalls/socket_access.h"
#include "syscalls/time_values.h"

// sendto(2), sendmsg(2), sendmmsg(2) and their counterparts.

namespace kemu {

namespace {

constexpr u32 kMostMessages = 1024;  // UIO_MAXIOV: sendmmsg does no more in one call
constexpr u64 kMostIovecs = 1024;

// Over re-runs of the multiple calls: how many messages are done, and bytes of the one under way.
constexpr unsigned kCountShift = 40;
constexpr u64 kBytesMask = (u64{1} << kCountShift) - 1;

/// copy_msghdr_from_user() but for the address.
Result<abi::MessageHeader> take_header(Task& task, GuestAddr from) {
  auto header = TRY(task.space->read_value<abi::MessageHeader>(from));
  if (header.name == 0) header.name_size = 0;
  if (header.name_size < 0) return Errno::EINVAL;
  header.name_size = std::min(header.name_size, static_cast<i32>(abi::kAddressSize));
  if (header.control == 0) header.control_size = 0;
  if (header.iov_count > kMostIovecs) return Errno::EMSGSIZE;
  return header;
}

Result<GuestBuffer> take_iovecs(Task& task, const abi::MessageHeader& header) {
  return GuestBuffer::from_iovecs(*task.space, GuestAddr(header.iov),
                                  static_cast<i32>(header.iov_count));
}

Result<Unit> take_destination(Task& task, Socket& socket, GuestAddr from, i32 size,
                              SendRequest& request) {
  request.to = TRY(take_address(task, from, size));
  if (socket.type() == abi::kSockDatagram)
    request.to_file = TRY(find_destination(task, socket, *request.to));
  return Unit{};
}

SyscallResult<u64> send_message(Task& task, Socket& socket, GuestAddr at, u32 flags, u64& done) {
  const auto header = TRY(take_header(task, at));
  SendRequest request;
  request.flags = flags;
  const bool named = header.name_size > 0;
  if (named) request.to = TRY(take_address(task, GuestAddr(header.name), header.name_size));
  const auto buffer = TRY(take_iovecs(task, header));
  request.with = TRY(take_control(task, socket, GuestAddr(header.control), header.control_size));
  if (named) TRY(take_destination(task, socket, GuestAddr(header.name), header.name_size, request));
  return do_send(task, socket, buffer, request, done);
}

/// Writes the header back: address, control messages, flags.
Result<Unit> give_header(Task& task, GuestAddr at, const abi::MessageHeader& given,
                         const Incoming& incoming, u32 flags) {
  abi::MessageHeader header = given;
  header.flags = incoming.flags | (flags & abi::kMsgCloseOnExec);
  const auto close_on_exec =
      (flags & abi::kMsgCloseOnExec) != 0 ? CloseOnExec::Yes : CloseOnExec::No;
  give_control(task, incoming.with, header, close_on_exec);
  if (given.name != 0)
    TRY(give_address(task, incoming.from.value_or(SocketAddress{}), GuestAddr(given.name),
                     at + offsetof(abi::MessageHeader, name_size)));
  TRY(task.space->write_value(at + offsetof(abi::MessageHeader, flags), header.flags));
  return task.space->write_value(at + offsetof(abi::MessageHeader, control_size),
                                 header.control_size);
}

SyscallResult<u64> receive_message(Task& task, Socket& socket, GuestAddr at, u32 flags, u64& done) {
  const auto header = TRY(take_header(task, at));
  const auto buffer = TRY(take_iovecs(task, header));
  const auto incoming = TRY_CALL(do_receive(task, socket, buffer, flags, done));
  TRY(give_header(task, at, header, incoming, flags));
  return received_size(socket, incoming, flags);
}

/// Does one message after the other; one that fails after the first ends the call with the number
/// of those before it. `failed` hears why.
template <typename One, typename Failed>
SyscallResult<i32> for_each_message(Task& task, GuestAddr messages, u32 count, One&& one,
                                    Failed&& failed) {
  u64& progress = task.syscall.progress;
  u64 number = progress >> kCountShift;
  u64 done = progress & kBytesMask;
  while (number < std::min(count, kMostMessages)) {
    const GuestAddr at = messages + number * sizeof(abi::MultipleMessageHeader);
    const auto result = one(at, number, done);
    progress = number << kCountShift | done;
    if (result.is_blocked() && !(task.syscall.interrupted && number > 0)) return result.blocked();
    if (result.is_blocked()) break;
    if (!result.ok() && number == 0) return result.outcome();
    if (!result.ok()) {
      failed(result.error());
      break;
    }
    const auto told = task.space->write_value(at + offsetof(abi::MultipleMessageHeader, size),
                                              static_cast<u32>(result.value()));
    if (!told.ok() && number == 0) return told.error();
    if (!told.ok()) {
      failed(told.error());
      break;
    }
    done = 0;
    progress = ++number << kCountShift;
  }
  return static_cast<i32>(number);
}

}  // namespace

SyscallResult<u64> sys_sendto(Task& task, Fd fd, InBytes buf, u64 size, MessageFlags flags,
                              InAddress to, i32 to_size) {
  auto buffer = TRY(GuestBuffer::from_range(buf.addr, size));
  buffer.truncate(task.syscall.most_bytes);
  const auto socket = TRY(get_socket(task, fd));
  SendRequest request;
  request.flags = flags.bits;
  if (!to.addr.is_null()) TRY(take_destination(task, *socket, to.addr, to_size, request));
  return do_send(task, *socket, buffer, request, task.syscall.progress);
}

SyscallResult<u64> sys_recvfrom(Task& task, Fd fd, OutBytes buf, u64 size, MessageFlags flags,
                                OutAddress from, GuestAddr from_size) {
  auto buffer = TRY(GuestBuffer::from_range(buf.addr, size));
  buffer.truncate(task.syscall.most_bytes);
  const auto socket = TRY(get_socket(task, fd));
  const auto incoming =
      TRY_CALL(do_receive(task, *socket, buffer, flags.bits, task.syscall.progress));
  if (!from.addr.is_null())
    TRY(give_address(task, incoming.from.value_or(SocketAddress{}), from.addr, from_size));
  return received_size(*socket, incoming, flags.bits);
}

SyscallResult<u64> sys_sendmsg(Task& task, Fd fd, InPtr<abi::MessageHeader> message,
                               MessageFlags flags) {
  const auto socket = TRY(get_socket(task, fd));
  return send_message(task, *socket, message.addr, flags.bits, task.syscall.progress);
}

SyscallResult<u64> sys_recvmsg(Task& task, Fd fd, OutPtr<abi::MessageHeader> message,
                               MessageFlags flags) {
  const auto socket = TRY(get_socket(task, fd));
  return receive_message(task, *socket, message.addr, flags.bits, task.syscall.progress);
}

SyscallResult<i32> sys_sendmmsg(Task& task, Fd fd, GuestAddr messages, u32 count,
                                MessageFlags flags) {
  const auto socket = TRY(get_socket(task, fd));
  return for_each_message(
      task, messages, count,
      [&](GuestAddr at, u64, u64& done) {
        return send_message(task, *socket, at, flags.bits, done);
      },
      [](Errno) {});
}

SyscallResult<i32> sys_recvmmsg(Task& task, Fd fd, GuestAddr messages, u32 count,
                                MessageFlags flags, InOutPtr<abi::Timespec> timeout) {
  const Timeout length = TRY(take_timeout(task, timeout));
  const auto socket = TRY(get_socket(task, fd));
  const Nanoseconds end = length ? task.deadline_after(*length) : kTimeMax;
  // An earlier call's error comes first, though not when that is what is asked for (do_recvmmsg).
  const bool starts = task.syscall.progress == 0 && !task.syscall.has_waited;
  if (starts && !flags.has(abi::kMsgErrorQueue)) TRY(socket->take_error());
  const auto one = [&](GuestAddr at, u64 number, u64& done) {
    // Looked at after each message only: a wait is not cut short (recvmmsg(2), BUGS).
    const bool over = length && number > 0 && task.kernel().monotonic() >= end;
    if (over) return SyscallResult<u64>(Errno::EAGAIN);
    const bool no_wait = number > 0 && flags.has(abi::kMsgWaitForOne);
    const u32 extra = no_wait ? abi::kMsgDontWait : 0;
    const u32 used = (flags.bits & ~abi::kMsgWaitForOne) | extra;
    return receive_message(task, *socket, at, used, done);
  };
  const auto result = for_each_message(task, messages, count, one, [&](Errno error) {
    if (error != Errno::EAGAIN) socket->keep_error(error);
  });
  if (length && result.ok()) {
    const Nanoseconds left = std::max<Nanoseconds>(end - task.kernel().monotonic(), 0);
    TRY(task.space->write_value(timeout.addr, to_timespec(left)));
  }
  return result;
}

}  // namespace kemu
