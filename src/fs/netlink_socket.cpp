#include "fs/netlink_socket.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/errno_undef.h"
#include "fs/host_io.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

/// Requests for what is there are small.
constexpr u64 kMostRequestBytes = u64{64} << 10;

/// rtnetlink numbers its messages in fours: NEW, DEL, GET, SET.
bool only_reads(u16 type) {
  return type < NLMSG_MIN_TYPE || (type >= RTM_BASE && (type & 3) == (RTM_GETLINK & 3));
}

Result<Unit> check_requests(std::span<const std::byte> bytes) {
  while (bytes.size() >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    // The host stops at such a header too (netlink_rcv_skb of net/netlink/af_netlink.c).
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > bytes.size()) break;
    if (!only_reads(header.nlmsg_type)) return Errno::EPERM;
    bytes = bytes.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), bytes.size()));
  }
  return Unit{};
}

}  // namespace

Result<u64> NetlinkSocket::send(const Outgoing& message) {
  const u64 size = total_size(message.from);
  if (size > kMostRequestBytes) return Errno::EMSGSIZE;
  // A copy, so that what was looked at is what is sent.
  std::vector<std::byte> bytes(size);
  copy_from_spans(bytes, message.from);
  TRY(check_requests(bytes));
  const HostSpans checked = {std::span(bytes)};
  return HostSocket::send({.from = checked,
                           .to = message.to,
                           .with = message.with,
                           .flags = message.flags,
                           .sender = message.sender});
}

}  // namespace kemu
