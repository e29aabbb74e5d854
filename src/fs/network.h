#pragma once

#include <memory>

#include "base/unique_fd.h"
#include "fs/host_poller.h"
#include "fs/socket.h"

namespace kemu {

/// What of the host's network guests see.
enum class NetworkAccess : u8 {
  Host,      // all that the user who runs kemu has
  Loopback,  // 127.0.0.0/8 and ::1
  None,      // nothing: as a machine nobody has configured, whose lo is down
};

/// Addresses that lead to this machine: 127.0.0.0/8, ::1, those of IPv4 mapped into IPv6, the
/// wildcards, which connect(2) takes for the loopback, and AF_UNSPEC, which leads nowhere.
bool is_loopback(const SocketAddress& address);
/// 0.0.0.0, :: and ::ffff:0.0.0.0, whatever the port.
bool is_wildcard(const SocketAddress& address);

/// A socket of the host that sees as much of its network. Whatever the host says.
Result<UniqueFd> open_host_socket(i32 family, i32 type, i32 protocol, NetworkAccess access);

/// A socket of AF_INET, AF_INET6 or AF_NETLINK that the host has for the guest. `flags`:
/// O_NONBLOCK. EAFNOSUPPORT for other families, and whatever the host's socket(2) says. `poller`
/// must outlive the socket.
Result<std::shared_ptr<Socket>> make_network_socket(i32 family, i32 type, i32 protocol, u32 flags,
                                                    NetworkAccess access, HostPoller& poller);

/// Whether the host can keep a socket to the loopback: Linux 5.7, or CAP_NET_RAW before.
bool can_confine_to_loopback();

}  // namespace kemu
