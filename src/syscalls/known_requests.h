#pragma once

#include <span>
#include <string_view>

#include "base/types.h"

namespace kemu {

// Requests that Linux serves and kemu answers as a kernel without them would: when a guest makes
// one it is noted as missing, which no other answer of the same errno is.

struct KnownRequest {
  u32 number;
  std::string_view name;
};

/// ioctl(2) on regular files and directories.
inline constexpr KnownRequest kFileRequests[] = {
    {0x40086602, "FS_IOC_SETFLAGS"},
    {0x401c5820, "FS_IOC_FSSETXATTR"},
    {0xc0045877, "FIFREEZE"},
    {0xc0045878, "FITHAW"},
};

/// Those of them that programs try on every file, since many file systems lack them.
inline constexpr KnownRequest kTriedFileRequests[] = {
    {0x80086601, "FS_IOC_GETFLAGS"},   {0x80087601, "FS_IOC_GETVERSION"},
    {0x801c581f, "FS_IOC_FSGETXATTR"}, {0xc020660b, "FS_IOC_FIEMAP"},
    {0x40049409, "FICLONE"},           {0x4020940d, "FICLONERANGE"},
    {0xc0189436, "FIDEDUPERANGE"},
};

/// ioctl(2) on terminals.
inline constexpr KnownRequest kTerminalRequests[] = {
    {0x540c, "TIOCEXCL"}, {0x540d, "TIOCNXCL"}, {0x541d, "TIOCCONS"},     {0x5423, "TIOCSETD"},
    {0x5427, "TIOCSBRK"}, {0x5428, "TIOCCBRK"}, {0x80045440, "TIOCGEXCL"}};

/// setsockopt(2), by level.
inline constexpr KnownRequest kSocketRequests[] = {{26, "SO_ATTACH_FILTER"}, {34, "SO_PASSSEC"},
                                                   {36, "SO_MARK"},          {50, "SO_ATTACH_BPF"},
                                                   {60, "SO_ZEROCOPY"},      {76, "SO_PASSPIDFD"}};
inline constexpr KnownRequest kTcpRequests[] = {
    {14, "TCP_MD5SIG"}, {19, "TCP_REPAIR"}, {31, "TCP_ULP"}};

/// "" for a number that is not among them.
inline std::string_view known_request(std::span<const KnownRequest> among, u32 number) {
  for (const KnownRequest& request : among)
    if (request.number == number) return request.name;
  return {};
}

}  // namespace kemu
