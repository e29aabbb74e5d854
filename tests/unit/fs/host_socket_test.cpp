#include "fs/host_socket.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "fs/host_socket_options.h"
#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;
using test::error_of;
using test::put;
using test::spans_of;
using test::take;

constexpr SocketUser kUser{1, 0, 0};

SocketAddress address_of(const void* from, u32 size) {
  SocketAddress address;
  std::memcpy(address.bytes.data(), from, size);
  address.size = size;
  return address;
}

SocketAddress ipv4(u32 host, u16 port) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(host);
  in.sin_port = htons(port);
  return address_of(&in, sizeof in);
}

SocketAddress ipv6(std::initializer_list<u8> tail) {
  sockaddr_in6 in6 = {};
  in6.sin6_family = AF_INET6;
  std::copy(tail.begin(), tail.end(), in6.sin6_addr.s6_addr + 16 - tail.size());
  return address_of(&in6, sizeof in6);
}

class HostSockets : public ::testing::Test {
 protected:
  std::shared_ptr<Socket> make(i32 type, NetworkAccess access = NetworkAccess::Host) {
    return make_network_socket(AF_INET, type, 0, 0, access, poller_).value();
  }
  std::shared_ptr<Socket> bound(i32 type, NetworkAccess access = NetworkAccess::Host) {
    auto socket = make(type, access);
    EXPECT_EQ(error_of(socket->bind(ipv4(INADDR_LOOPBACK, 0), kUser)), "ok");
    return socket;
  }
  /// Connects, waiting by the poller as a task does.
  void connect(Socket& socket, const SocketAddress& to) {
    auto result = socket.connect(to, kUser);
    while (!result.ok() && (result.error() == Errno::EINPROGRESS ||  //
                            result.error() == Errno::EALREADY)) {
      wait(socket, kPollOut);
      result = socket.connect(to, kUser);
    }
    EXPECT_EQ(error_of(result), "ok");
  }
  void wait(Socket& socket, u32 events) {
    CountingWaiter waiter;
    socket.wait_on(events, waiter);
    poller_.wait(10 * kSecond);
    EXPECT_EQ(waiter.wakes, 1);
  }

  HostPoller poller_;
};

TEST_F(HostSockets, ConnectAcceptAndMoveBytes) {
  auto listener = bound(SOCK_STREAM);
  ASSERT_EQ(error_of(listener->listen(1, kUser)), "ok");
  EXPECT_EQ(error_of(listener->accept(0)), "EAGAIN");
  auto client = make(SOCK_STREAM);
  connect(*client, listener->name().value());
  wait(*listener, kPollIn);
  auto server = listener->accept(abi::kOpenNonBlock).value();
  EXPECT_TRUE(server->non_blocking());
  EXPECT_EQ(error_of(server->receive({}, 0)), "EAGAIN");
  EXPECT_EQ(put(*client, "hello").value(), 5u);
  wait(*server, kPollIn);
  EXPECT_EQ(take(*server, 10).value(), "hello");
  EXPECT_EQ(server->inode().type(), FileType::Socket);
}

TEST_F(HostSockets, DatagramsInMorePiecesThanTheHostTakes) {
  auto receiver = bound(SOCK_DGRAM), sender = make(SOCK_DGRAM);
  std::string bytes(3000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  HostSpans pieces;
  for (char& byte : bytes) pieces.push_back(std::as_writable_bytes(std::span(&byte, 1)));
  const SocketAddress to = receiver->name().value();
  EXPECT_EQ(sender->send({pieces, &to, {}, 0, {}}).value(), bytes.size());
  wait(*receiver, kPollIn);
  std::string got(2000, '\0');
  HostSpans room;
  for (char& byte : got) room.push_back(std::as_writable_bytes(std::span(&byte, 1)));
  const Incoming incoming = receiver->receive(room, 0).value();
  EXPECT_EQ(incoming.bytes, 2000u);
  EXPECT_EQ(incoming.full_size, 3000u);
  EXPECT_NE(incoming.flags & abi::kMsgTruncated, 0u);
  EXPECT_EQ(got, bytes.substr(0, 2000));
}

TEST_F(HostSockets, WithinTheLoopbackNothingLeadsOutside) {
  // SO_BINDTODEVICE is free to all since Linux 5.7 only: before, --net=loopback is refused.
  if (!can_confine_to_loopback()) GTEST_SKIP() << "the host keeps no socket to one interface";
  const auto access = NetworkAccess::Loopback;
  const SocketAddress outside = ipv4(0xc0000201, 9), inside = ipv4(INADDR_LOOPBACK, 9);
  auto udp = make(SOCK_DGRAM, access);
  std::string byte = "x";
  EXPECT_EQ(error_of(udp->send({spans_of(byte), &outside, {}, 0, {}})), "ENETUNREACH");
  EXPECT_EQ(error_of(udp->send({spans_of(byte), &inside, {}, 0, {}})), "ok");
  EXPECT_EQ(error_of(udp->connect(outside, kUser)), "ENETUNREACH");
  EXPECT_EQ(error_of(make(SOCK_STREAM, access)->bind(outside, kUser)), "EADDRNOTAVAIL");
  EXPECT_EQ(error_of(make(SOCK_STREAM, access)->bind(ipv4(INADDR_ANY, 0), kUser)), "ok");
  EXPECT_EQ(error_of(make_network_socket(AF_INET, SOCK_RAW, 1, 0, access, poller_)), "EPERM");
  EXPECT_EQ(error_of(make_network_socket(AF_NETLINK, SOCK_RAW, 0, 0, access, poller_)),
            "EAFNOSUPPORT");
}

TEST_F(HostSockets, AnUnconfiguredMachineHasNowhereToGo) {
  const auto access = NetworkAccess::None;
  auto listener = make(SOCK_STREAM, access);
  EXPECT_EQ(error_of(listener->bind(ipv4(INADDR_LOOPBACK, 80), kUser)), "EADDRNOTAVAIL");
  EXPECT_EQ(error_of(listener->bind(ipv4(INADDR_ANY, 80), kUser)), "ok");
  EXPECT_EQ(listener->name().value().bytes, ipv4(INADDR_ANY, 80).bytes);
  EXPECT_EQ(error_of(listener->listen(5, kUser)), "ok");
  EXPECT_EQ(error_of(listener->accept(0)), "EAGAIN");
  EXPECT_EQ(listener->poll(), 0u);
  EXPECT_EQ(error_of(make(SOCK_STREAM, access)->connect(ipv4(INADDR_LOOPBACK, 80), kUser)),
            "ENETUNREACH");
}

TEST_F(HostSockets, NetlinkReadsAndChangesNothing) {
  auto made =
      make_network_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0, NetworkAccess::Host, poller_);
  // Sandboxes refuse AF_NETLINK; then there is nothing to pass through.
  if (!made.ok()) GTEST_SKIP() << "the host has no netlink";
  const auto send = [&](u16 type) {
    nlmsghdr header = {};
    header.nlmsg_len = sizeof header;
    header.nlmsg_type = type;
    header.nlmsg_flags = NLM_F_REQUEST;
    std::string bytes(reinterpret_cast<char*>(&header), sizeof header);
    return error_of(put(**made, bytes));
  };
  EXPECT_EQ(send(RTM_GETLINK), "ok");
  EXPECT_EQ(send(RTM_DELLINK), "EPERM");
  EXPECT_EQ(send(RTM_NEWADDR), "EPERM");
  EXPECT_EQ(send(RTM_SETLINK), "EPERM");
  EXPECT_EQ(error_of(make_network_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT, 0,
                                         NetworkAccess::Host, poller_)),
            "EPROTONOSUPPORT");
}

TEST(SocketOptions, NoneThatHoldsAPointerOrNeedsPrivilege) {
  const auto set = [](i32 level, i32 name, NetworkAccess access) {
    return error_of(check_option_write(level, name, access));
  };
  const auto host = NetworkAccess::Host;
  EXPECT_EQ(set(SOL_SOCKET, SO_REUSEADDR, host), "ok");
  EXPECT_EQ(set(SOL_SOCKET, SO_ATTACH_FILTER, host), "ENOPROTOOPT");
  EXPECT_EQ(set(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, host), "ENOPROTOOPT");
  EXPECT_EQ(set(SOL_SOCKET, SO_MARK, host), "EPERM");
  EXPECT_EQ(set(IPPROTO_IP, IP_TRANSPARENT, host), "EPERM");
  EXPECT_EQ(set(IPPROTO_IP, 64, host), "ENOPROTOOPT");  // IPT_SO_SET_REPLACE
  EXPECT_EQ(set(SOL_SOCKET, SO_BINDTODEVICE, NetworkAccess::Loopback), "EPERM");
  EXPECT_EQ(error_of(check_option_read(AF_INET, IPPROTO_TCP, 35)),  // TCP_ZEROCOPY_RECEIVE
            "ENOPROTOOPT");
}

TEST(NetworkAddresses, WhichStayOnThisMachine) {
  EXPECT_TRUE(is_loopback(ipv4(0x7f0000ff, 1)));
  EXPECT_TRUE(is_loopback(ipv4(INADDR_ANY, 1)));
  EXPECT_FALSE(is_loopback(ipv4(0x80000001, 1)));
  EXPECT_FALSE(is_loopback(ipv4(INADDR_BROADCAST, 1)));
  EXPECT_TRUE(is_loopback(ipv6({1})));
  EXPECT_TRUE(is_loopback(ipv6({0xff, 0xff, 127, 0, 0, 1})));
  EXPECT_FALSE(is_loopback(ipv6({0xff, 0xff, 10, 0, 0, 1})));
  EXPECT_FALSE(is_loopback(ipv6({2})));
}

}  // namespace
}  // namespace kemu
