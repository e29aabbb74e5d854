#pragma once

#include "fs/network.h"

namespace kemu {

// Which options and control messages of the host's sockets guests may use. All numbers and layouts
// agree between arm64 and x86-64 (asm-generic/socket.h, linux/in.h, in6.h, tcp.h, udp.h).
// Left out are those whose value holds a pointer, which the host would take for one of kemu's, the
// firewall's, and those that only a process with CAP_NET_ADMIN may set.

/// The largest value that is passed on, in bytes.
inline constexpr u64 kLargestOption = 4096;

/// ENOPROTOOPT; EOPNOTSUPP of AF_INET for a level nobody knows (do_ip_getsockopt).
Result<Unit> check_option_read(i32 family, i32 level, i32 name);
/// ENOPROTOOPT, as a kernel built without the option; EPERM, as Linux answers the unprivileged.
Result<Unit> check_option_write(i32 level, i32 name, NetworkAccess access);
/// Control messages beside sent bytes. Within the loopback none may name another way than the
/// address does (source routes): EPERM.
Result<Unit> check_control_message(const ControlMessage& message, NetworkAccess access);

}  // namespace kemu
