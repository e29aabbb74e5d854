#include "fs/unconfigured_socket.h"

#include <netinet/in.h>

#include <cstring>

#include "base/errno_undef.h"

namespace kemu {

namespace {

// Where struct sockaddr_in and sockaddr_in6 both have the port.
constexpr std::size_t kPortAt = 2;

u16 port_of(const SocketAddress& address) {
  u16 port;
  std::memcpy(&port, address.bytes.data() + kPortAt, sizeof port);
  return ntohs(port);
}

}  // namespace

/// An ephemeral port. That another socket has it too harms nobody: nothing ever comes.
void UnconfiguredSocket::take_port() {
  constexpr u64 kFirst = 32768, kLast = 60999;  // net.ipv4.ip_local_port_range
  const auto known = inode().status();
  const u64 number = known.ok() ? known->inode : 0;
  const u16 port = htons(static_cast<u16>(kFirst + number % (kLast - kFirst + 1)));
  std::memcpy(bound_.bytes.data() + kPortAt, &port, sizeof port);
}

/// Linux finds no route by IPv4, and no source address by IPv6.
Errno UnconfiguredSocket::unreachable(const SocketAddress& address) const {
  static constexpr std::byte kMappedPrefix[] = {std::byte{0xff}, std::byte{0xff}};
  const bool mapped = std::memcmp(address.bytes.data() + 18, kMappedPrefix, 2) == 0;
  return address.family() == abi::kAfInet6 && !mapped ? Errno::EADDRNOTAVAIL : Errno::ENETUNREACH;
}

Result<Unit> UnconfiguredSocket::bind(const SocketAddress& address, const SocketUser&) {
  const u32 wanted = family() == abi::kAfInet ? sizeof(sockaddr_in) : 24;  // SIN6_LEN_RFC2133
  if (address.size < wanted) return Errno::EINVAL;
  if (address.family() != family()) return Errno::EAFNOSUPPORT;
  if (!is_wildcard(address)) return Errno::EADDRNOTAVAIL;
  if (bound_.size != 0) return Errno::EINVAL;
  bound_ = TRY(HostSocket::name());
  std::memcpy(bound_.bytes.data() + kPortAt, address.bytes.data() + kPortAt, 2);
  if (port_of(bound_) == 0) take_port();
  return Unit{};
}

Result<Unit> UnconfiguredSocket::listen(i32, const SocketUser&) {
  if (!is_stream()) return Errno::EOPNOTSUPP;
  if (bound_.size == 0) {
    bound_ = TRY(HostSocket::name());
    take_port();
  }
  listening_ = true;
  return Unit{};
}

Result<std::shared_ptr<Socket>> UnconfiguredSocket::accept(u32) {
  if (!is_stream()) return Errno::EOPNOTSUPP;
  return listening_ ? Errno::EAGAIN : Errno::EINVAL;
}

Result<Unit> UnconfiguredSocket::connect(const SocketAddress& address, const SocketUser& user) {
  if (listening_) return Errno::EISCONN;
  // The host checks what is wrong with the address, and forgets a peer there never was.
  const u32 wanted = family() == abi::kAfInet ? sizeof(sockaddr_in) : 24;
  const bool whole = address.family() == family() && address.size >= wanted;
  if (!whole) return HostSocket::connect(address, user);
  return unreachable(address);
}

Result<SocketAddress> UnconfiguredSocket::name() {
  return bound_.size != 0 ? bound_ : HostSocket::name();
}

Result<u64> UnconfiguredSocket::send(const Outgoing& message) {
  const bool leads_somewhere = !is_stream() && message.to && message.to->family() == family();
  return leads_somewhere ? unreachable(*message.to) : HostSocket::send(message);
}

Result<Unit> UnconfiguredSocket::shutdown(SocketShutdown how) {
  if (!listening_) return HostSocket::shutdown(how);
  listening_ = how == SocketShutdown::Write;
  return Unit{};
}

std::shared_ptr<HostSocket> UnconfiguredSocket::make_like_this(Location location, UniqueFd fd,
                                                               HostPoller& poller) const {
  auto made =
      std::make_shared<UnconfiguredSocket>(*this, std::move(location), std::move(fd), poller);
  made->bound_ = bound_;
  made->listening_ = listening_;
  return made;
}

u32 UnconfiguredSocket::poll() { return listening_ ? 0 : HostSocket::poll(); }

}  // namespace kemu
