#include "fs/host_socket_options.h"

#include <linux/errqueue.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/errno_undef.h"

namespace kemu {

namespace {

/// What a guest may do with an option. `Confined`: set it too, unless it is kept to less than the
/// host's network. `Denied`: set by the privileged alone.
enum class Use : u8 { ReadWrite, Confined, Denied };

/// Options `first` to `last` of one level.
struct OptionRange {
  i32 level;
  i32 first;
  i32 last;
  Use use;
};

// Newer options go by number: the headers kemu is built with may not know them.
constexpr OptionRange kOptions[] = {
    {SOL_SOCKET, SO_DEBUG, SO_SNDTIMEO, Use::ReadWrite},
    {SOL_SOCKET, SO_BINDTODEVICE, SO_BINDTODEVICE, Use::Confined},
    {SOL_SOCKET, SO_PEERNAME, SO_ACCEPTCONN, Use::ReadWrite},
    {SOL_SOCKET, SO_PEERSEC, SO_PEERSEC, Use::ReadWrite},
    {SOL_SOCKET, SO_SNDBUFFORCE, SO_RCVBUFFORCE, Use::Denied},
    {SOL_SOCKET, SO_PASSSEC, SO_TIMESTAMPNS, Use::ReadWrite},
    {SOL_SOCKET, SO_MARK, SO_MARK, Use::Denied},
    {SOL_SOCKET, SO_TIMESTAMPING, SO_NOFCS, Use::ReadWrite},
    {SOL_SOCKET, SO_SELECT_ERR_QUEUE, SO_INCOMING_CPU, Use::ReadWrite},
    {SOL_SOCKET, SO_CNX_ADVICE, 53, Use::ReadWrite},
    {SOL_SOCKET, 55, 57, Use::ReadWrite},  // SO_MEMINFO, SO_INCOMING_NAPI_ID, SO_COOKIE
    {SOL_SOCKET, 62, 62, Use::Confined},   // SO_BINDTOIFINDEX
    {SOL_SOCKET, 63, 67, Use::ReadWrite},  // SO_TIMESTAMP_NEW…SO_SNDTIMEO_NEW
    {SOL_SOCKET, 69, 76, Use::ReadWrite},  // SO_PREFER_BUSY_POLL…SO_PASSPIDFD
    {IPPROTO_IP, IP_TOS, IP_HDRINCL, Use::ReadWrite},
    {IPPROTO_IP, IP_OPTIONS, IP_OPTIONS, Use::Confined},
    {IPPROTO_IP, IP_ROUTER_ALERT, IP_PKTINFO, Use::ReadWrite},
    {IPPROTO_IP, IP_MTU_DISCOVER, IP_FREEBIND, Use::ReadWrite},
    {IPPROTO_IP, IP_PASSSEC, IP_PASSSEC, Use::ReadWrite},
    {IPPROTO_IP, IP_TRANSPARENT, IP_TRANSPARENT, Use::Denied},
    {IPPROTO_IP, IP_RECVORIGDSTADDR, 26, Use::ReadWrite},  // …IP_RECVERR_RFC4884
    {IPPROTO_IP, IP_MULTICAST_IF, IP_MULTICAST_LOOP, Use::ReadWrite},
    {IPPROTO_IP, IP_ADD_MEMBERSHIP, MCAST_MSFILTER, Use::Confined},
    {IPPROTO_IP, IP_MULTICAST_ALL, 52, Use::ReadWrite},  // …IP_PROTOCOL
    {IPPROTO_IPV6, IPV6_2292PKTINFO, IPV6_2292RTHDR - 1, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_CHECKSUM, IPV6_2292HOPLIMIT, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_FLOWINFO, IPV6_MULTICAST_LOOP, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, Use::Confined},
    {IPPROTO_IPV6, IPV6_ROUTER_ALERT, IPV6_V6ONLY, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_JOIN_ANYCAST, IPV6_LEAVE_ANYCAST, Use::Confined},
    {IPPROTO_IPV6, IPV6_MULTICAST_ALL, IPV6_FLOWINFO_SEND, Use::ReadWrite},
    {IPPROTO_IPV6, MCAST_JOIN_GROUP, MCAST_MSFILTER, Use::Confined},
    {IPPROTO_IPV6, IPV6_RECVPKTINFO, IPV6_HOPOPTS - 1, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_HOPOPTS, IPV6_RTHDRDSTOPTS, Use::Confined},
    {IPPROTO_IPV6, IPV6_RECVRTHDR, IPV6_RECVRTHDR, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_RTHDR, IPV6_RTHDR, Use::Confined},
    {IPPROTO_IPV6, IPV6_RECVDSTOPTS, IPV6_RECVDSTOPTS, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_DSTOPTS, IPV6_DSTOPTS, Use::Confined},
    {IPPROTO_IPV6, IPV6_RECVPATHMTU, IPV6_DONTFRAG, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_RECVTCLASS, IPV6_ADDR_PREFERENCES, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_MINHOPCOUNT, IPV6_ORIGDSTADDR, Use::ReadWrite},
    {IPPROTO_IPV6, IPV6_TRANSPARENT, IPV6_TRANSPARENT, Use::Denied},
    {IPPROTO_IPV6, IPV6_UNICAST_IF, IPV6_FREEBIND, Use::ReadWrite},
    {IPPROTO_TCP, TCP_NODELAY, TCP_CONGESTION, Use::ReadWrite},
    {IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, TCP_USER_TIMEOUT, Use::ReadWrite},
    {IPPROTO_TCP, TCP_REPAIR, TCP_QUEUE_SEQ, Use::Denied},
    {IPPROTO_TCP, TCP_FASTOPEN, TCP_SAVED_SYN, Use::ReadWrite},
    {IPPROTO_TCP, TCP_REPAIR_WINDOW, TCP_REPAIR_WINDOW, Use::Denied},
    {IPPROTO_TCP, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_CONNECT, Use::ReadWrite},
    {IPPROTO_TCP, TCP_FASTOPEN_KEY, TCP_FASTOPEN_NO_COOKIE, Use::ReadWrite},
    {IPPROTO_TCP, TCP_INQ, TCP_TX_DELAY, Use::ReadWrite},
    {IPPROTO_UDP, UDP_CORK, UDP_CORK, Use::ReadWrite},
    {IPPROTO_UDP, UDP_NO_CHECK6_TX, UDP_GRO, Use::ReadWrite},
    {IPPROTO_UDPLITE, UDP_CORK, UDP_CORK, Use::ReadWrite},
    {IPPROTO_UDPLITE, 10, 11, Use::ReadWrite},  // UDPLITE_SEND_CSCOV, UDPLITE_RECV_CSCOV
    {SOL_RAW, 1, 1, Use::ReadWrite},            // ICMP_FILTER
    {IPPROTO_ICMPV6, 1, 1, Use::ReadWrite},     // ICMPV6_FILTER
    {SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NETLINK_NO_ENOBUFS, Use::ReadWrite},
    {SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, NETLINK_GET_STRICT_CHK, Use::ReadWrite},
};

const OptionRange* find_option(i32 level, i32 name) {
  for (const OptionRange& range : kOptions)
    if (range.level == level && range.first <= name && name <= range.last) return &range;
  return nullptr;
}

/// Control messages that leave the way of a message alone, besides its interface.
struct ControlKind {
  i32 level;
  i32 type;
};
constexpr ControlKind kHarmlessControl[] = {
    {SOL_SOCKET, SO_TIMESTAMPING}, {IPPROTO_IP, IP_TOS},          {IPPROTO_IP, IP_TTL},
    {IPPROTO_IP, IP_PKTINFO},      {IPPROTO_IPV6, IPV6_PKTINFO},  {IPPROTO_IPV6, IPV6_HOPLIMIT},
    {IPPROTO_IPV6, IPV6_TCLASS},   {IPPROTO_IPV6, IPV6_DONTFRAG}, {IPPROTO_UDP, UDP_SEGMENT},
};

}  // namespace

Result<Unit> check_option_read(i32 family, i32 level, i32 name) {
  if (find_option(level, name)) return Unit{};
  const bool known_level =
      std::any_of(std::begin(kOptions), std::end(kOptions),
                  [&](const OptionRange& range) { return range.level == level; });
  return family == abi::kAfInet && !known_level ? Errno::EOPNOTSUPP : Errno::ENOPROTOOPT;
}

Result<Unit> check_option_write(i32 level, i32 name, NetworkAccess access) {
  const OptionRange* option = find_option(level, name);
  if (!option) return Errno::ENOPROTOOPT;
  const bool confined = option->use == Use::Confined && access != NetworkAccess::Host;
  if (option->use == Use::Denied || confined) return Errno::EPERM;
  return Unit{};
}

Result<Unit> check_control_message(const ControlMessage& message, NetworkAccess access) {
  if (access == NetworkAccess::Host) return Unit{};
  const bool harmless = std::any_of(
      std::begin(kHarmlessControl), std::end(kHarmlessControl),
      [&](ControlKind kind) { return kind.level == message.level && kind.type == message.type; });
  if (!harmless) return Errno::EPERM;
  return Unit{};
}

}  // namespace kemu
