#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "syscalls/trace_printer.h"
#include "syscalls/trace_socket_names.h"
#include "syscalls/trace_text.h"

// Socket calls in strace(1)'s layout.

namespace kemu {

using namespace socket_names;

namespace {

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
    {0x20000, "MSG_SENDPAGE_NOTLAST"},
    {0x40000, "MSG_BATCH"},
    {0x80000, "MSG_NO_SHARED_FRAGS"},
    {0x4000000, "MSG_ZEROCOPY"},
    {0x20000000, "MSG_FASTOPEN"},
    {0x40000000, "MSG_CMSG_CLOEXEC"},
    {0x80000000, "MSG_CMSG_COMPAT"},
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

std::string ipv6_text(std::span<const std::byte> bytes) {
  u16 port = 0;
  u32 flow = 0, scope = 0;
  std::memcpy(&port, &bytes[2], sizeof port);
  std::memcpy(&flow, &bytes[4], sizeof flow);
  constexpr std::size_t kScope = 24;
  if (bytes.size() >= kScope + sizeof scope) std::memcpy(&scope, &bytes[kScope], sizeof scope);
  std::array<char, INET6_ADDRSTRLEN> address{};
  ::inet_ntop(AF_INET6, &bytes[8], address.data(), address.size());
  std::string text = fmt::format(
      "sin6_port=htons({}), sin6_flowinfo=htonl({}), inet_pton(AF_INET6, \"{}\", &sin6_addr)",
      ntohs(port), ntohl(flow), address.data());
  if (bytes.size() >= kScope + sizeof scope) text += fmt::format(", sin6_scope_id={}", scope);
  return text;
}

std::string netlink_text(std::span<const std::byte> bytes) {
  u32 pid = 0, groups = 0;
  std::memcpy(&pid, &bytes[4], sizeof pid);
  std::memcpy(&groups, &bytes[8], sizeof groups);
  return fmt::format("nl_pid={}, nl_groups={:08x}", static_cast<i32>(pid), groups);
}

std::string protocol_text(u32 family, u32 protocol) {
  if (family == abi::kAfInet || family == abi::kAfInet6) return choice_text(protocol, kIpProtocols);
  if (family == abi::kAfNetlink) return choice_text(protocol, kNetlinkProtocols);
  return fmt::to_string(protocol);
}

}  // namespace

void TracePrinter::print(SocketFamily v) {
  append(choice_text(static_cast<u32>(v.bits), kFamilies, "AF_???"));
}
void TracePrinter::print(SocketType v) {
  const u32 type = static_cast<u32>(v.bits & abi::kSockTypeMask);
  const u32 flags = static_cast<u32>(v.bits & ~abi::kSockTypeMask);
  if (std::ranges::find(kTypes, type, &FlagName::bits) == std::end(kTypes)) {
    constexpr u32 kFlagBits = abi::kSockCloseOnExec | abi::kSockNonBlock;
    const u32 known = flags & kFlagBits;
    if (known == 0) return append(choice_text(static_cast<u32>(v.bits), kTypes, "SOCK_???"));
  }
  append(choice_text(type, kTypes, "SOCK_???"));
  if (flags != 0) append("|" + flags_text(flags, kCreationFlags, "", "SOCK_???"));
}
void TracePrinter::print(SocketFlags v) {
  append(flags_text(v.bits, kCreationFlags, "0", "SOCK_???"));
}
void TracePrinter::print(MessageFlags v) { append(flags_text(v.bits, kMessageFlags)); }
void TracePrinter::print(SocketLevel v) {
  append(choice_text(static_cast<u32>(v.bits), kLevels, "SOL_??"));
}
void TracePrinter::print(SocketOption v) {
  const u32 option = static_cast<u32>(v.bits);
  switch (registers_.args[1]) {
    case 0: return append(choice_text(option, kIpOptions, "IP_???"));
    case 1: return append(choice_text(option, kSocketOptions, "SO_???"));
    case 6: return append(choice_text(option, kTcpOptions, "TCP_???"));
    case 41: return append(choice_text(option, kIpv6Options, "IPV6_???"));
    case 270: return append(choice_text(option, kNetlinkOptions, "NETLINK_???"));
    default: return append(fmt::to_string(v.bits));
  }
}
void TracePrinter::print(ShutdownHow v) { append(choice_text(static_cast<u32>(v.bits), kHows)); }

void TracePrinter::print(InAddress v) {
  const i32 size = static_cast<i32>(next_register());
  print_socket_address(v.addr, size < 0 ? 0 : static_cast<u32>(size));
}

void TracePrinter::print(OutAddress v) {
  const auto size = space_.read_value<i32>(GuestAddr(next_register()));
  if (result_.failed() || !size.ok() || *size <= 0) return print(v.addr);
  // What did not fit is told and not there.
  print_socket_address(v.addr, std::min(static_cast<u64>(*size), before()));
}

void TracePrinter::print_size_result(GuestAddr size) {
  const auto now = space_.read_value<i32>(size);
  if (size.is_null() || !now.ok()) return print(size);
  const i32 was = static_cast<i32>(before());
  append(*now == was || result_.failed() ? fmt::format("[{}]", was)
                                         : fmt::format("[{} => {}]", was, *now));
}

void TracePrinter::print_socket_address(GuestAddr addr, u64 size) {
  std::array<std::byte, abi::kAddressSize> room{};
  const auto bytes = std::span(room).first(std::min<u64>(size, room.size()));
  u16 family = 0;
  if (addr.is_null() || size < sizeof family || !space_.read(addr, bytes).ok()) return print(addr);
  std::memcpy(&family, bytes.data(), sizeof family);
  append("{sa_family=" + choice_text(family, kFamilies, "AF_???"));
  const std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + sizeof family,
                              bytes.size() - sizeof family);
  constexpr std::size_t kIpv4Size = 16, kIpv6Size = 24, kNetlinkSize = 12;
  if (family == abi::kAfUnix) {
    if (!rest.empty()) append(", sun_path=" + path_text(rest));
  } else if (family == abi::kAfInet && bytes.size() >= kIpv4Size) {
    append(", " + ipv4_text(bytes));
  } else if (family == abi::kAfInet6 && bytes.size() >= kIpv6Size) {
    append(", " + ipv6_text(bytes));
  } else if (family == abi::kAfNetlink && bytes.size() >= kNetlinkSize) {
    append(", " + netlink_text(bytes));
  } else if (!rest.empty()) {
    append(", sa_data=" + quoted_text(rest, 0));
  }
  append("}");
}

bool TracePrinter::print_socket_argument() {
  const u64 value = registers_.args[index_];
  const GuestAddr addr(value);
  switch (registers_.number) {
    case abi::kCallAccept:
    case abi::kCallAccept4:
    case abi::kCallGetsockname:
    case abi::kCallGetpeername:
      if (index_ != 2) return false;
      print_size_result(addr);
      return true;
    case abi::kCallRecvfrom:
      if (index_ != 5) return false;
      print_size_result(addr);
      return true;
    case abi::kCallSocket:
      if (index_ != 2) return false;
      append(protocol_text(static_cast<u32>(registers_.args[0]), static_cast<u32>(value)));
      return true;
    case abi::kCallSetsockopt:
      if (index_ != 3) return false;
      print_option_value(addr, static_cast<u64>(static_cast<i32>(registers_.args[4])));
      return true;
    case abi::kCallGetsockopt: {
      if (index_ == 4) print_size_result(addr);
      if (index_ != 3) return index_ == 4;
      const auto size = space_.read_value<i32>(GuestAddr(registers_.args[4]));
      if (result_.failed() || !size.ok() || *size < 0)
        print(addr);
      else
        print_option_value(addr, static_cast<u64>(*size));
      return true;
    }
    case abi::kCallRecvmsg:
      if (index_ != 1 || !result_.failed()) return false;
      if (!space_.read_value<abi::MessageHeader>(addr).ok())
        print(addr);
      else
        append(fmt::format("{{msg_namelen={}}}", static_cast<i32>(before())));
      return true;
    case abi::kCallRecvmmsg:
    case abi::kCallSendmmsg:
      if (index_ != 1) return false;
      print_messages(addr);
      return true;
    default: return false;
  }
}

void TracePrinter::print_option_value(GuestAddr addr, u64 size) {
  const bool is_socket = registers_.args[1] == abi::kSolSocket;
  const u32 option = is_socket ? static_cast<u32>(registers_.args[2]) : 0;
  constexpr u64 kMostShown = 4096;
  struct Linger {
    i32 on, seconds;
  };
  if (option == abi::kSoLinger && size >= sizeof(Linger)) {
    const auto linger = space_.read_value<Linger>(addr);
    if (!linger.ok()) return print(addr);
    append(fmt::format("{{l_onoff={}, l_linger={}}}", linger->on, linger->seconds));
  } else if (option == abi::kSoPeerCredentials && size >= sizeof(abi::SocketCredentials)) {
    const auto who = space_.read_value<abi::SocketCredentials>(addr);
    if (!who.ok()) return print(addr);
    append(fmt::format("{{pid={}, uid={}, gid={}}}", who->pid, static_cast<i32>(who->uid),
                       static_cast<i32>(who->gid)));
  } else if (size == sizeof(i32)) {
    const auto number = space_.read_value<i32>(addr);
    if (!number.ok()) return print(addr);
    const bool is_error = option == abi::kSoError && *number > 0;
    append(is_error ? fmt::format("[{}]", errno_name(static_cast<Errno>(*number)))
                    : fmt::format("[{}]", *number));
  } else if (size < (is_exit_ ? 1 : sizeof(i32)) || size > kMostShown) {
    print(addr);
  } else {
    print_bytes(addr, size);
  }
}

void TracePrinter::print_value(const abi::MessageHeader& value) {
  const bool is_received = is_call(abi::kCallRecvmsg);
  print_message(value, is_received ? result_.value : ~u64{0}, is_received);
}

void TracePrinter::print_message(const abi::MessageHeader& value, u64 limit, bool is_received) {
  append("{msg_name=");
  const i32 was = static_cast<i32>(before());
  const bool alone = is_received && is_call(abi::kCallRecvmsg);
  const u64 size = static_cast<u32>(value.name_size);
  if (size == 0)
    print(GuestAddr(value.name));
  else
    print_socket_address(GuestAddr(value.name), alone ? std::min(size, before()) : size);
  append(alone && was != value.name_size
             ? fmt::format(", msg_namelen={} => {}", was, value.name_size)
             : fmt::format(", msg_namelen={}", value.name_size));
  append(", msg_iov=");
  print_iovecs_at(GuestAddr(value.iov), value.iov_count, limit);
  append(fmt::format(", msg_iovlen={}", value.iov_count));
  if (value.control != 0 && value.control_size != 0) {
    append(", msg_control=");
    print_control(GuestAddr(value.control), value.control_size);
  }
  append(fmt::format(", msg_controllen={}, msg_flags={}}}", value.control_size,
                     flags_text(value.flags, kMessageFlags)));
}

void TracePrinter::print_messages(GuestAddr addr) {
  const bool is_received = is_call(abi::kCallRecvmmsg);
  if (is_received && result_.failed()) return print(addr);
  const u64 done = result_.failed() ? 0 : result_.value;
  constexpr u64 kMost = 1024;  // UIO_MAXIOV: sendmmsg takes no more at once
  const u64 count = is_received ? done : std::min<u64>(static_cast<u32>(registers_.args[2]), kMost);
  u64 index = 0;
  print_elements<abi::MultipleMessageHeader>(addr, count, [&](const auto& message) {
    append("{msg_hdr=");
    print_message(message.header, is_received ? message.size : ~u64{0}, is_received);
    append(index++ < done ? fmt::format(", msg_len={}}}", message.size) : "}");
  });
}

void TracePrinter::print_control(GuestAddr addr, u64 size) {
  constexpr FlagName kSocketTypes[] = {
      {1, "SCM_RIGHTS"}, {2, "SCM_CREDENTIALS"}, {3, "SCM_SECURITY"}, {29, "SO_TIMESTAMP_OLD"}};
  constexpr u64 kHeader = sizeof(abi::ControlHeader);
  if (size < kHeader || !space_.read_value<abi::ControlHeader>(addr).ok()) return print(addr);
  append("[");
  for (u64 at = 0; size - at >= kHeader;) {
    const auto header = space_.read_value<abi::ControlHeader>(addr + at);
    if (!header.ok()) break;
    const bool is_socket = header->level == abi::kSolSocket;
    const u32 type = static_cast<u32>(header->type);
    append(fmt::format("{}{{cmsg_len={}, cmsg_level={}, cmsg_type={}", at == 0 ? "" : ", ",
                       header->size,
                       choice_text(static_cast<u32>(header->level), kLevels, "SOL_??"),
                       is_socket             ? choice_text(type, kSocketTypes, "SCM_???")
                       : header->level == 0  ? choice_text(type, kIpOptions, "IP_???")
                       : header->level == 41 ? choice_text(type, kIpv6Options, "IPV6_???")
                                             : fmt::format("{:#x}", type)));
    const u64 end = std::min(header->size, size - at);
    if (end > kHeader) {
      append(", cmsg_data=");
      print_control_data(addr + at + kHeader, end - kHeader, is_socket ? type : 0);
    }
    append("}");
    if (header->size < kHeader || size - at - end < kHeader) {
      if (header->size < kHeader)
        append(fmt::format(", ... /* {:#x} */", addr.value() + at + kHeader));
      break;
    }
    at += std::min((end + 7) & ~u64{7}, size);
    if (at >= size) break;
  }
  append("]");
}

void TracePrinter::print_control_data(GuestAddr addr, u64 size, u32 socket_type) {
  if (socket_type == static_cast<u32>(abi::kScmCredentials) &&
      size >= sizeof(abi::SocketCredentials)) {
    const auto who = space_.read_value<abi::SocketCredentials>(addr);
    if (!who.ok()) return print(addr);
    return append(fmt::format("{{pid={}, uid={}, gid={}}}", who->pid, who->uid, who->gid));
  }
  if (socket_type == static_cast<u32>(abi::kScmRights))
    return print_elements<i32>(addr, size / sizeof(i32), [this](i32 fd) { print(Fd{fd}); });
  if (socket_type == 0 && size == sizeof(i32))
    return print_elements<i32>(addr, 1, [this](i32 number) { print(number); });
  print_bytes(addr, size);
}

}  // namespace kemu
