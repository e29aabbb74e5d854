#pragma once

#include <map>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "fs/network.h"

namespace kemu {

/// A socket of the host as a guest's: AF_INET and AF_INET6. The host's descriptor never blocks; the
/// guest's O_NONBLOCK is kemu's own note. Addresses, options and control messages go through as
/// bytes, for arm64 and x86-64 agree on all of them; see host_socket_options.h for which.
class HostSocket : public Socket {
 public:
  HostSocket(UniqueFd fd, u32 flags, i32 family, i32 type, NetworkAccess access,
             HostPoller& poller);
  /// Another one like `original`, in a copy of the machine.
  HostSocket(const HostSocket& original, Location location, UniqueFd fd, HostPoller& poller);
  ~HostSocket() override;

  i32 family() const override { return family_; }
  i32 type() const override { return type_; }
  Result<Unit> bind(const SocketAddress& address, const SocketUser& user) override;
  Result<Unit> listen(i32 backlog, const SocketUser& user) override;
  Result<std::shared_ptr<Socket>> accept(u32 flags) override;
  /// EINPROGRESS, and EALREADY while it goes on: once kPollOut holds, the same call tells how it
  /// ended, as the host's does.
  Result<Unit> connect(const SocketAddress& address, const SocketUser& user) override;
  Result<SocketAddress> name() override;
  Result<SocketAddress> peer_name() override;
  Result<u64> send(const Outgoing& message) override;
  Result<Incoming> receive(const HostSpans& to, u32 flags) override;
  Result<Unit> shutdown(SocketShutdown how) override;
  Result<std::vector<std::byte>> option(i32 level, i32 name, u64 size) override;
  Result<Unit> set_option(i32 level, i32 name, std::span<const std::byte> value) override;
  Result<Unit> take_error() override;
  void keep_error(Errno error) override { kept_error_ = error; }

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<FileStatus> status() override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  bool pollable() const override { return true; }
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  int host_fd() const override { return fd_.get(); }
  /// Refused for one that is bound or connected: there is no second of what the host knows of it.
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 protected:
  bool is_stream() const { return type_ == abi::kSockStream; }
  virtual std::shared_ptr<HostSocket> make_like_this(Location location, UniqueFd fd,
                                                     HostPoller& poller) const;

 private:
  Result<Unit> check_destination(const SocketAddress& address) const;
  /// As the host has it: "TCP, listening".
  std::string described() const;
  bool is_fresh() const;
  Result<Unit> take_options(const HostSocket& original);

  UniqueFd fd_;
  i32 family_;
  i32 type_;
  NetworkAccess access_;
  HostPoller& poller_;
  Errno kept_error_{};
  /// What the guest set of each option (level and name) last.
  std::map<std::pair<i32, i32>, std::vector<std::byte>> options_set_;
};

}  // namespace kemu
