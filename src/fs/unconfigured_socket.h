#pragma once

#include "fs/host_socket.h"

namespace kemu {

/// A socket on a machine whose only interface, lo, is down: it can be bound to the wildcard address
/// and listen, and nothing ever comes or goes. Its host socket is never bound, and answers for
/// options and errors alone.
class UnconfiguredSocket : public HostSocket {
 public:
  using HostSocket::HostSocket;

  Result<Unit> bind(const SocketAddress& address, const SocketUser& user) override;
  Result<Unit> listen(i32 backlog, const SocketUser& user) override;
  Result<std::shared_ptr<Socket>> accept(u32 flags) override;
  Result<Unit> connect(const SocketAddress& address, const SocketUser& user) override;
  Result<SocketAddress> name() override;
  Result<u64> send(const Outgoing& message) override;
  Result<Unit> shutdown(SocketShutdown how) override;
  u32 poll() override;

 protected:
  std::shared_ptr<HostSocket> make_like_this(Location location, UniqueFd fd,
                                             HostPoller& poller) const override;

 private:
  void take_port();
  Errno unreachable(const SocketAddress& address) const;

  SocketAddress bound_;  // of size 0 while it has no port
  bool listening_ = false;
};

}  // namespace kemu
