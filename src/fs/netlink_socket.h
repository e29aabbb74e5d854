#pragma once

#include "fs/host_socket.h"

namespace kemu {

/// AF_NETLINK with NETLINK_ROUTE on the host, for reading: getifaddrs(3), `ip addr`. Requests that
/// change something are EPERM at once, where Linux sends that error back as a message.
class NetlinkSocket : public HostSocket {
 public:
  using HostSocket::HostSocket;

  Result<u64> send(const Outgoing& message) override;
};

}  // namespace kemu
