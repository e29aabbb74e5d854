#include <algorithm>

#include "syscalls/handlers.h"
#include "syscalls/known_requests.h"
#include "syscalls/socket_access.h"
#include "syscalls/time_values.h"

// setsockopt(2) and getsockopt(2): time limits are kept here, the rest belongs to the socket.

namespace kemu {

namespace {

/// So much of a value is looked at; no option is longer (kLargestOption of the host's sockets).
constexpr u64 kLongestValue = 4096;

/// Which time limit an option is; null for other options.
std::optional<Nanoseconds>* time_limit(Socket& socket, SocketLevel level, SocketOption option) {
  if (level.bits != abi::kSolSocket) return nullptr;
  switch (option.bits) {
    case abi::kSoReceiveTimeout:
    case abi::kSoReceiveTimeoutNew: return &socket.receive_timeout;
    case abi::kSoSendTimeout:
    case abi::kSoSendTimeoutNew: return &socket.send_timeout;
    default: return nullptr;
  }
}

/// sock_set_timeout(): zero is for ever, a negative time is none at all.
Result<Unit> set_time_limit(std::optional<Nanoseconds>& limit, std::span<const std::byte> value) {
  abi::Timeval time;
  if (value.size() < sizeof time) return Errno::EINVAL;
  std::memcpy(&time, value.data(), sizeof time);
  if (time.usec < 0 || time.usec >= kSecond / kMicrosecond) return Errno::EDOM;
  limit.reset();
  if (time.sec < 0)
    limit = 0;
  else if (time.sec != 0 || time.usec != 0)
    limit = from_timespec({time.sec, time.usec * kMicrosecond});
  return Unit{};
}

std::vector<std::byte> time_limit_value(const std::optional<Nanoseconds>& limit) {
  const abi::Timeval time = to_timeval(limit.value_or(0));
  const auto bytes = std::as_bytes(std::span(&time, 1));
  return {bytes.begin(), bytes.end()};
}

/// What a guest asks of its socket that Linux would do, or "".
std::string missing_option(SocketLevel level, SocketOption option, Errno answer) {
  constexpr i32 kTcpLevel = 6;
  if (answer != Errno::ENOPROTOOPT && answer != Errno::EPERM) return {};
  const auto number = static_cast<u32>(option.bits);
  const std::string_view name = level.bits == abi::kSolSocket
                                    ? known_request(kSocketRequests, number)
                                : level.bits == kTcpLevel ? known_request(kTcpRequests, number)
                                                          : "";
  return name.empty() ? "" : fmt::format("setsockopt {}", name);
}

}  // namespace

SyscallResult<Unit> sys_setsockopt(Task& task, Fd fd, SocketLevel level, SocketOption option,
                                   GuestAddr value, i32 size) {
  if (size < 0) return Errno::EINVAL;
  const auto socket = TRY(get_socket(task, fd));
  if (level.bits == abi::kSolSocket && static_cast<u32>(size) < sizeof(i32)) return Errno::EINVAL;
  std::vector<std::byte> bytes(std::min<u64>(static_cast<u32>(size), kLongestValue));
  TRY(task.space->read(value, bytes));
  if (auto* limit = time_limit(*socket, level, option)) return set_time_limit(*limit, bytes);
  const auto set = socket->set_option(level.bits, option.bits, bytes);
  if (set.ok()) return set;
  const std::string missing = missing_option(level, option, set.error());
  if (!missing.empty()) note_missing(task, missing, set.error());
  return set;
}

SyscallResult<Unit> sys_getsockopt(Task& task, Fd fd, SocketLevel level, SocketOption option,
                                   GuestAddr value, GuestAddr size) {
  const auto socket = TRY(get_socket(task, fd));
  const i32 room = TRY(task.space->read_value<i32>(size));
  if (room < 0) return Errno::EINVAL;
  const u64 most = static_cast<u32>(room);
  const auto* limit = time_limit(*socket, level, option);
  std::vector<std::byte> bytes =
      limit ? time_limit_value(*limit) : TRY(socket->option(level.bits, option.bits, most));
  bytes.resize(std::min<u64>(bytes.size(), most));
  TRY(task.space->write(value, bytes));
  return task.space->write_value(size, static_cast<i32>(bytes.size()));
}

}  // namespace kemu
