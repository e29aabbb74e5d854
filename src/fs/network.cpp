#include "fs/network.h"

#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "base/errno_undef.h"
#include "fs/host_io.h"
#include "fs/netlink_socket.h"
#include "fs/unconfigured_socket.h"

namespace kemu {

namespace {

constexpr i32 kSockPacket = 10;  // an old name for AF_PACKET

/// The IPv4 address an address leads to, IPv4 mapped into IPv6 included, in host order.
std::optional<u32> ipv4_of(const SocketAddress& address) {
  u32 value = 0;
  if (address.family() == abi::kAfInet && address.size >= offsetof(sockaddr_in, sin_zero)) {
    std::memcpy(&value, address.bytes.data() + offsetof(sockaddr_in, sin_addr), sizeof value);
    return ntohl(value);
  }
  if (address.family() != abi::kAfInet6 || address.size < offsetof(sockaddr_in6, sin6_scope_id))
    return std::nullopt;
  in6_addr in6;
  std::memcpy(&in6, address.bytes.data() + offsetof(sockaddr_in6, sin6_addr), sizeof in6);
  if (!IN6_IS_ADDR_V4MAPPED(&in6)) return std::nullopt;
  std::memcpy(&value, in6.s6_addr + 12, sizeof value);
  return ntohl(value);
}

std::optional<in6_addr> ipv6_of(const SocketAddress& address) {
  if (address.family() != abi::kAfInet6 || address.size < offsetof(sockaddr_in6, sin6_scope_id))
    return std::nullopt;
  in6_addr in6;
  std::memcpy(&in6, address.bytes.data() + offsetof(sockaddr_in6, sin6_addr), sizeof in6);
  return in6;
}

Result<UniqueFd> host_socket(i32 family, i32 type, i32 protocol) {
  const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) return host_errno();
  return UniqueFd(fd);
}

Result<Unit> confine_to_loopback(int fd) {
  static constexpr char kName[] = "lo";
  return host_result(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, kName, sizeof kName));
}

}  // namespace

bool is_wildcard(const SocketAddress& address) {
  if (const auto ipv4 = ipv4_of(address)) return *ipv4 == INADDR_ANY;
  const auto ipv6 = ipv6_of(address);
  return ipv6 && IN6_IS_ADDR_UNSPECIFIED(&*ipv6);
}

bool is_loopback(const SocketAddress& address) {
  if (is_wildcard(address)) return true;
  if (const auto ipv4 = ipv4_of(address)) return *ipv4 >> 24 == IN_LOOPBACKNET;
  if (const auto ipv6 = ipv6_of(address)) return IN6_IS_ADDR_LOOPBACK(&*ipv6);
  // What is too short, or of another family, the host refuses.
  return true;
}

Result<UniqueFd> open_host_socket(i32 family, i32 type, i32 protocol, NetworkAccess access) {
  UniqueFd fd = TRY(host_socket(family, type, protocol));
  if (access == NetworkAccess::Loopback) TRY(confine_to_loopback(fd.get()));
  return fd;
}

Result<std::shared_ptr<Socket>> make_network_socket(i32 family, i32 type, i32 protocol, u32 flags,
                                                    NetworkAccess access, HostPoller& poller) {
  const bool internet = family == abi::kAfInet || family == abi::kAfInet6;
  const bool netlink = family == abi::kAfNetlink && access == NetworkAccess::Host;
  if (!internet && !netlink) return Errno::EAFNOSUPPORT;
  if (netlink && protocol != NETLINK_ROUTE) return Errno::EPROTONOSUPPORT;
  if (type < 0 || type > abi::kSockTypeMask) return Errno::EINVAL;
  const bool raw = type == abi::kSockRaw && !netlink;
  if (type == kSockPacket || (raw && access != NetworkAccess::Host)) return Errno::EPERM;
  UniqueFd fd = TRY(open_host_socket(family, type, protocol, access));
  if (netlink)
    return std::make_shared<NetlinkSocket>(std::move(fd), flags, family, type, access, poller);
  if (access == NetworkAccess::None)
    return std::make_shared<UnconfiguredSocket>(std::move(fd), flags, family, type, access, poller);
  return std::make_shared<HostSocket>(std::move(fd), flags, family, type, access, poller);
}

bool can_confine_to_loopback() {
  const auto fd = host_socket(AF_INET, SOCK_DGRAM, 0);
  return fd.ok() && confine_to_loopback(fd->get()).ok();
}

}  // namespace kemu
