#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// Socket calls in strace(1)'s layout.

namespace kemu {

namespace {

constexpr FlagName kFamilies[] = {{0, "AF_UNSPEC"}, {1, "AF_UNIX"},     {2, "AF_INET"},
                                  {10, "AF_INET6"}, {16, "AF_NETLINK"}, {17, "AF_PACKET"}};
constexpr FlagName kTypes[] = {{1, "SOCK_STREAM"}, {2, "SOCK_DGRAM"},     {3, "SOCK_RAW"},
                               {4, "SOCK_RDM"},    {5, "SOCK_SEQPACKET"}, {10, "SOCK_PACKET"}};
constexpr FlagName kCreationFlags[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
constexpr FlagName kMessageFlags[] = {
    {0x1, "MSG_OOB"},
    {0x2, "MSG_PEEK"},
    {0x4, "MSG_DONTROUTE"},
    {0x8, "MSG_CTRUNC"},
    {0x10, "MSG_PROBE"},
    {0x20, "MSG_TRUNC"},
    {0x40, "MSG_DONTWAIT"},
    {0x80, "MSG_EOR"},
    {0x100, "MSG_WAITALL"},
    {0x200, "MSG_FIN"},
    {0x400, "MSG_SYN"},
    {0x800, "MSG_CONFIRM"},
    {0x1000, "MSG_RST"},
    {0x2000, "MSG_ERRQUEUE"},
    {0x4000, "MSG_NOSIGNAL"},
    {0x8000, "MSG_MORE"},
    {0x10000, "MSG_WAITFORONE"},
    {0x40000, "MSG_BATCH"},
    {0x20000000, "MSG_FASTOPEN"},
    {0x40000000, "MSG_CMSG_CLOEXEC"},
};
constexpr FlagName kLevels[] = {{0, "SOL_IP"},   {1, "SOL_SOCKET"}, {6, "SOL_TCP"},
                                {17, "SOL_UDP"}, {41, "SOL_IPV6"},  {270, "SOL_NETLINK"}};
constexpr FlagName kOptions[] = {
    {1, "SO_DEBUG"},         {2, "SO_REUSEADDR"},     {3, "SO_TYPE"},
    {4, "SO_ERROR"},         {5, "SO_DONTROUTE"},     {6, "SO_BROADCAST"},
    {7, "SO_SNDBUF"},        {8, "SO_RCVBUF"},        {9, "SO_KEEPALIVE"},
    {10, "SO_OOBINLINE"},    {11, "SO_NO_CHECK"},     {12, "SO_PRIORITY"},
    {13, "SO_LINGER"},       {15, "SO_REUSEPORT"},    {16, "SO_PASSCRED"},
    {17, "SO_PEERCRED"},     {18, "SO_RCVLOWAT"},     {19, "SO_SNDLOWAT"},
    {20, "SO_RCVTIMEO_OLD"}, {21, "SO_SNDTIMEO_OLD"}, {29, "SO_TIMESTAMP_OLD"},
    {30, "SO_ACCEPTCONN"},   {32, "SO_SNDBUFFORCE"},  {33, "SO_RCVBUFFORCE"},
    {38, "SO_PROTOCOL"},     {39, "SO_DOMAIN"},       {42, "SO_PEEK_OFF"},
    {66, "SO_RCVTIMEO_NEW"}, {67, "SO_SNDTIMEO_NEW"},
};
constexpr FlagName kHows[] = {{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}};

std::string path_text(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != '\0')
    return quoted_text(bytes.substr(0, bytes.find('\0')), 0);
  return "@" + quoted_text(bytes.substr(1), 0);
}

std::string ipv4_text(std::span<const std::byte> bytes) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  return fmt::format("sin_port=htons({}), sin_addr=inet_addr(\"{}.{}.{}.{}\")", at(2) << 8 | at(3),
                     at(4), at(5), at(6), at(7));
}

}  // namespace

void TracePrinter::print(SocketFamily v) {
  append(choice_text(static_cast<u32>(v.bits), kFamilies));
}
void TracePrinter::print(SocketType v) {
  append(choice_text(static_cast<u32>(v.bits & abi::kSockTypeMask), kTypes));
  const u32 flags = static_cast<u32>(v.bits & ~abi::kSockTypeMask);
  if (flags != 0) append("|" + flags_text(flags, kCreationFlags));
}
void TracePrinter::print(SocketFlags v) { append(flags_text(v.bits, kCreationFlags)); }
void TracePrinter::print(MessageFlags v) { append(flags_text(v.bits, kMessageFlags)); }
void TracePrinter::print(SocketLevel v) { append(choice_text(static_cast<u32>(v.bits), kLevels)); }
void TracePrinter::print(SocketOption v) {
  // Other levels number their options anew.
  if (static_cast<i32>(registers_.args[1]) == abi::kSolSocket)
    append(choice_text(static_cast<u32>(v.bits), kOptions));
  else
    append(fmt::format("{:#x}", static_cast<u32>(v.bits)));
}
void TracePrinter::print(ShutdownHow v) { append(choice_text(static_cast<u32>(v.bits), kHows)); }

void TracePrinter::print(InAddress v) {
  const i32 size = static_cast<i32>(next_register());
  print_socket_address(v.addr, size < 0 ? 0 : static_cast<u32>(size));
}

void TracePrinter::print(OutAddress v) {
  const auto size = space_.read_value<i32>(GuestAddr(next_register()));
  if (result_.failed() || !size.ok() || *size < 0) return print(v.addr);
  print_socket_address(v.addr, static_cast<u32>(*size));
}

void TracePrinter::print_socket_address(GuestAddr addr, u64 size) {
  std::array<std::byte, abi::kAddressSize> room{};
  const auto bytes = std::span(room).first(std::min<u64>(size, room.size()));
  u16 family = 0;
  if (addr.is_null() || size < sizeof family || !space_.read(addr, bytes).ok()) return print(addr);
  std::memcpy(&family, bytes.data(), sizeof family);
  append("{sa_family=" + choice_text(family, kFamilies));
  const std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + sizeof family,
                              bytes.size() - sizeof family);
  constexpr std::size_t kIpv4Size = 8;
  if (family == abi::kAfUnix) {
    if (!rest.empty()) append(", sun_path=" + path_text(rest));
  } else if (family == abi::kAfInet && bytes.size() >= kIpv4Size) {
    append(", " + ipv4_text(bytes));
  } else if (!rest.empty()) {
    append(", sa_data=" + quoted_text(rest, 0));
  }
  append("}");
}

void TracePrinter::print_value(const abi::MessageHeader& value) {
  append("{msg_name=");
  print_socket_address(GuestAddr(value.name), static_cast<u32>(value.name_size));
  append(fmt::format(", msg_namelen={}, msg_iov={}, msg_iovlen={}, ", value.name_size,
                     address_text(value.iov), value.iov_count));
  if (value.control_size != 0) append(fmt::format("msg_control={}, ", address_text(value.control)));
  append(fmt::format("msg_controllen={}, msg_flags={}}}", value.control_size,
                     flags_text(value.flags, kMessageFlags)));
}

}  // namespace kemu
