#pragma once

#include "fs/network.h"

namespace kemu {

/// netdevice(7)'s requests about interfaces (struct ifreq and ifconf, alike on arm64 and x86-64),
/// asked of the host by `socket` as far as `access` goes. Guests configure nothing: EPERM. ENODEV
/// for an interface guests do not see; ENOTTY for other requests; EFAULT.
Result<u64> interface_ioctl(int socket, NetworkAccess access, u32 request, AddressSpace& space,
                            GuestAddr argument);

}  // namespace kemu
