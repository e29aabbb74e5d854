#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "base/errno_undef.h"
#include "fs/host_io.h"
#include "fs/host_socket.h"
#include "fs/host_socket_options.h"
#include "fs/machine_copy.h"

// Sockets of the host in a copy of their machine: only those that nothing was done with but options
// set have a second.

namespace kemu {

namespace {

i32 socket_option(int fd, i32 name) {
  i32 value = 0;
  socklen_t size = sizeof value;
  (void)getsockopt(fd, SOL_SOCKET, name, &value, &size);
  return value;
}

/// What the host says where a socket is: getsockname(2) or getpeername(2).
template <typename Ask>
SocketAddress place_of(int fd, Ask&& ask) {
  SocketAddress address;
  socklen_t size = abi::kAddressSize;
  if (ask(fd, reinterpret_cast<sockaddr*>(address.bytes.data()), &size) == 0) address.size = size;
  return address;
}

const char* protocol_name(i32 protocol) {
  switch (protocol) {
    case IPPROTO_TCP: return "TCP";
    case IPPROTO_UDP: return "UDP";
    default: return "raw";
  }
}

}  // namespace

HostSocket::HostSocket(const HostSocket& original, Location location, UniqueFd fd,
                       HostPoller& poller)
    : Socket(std::move(location), original.flags_),
      fd_(std::move(fd)),
      family_(original.family_),
      type_(original.type_),
      access_(original.access_),
      poller_(poller),
      kept_error_(original.kept_error_) {
  receive_timeout = original.receive_timeout;
  send_timeout = original.send_timeout;
}

std::shared_ptr<HostSocket> HostSocket::make_like_this(Location location, UniqueFd fd,
                                                       HostPoller& poller) const {
  return std::make_shared<HostSocket>(*this, std::move(location), std::move(fd), poller);
}

std::string HostSocket::described() const {
  if (family_ == abi::kAfNetlink) return "netlink";
  const std::string protocol = protocol_name(socket_option(fd_.get(), SO_PROTOCOL));
  if (place_of(fd_.get(), ::getpeername).size > 0) return protocol + ", connected";
  if (socket_option(fd_.get(), SO_ACCEPTCONN) != 0) return protocol + ", listening";
  return protocol + ", in use";
}

bool HostSocket::is_fresh() const {
  if (place_of(fd_.get(), ::getpeername).size > 0) return false;
  const SocketAddress name = place_of(fd_.get(), ::getsockname);
  u16 port;
  std::memcpy(&port, name.bytes.data() + offsetof(sockaddr_in, sin_port), sizeof port);
  return port == 0 && is_wildcard(name);
}

/// EPERM for one that says more than how: which groups to hear of, and by which way.
Result<Unit> HostSocket::take_options(const HostSocket& original) {
  for (const auto& [which, value] : original.options_set_) {
    TRY(check_option_write(which.first, which.second, NetworkAccess::None));
    TRY(set_option(which.first, which.second, value));
  }
  return Unit{};
}

std::shared_ptr<FileDescription> HostSocket::copy_to(MachineCopy& copy) const {
  auto fd = open_host_socket(family_, type_, socket_option(fd_.get(), SO_PROTOCOL), access_);
  const bool opened = fd.ok();
  auto made =
      make_like_this(copy.of(location_), opened ? std::move(*fd) : UniqueFd(), copy.poller());
  const bool same =
      opened && is_fresh() && made->take_options(*this).ok() &&
      host_poll(fd_.get(), kPollIn | kPollOut) == host_poll(made->fd_.get(), kPollIn | kPollOut);
  if (!same) copy.refuse("a host socket is open (" + described() + ")");
  if (same) poller_.copy_queues(copy, fd_.get(), made->fd_.get());
  return copy_common(copy, made);
}

}  // namespace kemu
