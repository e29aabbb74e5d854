#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "base/abi/socket.h"
#include "fs/file_description.h"

namespace kemu {

/// Bits of poll(2) that only sockets have.
inline constexpr u32 kPollWriteBand = 0x200;
inline constexpr u32 kPollReadHangUp = 0x2000;

/// An address as a guest wrote it: the family in two bytes, then what the family says. The bytes
/// mean the same on arm64 and x86-64.
struct SocketAddress {
  std::array<std::byte, abi::kAddressSize> bytes{};
  u32 size = 0;

  std::span<const std::byte> view() const { return std::span(bytes).first(size); }
  /// kAfUnspecified when there are no two bytes to tell.
  u16 family() const {
    u16 family = abi::kAfUnspecified;
    if (size >= sizeof family) std::memcpy(&family, bytes.data(), sizeof family);
    return family;
  }
};

/// A control message a socket passes on as it is (IP_TOS, IPV6_PKTINFO, SO_TIMESTAMP…).
struct ControlMessage {
  i32 level = 0;
  i32 type = 0;
  std::vector<std::byte> data;
};

/// What travels beside the bytes of a message (cmsg(3)), already checked and taken apart.
struct Ancillary {
  std::vector<std::shared_ptr<FileDescription>> files;  // SCM_RIGHTS
  std::optional<abi::SocketCredentials> credentials;    // SCM_CREDENTIALS
  std::vector<ControlMessage> others;
};

/// Who acts on a socket: what SO_PEERCRED and SCM_CREDENTIALS tell others.
using SocketUser = abi::SocketCredentials;

struct Outgoing {
  const HostSpans& from;
  const SocketAddress* to = nullptr;  // null: to the peer
  Ancillary with;
  u32 flags = 0;  // abi::kMsg…
  SocketUser sender;
  Inode* to_file = nullptr;  // what an AF_UNIX path in `to` names
};

struct Incoming {
  u64 bytes = 0;         // moved into the buffer
  u64 full_size = 0;     // of the datagram: recv(2) with MSG_TRUNC returns it
  u32 flags = 0;         // msg_flags: kMsgTruncated, kMsgEndOfRecord, kMsgControlTruncated…
  bool at_mark = false;  // urgent data follows: MSG_WAITALL goes no further
  std::optional<SocketAddress> from;
  Ancillary with;
};

enum class SocketShutdown : u8 { Read = 0, Write = 1, Both = 2 };

/// A socket: Linux's `struct socket` with its proto_ops. As with every FileDescription blocking is
/// the caller's business: what would block returns EAGAIN, and `wait_on` tells where to wait.
class Socket : public FileDescription {
 public:
  using FileDescription::FileDescription;

  /// SO_DOMAIN and SO_TYPE.
  virtual i32 family() const = 0;
  virtual i32 type() const = 0;

  /// An AF_UNIX path has been turned to its inode by the caller: see UnixSocket.
  virtual Result<Unit> bind(const SocketAddress& address, const SocketUser& user) = 0;
  virtual Result<Unit> listen(i32 backlog, const SocketUser& user) = 0;
  /// The next connection, with status flags of its own. EAGAIN when there is none, EINVAL unless
  /// it listens, EOPNOTSUPP when the type has no connections.
  virtual Result<std::shared_ptr<Socket>> accept(u32 flags) = 0;
  /// EINPROGRESS when the connection is under way from now on, EALREADY while it is: once kPollOut
  /// holds, the same call tells how it ended. EAGAIN when there is no room in an AF_UNIX listener's
  /// queue; `wait_on` for kPollOut knows that queue then, as that of a full receiver after `send`.
  virtual Result<Unit> connect(const SocketAddress& address, const SocketUser& user) = 0;
  virtual Result<SocketAddress> name() = 0;
  /// ENOTCONN.
  virtual Result<SocketAddress> peer_name() = 0;
  /// Bytes taken; EPIPE (the caller sends SIGPIPE unless kMsgNoSignal), EMSGSIZE, ENOTCONN…
  virtual Result<u64> send(const Outgoing& message) = 0;
  /// `flags`: kMsgPeek, kMsgTruncated, kMsgOutOfBand, kMsgErrorQueue; waiting is the caller's, and
  /// kMsgDontWait says that it will not.
  virtual Result<Incoming> receive(const HostSpans& to, u32 flags) = 0;
  virtual Result<Unit> shutdown(SocketShutdown how) = 0;
  /// The option's value, at most `size` bytes of it. ENOPROTOOPT, EINVAL.
  virtual Result<std::vector<std::byte>> option(i32 level, i32 name, u64 size) = 0;
  virtual Result<Unit> set_option(i32 level, i32 name, std::span<const std::byte> value) = 0;
  /// SO_ERROR: the pending error, taken back. Errno{} (success) when there is none.
  virtual Result<Unit> take_error() = 0;
  /// Has the next call that looks for it find this error: sk_err.
  virtual void keep_error(Errno error) = 0;

  bool pollable() const override { return true; }

  /// SO_RCVTIMEO and SO_SNDTIMEO: how long a blocking call waits; nothing means for ever.
  std::optional<Nanoseconds> receive_timeout;
  std::optional<Nanoseconds> send_timeout;
};

}  // namespace kemu
