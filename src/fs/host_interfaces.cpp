#include "fs/host_interfaces.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <array>
#include <cstring>

#include "base/abi/ioctl.h"
#include "base/errno_undef.h"
#include "fs/host_io.h"

namespace kemu {

namespace {

/// struct ifreq: an interface's name and what is asked or told about it.
struct InterfaceRequest {
  std::array<char, 16> name;
  std::array<std::byte, 24> value;
};
static_assert(sizeof(InterfaceRequest) == sizeof(ifreq));

/// struct ifconf: room in bytes, and where the array of struct ifreq goes.
struct InterfaceList {
  i32 size;
  u32 padding;
  u64 requests;
};
static_assert(sizeof(InterfaceList) == sizeof(ifconf));

/// How many interfaces are asked for at once.
constexpr std::size_t kMostInterfaces = 1024;

constexpr u32 kReading[] = {
    SIOCGIFNAME,   SIOCGIFFLAGS, SIOCGIFADDR,   SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK,
    SIOCGIFMETRIC, SIOCGIFMTU,   SIOCGIFHWADDR, SIOCGIFINDEX,   SIOCGIFTXQLEN,  SIOCGIFMAP,
};
constexpr u32 kChanging[] = {
    SIOCADDRT,          SIOCDELRT,      SIOCSIFLINK,    SIOCSIFFLAGS,  SIOCSIFADDR,
    SIOCSIFDSTADDR,     SIOCSIFBRDADDR, SIOCSIFNETMASK, SIOCSIFMETRIC, SIOCSIFMTU,
    SIOCSIFNAME,        SIOCSIFHWADDR,  SIOCADDMULTI,   SIOCDELMULTI,  SIOCSIFPFLAGS,
    SIOCSIFHWBROADCAST, SIOCSIFTXQLEN,  SIOCDIFADDR,    SIOCSARP,      SIOCDARP,
    SIOCSIFMAP,
};

template <std::size_t n>
bool is_any_of(const u32 (&list)[n], u32 request) {
  for (const u32 entry : list)
    if (entry == request) return true;
  return false;
}

bool names_loopback(const InterfaceRequest& request) {
  return std::strncmp(request.name.data(), "lo", request.name.size()) == 0;
}

InterfaceRequest loopback_entry() {
  InterfaceRequest entry = {};
  std::memcpy(entry.name.data(), "lo", 2);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::memcpy(entry.value.data(), &address, sizeof address);
  return entry;
}

/// SIOCGIFCONF's array: the host's, lo alone, or (a lo that is down has no address) nothing.
Result<std::vector<InterfaceRequest>> interfaces_with_address(int socket, NetworkAccess access) {
  if (access == NetworkAccess::None) return std::vector<InterfaceRequest>{};
  if (access == NetworkAccess::Loopback) return std::vector{loopback_entry()};
  std::vector<InterfaceRequest> entries(kMostInterfaces);
  ifconf list = {};
  list.ifc_len = static_cast<int>(entries.size() * sizeof entries[0]);
  list.ifc_buf = reinterpret_cast<char*>(entries.data());
  TRY(host_result(::ioctl(socket, SIOCGIFCONF, &list)));
  entries.resize(static_cast<std::size_t>(list.ifc_len) / sizeof entries[0]);
  return entries;
}

/// A null array asks for the size alone.
Result<u64> list_interfaces(int socket, NetworkAccess access, AddressSpace& space,
                            GuestAddr argument) {
  auto list = TRY(space.read_value<InterfaceList>(argument));
  const auto entries = TRY(interfaces_with_address(socket, access));
  std::size_t count = entries.size();
  if (list.requests != 0) {
    if (list.size < 0) return Errno::EINVAL;
    count = std::min(count, static_cast<std::size_t>(list.size) / sizeof entries[0]);
    TRY(space.write(GuestAddr(list.requests), std::as_bytes(std::span(entries).first(count))));
  }
  list.size = static_cast<i32>(count * sizeof entries[0]);
  TRY(space.write_value(argument, list));
  return u64{0};
}

/// What Linux tells of a lo that is down.
Result<Unit> ask_unconfigured(u32 request, InterfaceRequest& of) {
  const auto tell = [&of](auto value) { std::memcpy(of.value.data(), &value, sizeof value); };
  switch (request) {
    case SIOCGIFFLAGS: tell(static_cast<short>(IFF_LOOPBACK)); return Unit{};
    case SIOCGIFMTU: tell(i32{65536}); return Unit{};
    case SIOCGIFTXQLEN: tell(i32{1000}); return Unit{};
    case SIOCGIFINDEX: tell(i32{1}); return Unit{};
    case SIOCGIFMETRIC: tell(i32{0}); return Unit{};
    case SIOCGIFHWADDR: {
      sockaddr address = {};
      address.sa_family = ARPHRD_LOOPBACK;
      tell(address);
      return Unit{};
    }
    case SIOCGIFMAP: of.value = {}; return Unit{};
    default: return Errno::EADDRNOTAVAIL;
  }
}

Result<Unit> ask(int socket, NetworkAccess access, u32 request, InterfaceRequest& of) {
  i32 index = 0;
  std::memcpy(&index, of.value.data(), sizeof index);
  if (access == NetworkAccess::Host ||
      (request == SIOCGIFNAME && index == 1 && access == NetworkAccess::Loopback)) {
    ifreq host;
    std::memcpy(&host, &of, sizeof host);
    TRY(host_result(::ioctl(socket, request, &host)));
    std::memcpy(&of, &host, sizeof host);
    return Unit{};
  }
  if (request == SIOCGIFNAME) {
    if (index != 1) return Errno::ENODEV;
    of.name = loopback_entry().name;
    return Unit{};
  }
  if (!names_loopback(of)) return Errno::ENODEV;
  if (access == NetworkAccess::None) return ask_unconfigured(request, of);
  return ask(socket, NetworkAccess::Host, request, of);
}

}  // namespace

Result<u64> interface_ioctl(int socket, NetworkAccess access, u32 request, AddressSpace& space,
                            GuestAddr argument) {
  if (request == SIOCGIFCONF) return list_interfaces(socket, access, space, argument);
  if (is_any_of(kChanging, request)) return Errno::EPERM;
  if (!is_any_of(kReading, request)) return Errno::ENOTTY;
  auto of = TRY(space.read_value<InterfaceRequest>(argument));
  TRY(ask(socket, access, request, of));
  TRY(space.write_value(argument, of));
  return u64{0};
}

}  // namespace kemu
