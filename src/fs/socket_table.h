#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fs/socket.h"

namespace kemu {

/// A table of sockets over IP as /proc/net has one for each family and protocol.
struct SocketTable {
  i32 family;
  i32 protocol;  // IPPROTO_TCP or IPPROTO_UDP; 0 for raw sockets, whatever their protocol
  u32 width;     // a line is filled with spaces up to here; 0: it is not

  /// The socket's line, the `index`th of this table (proc_net_tcp(5)). Nothing for a socket that is
  /// of another table, or that Linux does not show: neither bound nor connected.
  std::optional<std::string> line(Socket& socket, u64 index) const;
};

}  // namespace kemu
