#include <fmt/format.h>

#include <array>
#include <cstring>

#include "base/abi/ioctl.h"
#include "base/abi/termios.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// ioctl(2)'s requests and what their arguments point to.

namespace kemu {

namespace {

constexpr FlagName kIoctlNames[] = {
    {0x5401, "TCGETS"},
    {0x5402, "TCSETS"},
    {0x5403, "TCSETSW"},
    {0x5404, "TCSETSF"},
    {0x5409, "TCSBRK"},
    {0x540a, "TCXONC"},
    {0x540b, "TCFLSH"},
    {0x540c, "TIOCEXCL"},
    {0x540d, "TIOCNXCL"},
    {0x540e, "TIOCSCTTY"},
    {0x540f, "TIOCGPGRP"},
    {0x5410, "TIOCSPGRP"},
    {0x5411, "TIOCOUTQ"},
    {0x5412, "TIOCSTI"},
    {0x5413, "TIOCGWINSZ"},
    {0x5414, "TIOCSWINSZ"},
    {0x541b, "FIONREAD"},
    {0x541d, "TIOCCONS"},
    {0x5421, "FIONBIO"},
    {0x5422, "TIOCNOTTY"},
    {0x5423, "TIOCSETD"},
    {0x5424, "TIOCGETD"},
    {0x5425, "TCSBRKP"},
    {0x5429, "TIOCGSID"},
    {0x5450, "FIONCLEX"},
    {0x5451, "FIOCLEX"},
    {0x5452, "FIOASYNC"},
    {0x802c542a, "TCGETS2"},
    {0x402c542b, "TCSETS2"},
    {0x402c542c, "TCSETSW2"},
    {0x402c542d, "TCSETSF2"},
    {0x80045430, "TIOCGPTN"},
    {0x40045431, "TIOCSPTLCK"},
    {0x40049409, "FICLONE"},
    {0x40085400, "TFD_IOC_SET_TICKS"},
    {0x5405, "TCGETA"},
    {0x5406, "TCSETA"},
    {0x5407, "TCSETAW"},
    {0x5408, "TCSETAF"},
    {0x5420, "TIOCPKT"},
    {0x5427, "TIOCSBRK"},
    {0x5428, "TIOCCBRK"},
    {0x80045432, "TIOCGDEV"},
    {0x40045436, "TIOCSIG"},
    {0x80045438, "TIOCGPKT"},
    {0x80045439, "TIOCGPTLCK"},
    {0x5441, "TIOCGPTPEER"},
    {0x80045440, "TIOCGEXCL"},
    {0x80045200, "RNDGETENTCNT"},
    {0x8905, "SIOCATMARK"},
    {0x8910, "SIOCGIFNAME"},
    {0x8912, "SIOCGIFCONF"},
    {0x8913, "SIOCGIFFLAGS"},
    {0x8914, "SIOCSIFFLAGS"},
    {0x8915, "SIOCGIFADDR"},
    {0x8916, "SIOCSIFADDR"},
    {0x8917, "SIOCGIFDSTADDR"},
    {0x8919, "SIOCGIFBRDADDR"},
    {0x891b, "SIOCGIFNETMASK"},
    {0x891c, "SIOCSIFNETMASK"},
    {0x891d, "SIOCGIFMETRIC"},
    {0x8921, "SIOCGIFMTU"},
    {0x8922, "SIOCSIFMTU"},
    {0x8927, "SIOCGIFHWADDR"},
    {0x8933, "SIOCGIFINDEX"},
    {0x8942, "SIOCGIFTXQLEN"},
    {0x890b, "SIOCADDRT"},
    {0x890c, "SIOCDELRT"},
};

constexpr u32 kIoctlReads = 0x80000000;  // _IOC_READ: the kernel fills the argument in

/// Requests older than _IOC() that fill their argument in.
bool is_told_by(u32 request) {
  switch (request) {
    case abi::kTcGetAttributes:
    case abi::kTioGetGroup:
    case abi::kTioGetSession:
    case abi::kTioGetWindowSize:
    case abi::kTioGetLineDiscipline:
    case abi::kTioOutputQueue:
    case abi::kSiocAtMark:
    case abi::kFioReadable: return true;
    default: return false;
  }
}

constexpr u32 kGetName = 0x8910, kGetConfiguration = 0x8912, kGetFlags = 0x8913,
              kGetAddress = 0x8915, kGetMask = 0x891b, kGetMetric = 0x891d, kGetMtu = 0x8921,
              kGetHardwareAddress = 0x8927, kGetIndex = 0x8933, kGetQueueLength = 0x8942;

bool is_interface_request(u32 request) { return request >= kGetName && request <= kGetQueueLength; }

/// struct ifreq: 16 bytes of name, and 24 whose meaning the request tells.
struct InterfaceRequest {
  std::array<char, 16> name{};
  std::array<std::byte, 24> data{};
  template <typename T>
  T as() const {
    T value;
    std::memcpy(&value, data.data(), sizeof value);
    return value;
  }
};
static_assert(sizeof(InterfaceRequest) == 40);

/// "_IOC(_IOC_READ, 0x54, 0x30, 0x4)": a request without a name, in its parts.
std::string request_text(u32 request) {
  constexpr FlagName kDirections[] = {{2, "_IOC_READ"}, {1, "_IOC_WRITE"}};
  return fmt::format("_IOC({}, {}, {}, {})", flags_text(request >> 30, kDirections, "_IOC_NONE"),
                     hexadecimal_text(request >> 8 & 0xff), hexadecimal_text(request & 0xff),
                     hexadecimal_text(request >> 16 & 0x3fff));
}

}  // namespace

void TracePrinter::print(IoctlRequest v) {
  for (const FlagName& name : kIoctlNames)
    if (name.bits == v.bits) return append(name.name);
  append(request_text(v.bits));
}

void TracePrinter::print_interface_request(GuestAddr addr, u32 request) {
  constexpr FlagName kFlags[] = {{1, "IFF_UP"},           {2, "IFF_BROADCAST"}, {8, "IFF_LOOPBACK"},
                                 {16, "IFF_POINTOPOINT"}, {64, "IFF_RUNNING"},  {128, "IFF_NOARP"},
                                 {4096, "IFF_MULTICAST"}};
  const auto given = space_.read_value<InterfaceRequest>(addr);
  if (!given.ok() || request == kGetConfiguration) return print(addr);
  const std::string_view name(given->name.data(), strnlen(given->name.data(), given->name.size()));
  if (request == kGetName) {
    append(fmt::format("{{ifr_index={}", given->as<i32>()));
    return append(result_.failed() ? "}" : ", ifr_name=" + quoted_text(name, 0) + "}");
  }
  append("{ifr_name=" + quoted_text(name, 0));
  if (result_.failed()) return append("}");
  switch (request) {
    case kGetFlags: append(", ifr_flags=" + flags_text(given->as<u16>(), kFlags)); break;
    case kGetIndex: append(fmt::format(", ifr_ifindex={}", given->as<i32>())); break;
    case kGetMetric: append(fmt::format(", ifr_metric={}", given->as<i32>())); break;
    case kGetMtu: append(fmt::format(", ifr_mtu={}", given->as<i32>())); break;
    case kGetQueueLength: append(fmt::format(", ifr_qlen={}", given->as<i32>())); break;
    case kGetHardwareAddress: {
      const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(given->data[2 + i]); };
      const bool is_loopback = given->as<u16>() == 772;
      append(
          fmt::format(", ifr_hwaddr={{sa_family={}, sa_data={:02x}:{:02x}:{:02x}:{:02x}:{:02x}:"
                      "{:02x}}}",
                      is_loopback ? "ARPHRD_LOOPBACK" : "ARPHRD_ETHER", at(0), at(1), at(2), at(3),
                      at(4), at(5)));
      break;
    }
    default: {
      append(request == kGetMask ? ", ifr_netmask=" : ", ifr_addr=");
      print_socket_address(addr + given->name.size(), sizeof(u16) * 8);
    }
  }
  append("}");
}

void TracePrinter::print_ioctl_argument(Opaque value, u32 request) {
  if (result_.failed() && (request & kIoctlReads || is_told_by(request)))
    return append(address_text(value.value));
  if (is_interface_request(request)) return print_interface_request(value.addr(), request);
  switch (request) {
    case abi::kTioGetGroup:
    case abi::kTioSetGroup:
    case abi::kTioGetSession:
    case abi::kFioReadable:
    case abi::kFioNonBlock:
    case abi::kTioGetPtyNumber:
    case abi::kTioSetPtyLock:
    case abi::kTioGetPtyLock:
    case abi::kTioPacketMode:
    case abi::kTioGetPacketMode:
    case abi::kTioGetExclusive:
    case abi::kTioGetLineDiscipline:
    case abi::kSiocAtMark:
    case abi::kTioOutputQueue: {
      const auto number = space_.read_value<i32>(value.addr());
      return append(number.ok() ? fmt::format("[{}]", *number) : address_text(value.value));
    }
    case abi::kTioGetWindowSize:
    case abi::kTioSetWindowSize: {
      const auto size = space_.read_value<abi::WindowSize>(value.addr());
      if (!size.ok()) return append(address_text(value.value));
      return append(fmt::format("{{ws_row={}, ws_col={}, ws_xpixel={}, ws_ypixel={}}}", size->rows,
                                size->columns, size->x_pixels, size->y_pixels));
    }
    case abi::kTcGetAttributes:
    case abi::kTcSetAttributes:
    case abi::kTcSetAttributesWait:
    case abi::kTcSetAttributesFlush:
    case abi::kTcGetAttributes2:
    case abi::kTcSetAttributes2:
    case abi::kTcSetAttributesWait2:
    case abi::kTcSetAttributesFlush2: {
      // The second generation begins as the first one does.
      const auto attributes = space_.read_value<abi::Termios>(value.addr());
      return append(attributes.ok() ? attributes_text(*attributes) : address_text(value.value));
    }
    case abi::kTioSimulateInput: return print_bytes(value.addr(), 1);
    case abi::kTcFlush: return append(flush_queue_text(value.value));
    case abi::kTcFlowControl: return append(flow_action_text(value.value));
    case abi::kTioOpenPeer: return append(open_flags_text(static_cast<u32>(value.value)));
    case abi::kTcSendBreak:
    case abi::kTcSendBreakPosix:
    case abi::kTioSetControlling: return append(fmt::to_string(static_cast<i32>(value.value)));
    default: return append(hexadecimal_text(value.value));
  }
}

}  // namespace kemu
