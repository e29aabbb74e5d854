#include <algorithm>

#include "fs/unix_socket.h"

// SOL_SOCKET's options as AF_UNIX sockets have them (net/core/sock.c).

namespace kemu {

namespace {

constexpr i32 kMostBuffer = 212992;  // net.core.wmem_max and rmem_max
constexpr i32 kLeastSendBuffer = 4608;
constexpr i32 kLeastReceiveBuffer = 2304;

template <typename T>
std::vector<std::byte> bytes_of(const T& value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {bytes.begin(), bytes.end()};
}

/// Linux keeps the double of what is asked for, since it counts its own overhead too.
u64 buffer_size(i32 asked, i32 least, bool forced) {
  const i32 most = forced ? INT32_MAX / 2 : kMostBuffer;
  const i32 wanted = forced ? std::max(asked, 0) : asked;
  // As unsigned: a negative size is the largest.
  const u32 size = std::min(static_cast<u32>(wanted), static_cast<u32>(most));
  return std::max<u64>(u64{size} * 2, static_cast<u64>(least));
}

}  // namespace

Result<std::vector<std::byte>> UnixSocket::option(i32 level, i32 name, u64) {
  if (level != abi::kSolSocket) return Errno::EOPNOTSUPP;
  switch (name) {
    case abi::kSoType: return bytes_of(type_);
    case abi::kSoDomain: return bytes_of(i32{abi::kAfUnix});
    case abi::kSoProtocol: return bytes_of(i32{0});
    case abi::kSoAcceptConnections: return bytes_of(i32{state_ == State::Listening});
    case abi::kSoSendBuffer: return bytes_of(static_cast<i32>(send_room_->limit));
    case abi::kSoReceiveBuffer: return bytes_of(static_cast<i32>(receive_limit_));
    case abi::kSoPassCredentials: return bytes_of(i32{pass_credentials_});
    case abi::kSoPeerCredentials: return bytes_of(peer_user_);
    case abi::kSoPeekOffset: return bytes_of(peek_offset_);
    case abi::kSoReceiveLowWater: return bytes_of(static_cast<i32>(receive_low_water_));
    case abi::kSoSendLowWater: return bytes_of(i32{1});
    case abi::kSoError: {
      const auto error = take_error();
      return bytes_of(error.ok() ? i32{0} : static_cast<i32>(error.error()));
    }
    case abi::kSoLinger: return bytes_of(linger_);
    case abi::kSoDebug:
    case abi::kSoReuseAddress:
    case abi::kSoDontRoute:
    case abi::kSoBroadcast:
    case abi::kSoKeepAlive:
    case abi::kSoOobInline:
    case abi::kSoReusePort: return bytes_of(plain_options_[static_cast<std::size_t>(name)]);
    default: return Errno::ENOPROTOOPT;
  }
}

Result<Unit> UnixSocket::set_option(i32 level, i32 name, std::span<const std::byte> value) {
  if (level != abi::kSolSocket) return Errno::EOPNOTSUPP;
  i32 number = 0;
  if (value.size() < sizeof number) return Errno::EINVAL;
  std::memcpy(&number, value.data(), sizeof number);
  switch (name) {
    case abi::kSoSendBuffer:
      send_room_->limit = buffer_size(number, kLeastSendBuffer, false);
      send_room_->freed.wake_all();
      return Unit{};
    case abi::kSoReceiveBuffer:
      receive_limit_ = buffer_size(number, kLeastReceiveBuffer, false);
      return Unit{};
    case abi::kSoPassCredentials: pass_credentials_ = number != 0; return Unit{};
    case abi::kSoPeekOffset:
      if (number < -1) return Errno::EINVAL;
      peek_offset_ = number;
      return Unit{};
    case abi::kSoReceiveLowWater:
      // sk_setsockopt(): a negative number is the largest, zero the least.
      receive_low_water_ = number < 0 ? INT32_MAX : static_cast<u64>(std::max(number, 1));
      return Unit{};
    case abi::kSoLinger:
      if (value.size() < sizeof linger_) return Errno::EINVAL;
      std::memcpy(linger_.data(), value.data(), sizeof linger_);
      linger_[0] = linger_[0] != 0;
      return Unit{};
    case abi::kSoType:
    case abi::kSoProtocol:
    case abi::kSoDomain:
    case abi::kSoError: return Errno::ENOPROTOOPT;
    case abi::kSoDebug:
    case abi::kSoReuseAddress:
    case abi::kSoDontRoute:
    case abi::kSoBroadcast:
    case abi::kSoKeepAlive:
    case abi::kSoOobInline:
      plain_options_[static_cast<std::size_t>(name)] = number != 0;
      return Unit{};
    default: return Errno::ENOPROTOOPT;
  }
}

}  // namespace kemu
