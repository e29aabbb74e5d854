#pragma once

#include <deque>
#include <optional>
#include <string>

#include "fs/socket.h"
#include "fs/unix_domain.h"

namespace kemu {

/// Room for what a socket has sent and nobody has received: sk_wmem_alloc and sk_sndbuf. Outlives
/// its socket in messages.
struct SendRoom {
  u64 used = 0;
  u64 limit = 0;
  WaitQueue freed;

  /// sock_alloc_send_pskb(): the last message may go over the limit.
  bool open() const { return used < limit; }
  /// unix_writable().
  bool writable() const { return (used + 1) * 4 <= limit; }
  void release(u64 size);
  std::shared_ptr<SendRoom> copy_to(MachineCopy& copy) const;
};

/// One message in a receive queue; Linux's `struct sk_buff`. Messages of streams are read in
/// pieces.
struct UnixMessage {
  std::unique_ptr<std::byte[]> bytes;
  u32 capacity = 0;
  u32 start = 0;
  u32 end = 0;
  u64 charged = 0;
  bool glued = false;   // several sends of a stream in one
  bool urgent = false;  // one byte, sent with MSG_OOB, which is still received by itself
  std::shared_ptr<SendRoom> room;
  std::vector<std::shared_ptr<FileDescription>> files;
  SocketUser user{0, 0, 0};
  bool has_user = false;  // of interest to the receiver: SO_PASSCRED
  u32 counted_for = 0;    // the uid whose files in flight these are
  SocketAddress from;

  u32 size() const { return end - start; }
};

/// A socket of AF_UNIX, entirely kemu's own: stream, datagram or seqpacket. Linux's
/// `struct unix_sock` (net/unix/af_unix.c). A message waits with its receiver and is charged to its
/// sender. Peers know each other weakly, so that a socket ends when its last descriptor is closed.
class UnixSocket : public Socket, public std::enable_shared_from_this<UnixSocket> {
 public:
  UnixSocket(Location location, u32 flags, i32 type, std::shared_ptr<UnixDomain> domain);
  ~UnixSocket() override;

  i32 family() const override { return abi::kAfUnix; }
  i32 type() const override { return type_; }

  /// Abstract names and autobind; a path's file is made by the caller: `bind_to`.
  Result<Unit> bind(const SocketAddress& address, const SocketUser& user) override;
  Result<Unit> bind_to(const SocketAddress& address, std::shared_ptr<Inode> file);
  /// SO_RCVLOWAT: a blocking call on a stream waits for so many bytes.
  u64 receive_low_water() const { return receive_low_water_; }
  bool is_bound() const { return address_.size > 0; }
  Result<Unit> listen(i32 backlog, const SocketUser& user) override;
  Result<std::shared_ptr<Socket>> accept(u32 flags) override;
  Result<Unit> connect(const SocketAddress& address, const SocketUser& user) override;
  /// `file`: what a path leads to.
  Result<Unit> connect_to(const SocketAddress& address, Inode* file, const SocketUser& user);
  Result<SocketAddress> name() override;
  Result<SocketAddress> peer_name() override;
  Result<u64> send(const Outgoing& message) override;
  Result<Incoming> receive(const HostSpans& to, u32 flags) override;
  Result<Unit> shutdown(SocketShutdown how) override;
  Result<std::vector<std::byte>> option(i32 level, i32 name, u64 size) override;
  Result<Unit> set_option(i32 level, i32 name, std::span<const std::byte> value) override;
  Result<Unit> take_error() override;
  void keep_error(Errno error) override;

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  SignalQueues signal_queues() override { return {&readable_, &send_room_->freed, &urgent_came_}; }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  friend class UnixDomain;
  friend class GarbageSearch;
  friend void connect_pair(UnixSocket& one, UnixSocket& other, const SocketUser& user);

  enum class State : u8 { Unconnected, Listening, Connected };

  /// For `copy_to`: what leads to no other socket, and what does.
  void copy_state(MachineCopy& copy, UnixSocket& made) const;
  void copy_links(MachineCopy& copy, UnixSocket& made) const;

  bool is_stream() const { return type_ == abi::kSockStream; }
  bool is_datagram() const { return type_ == abi::kSockDatagram; }
  /// The socket that an address names, which must be of this type: ECONNREFUSED, EPROTOTYPE.
  Result<std::shared_ptr<UnixSocket>> find(const SocketAddress& address, Inode* file) const;
  Result<Unit> autobind();
  Result<Unit> autobind_for_credentials();

  Result<Unit> connect_datagram(const SocketAddress& address, Inode* file, const SocketUser& user);
  Result<Unit> connect_stream(const SocketAddress& address, Inode* file, const SocketUser& user);
  void disconnect();
  /// The other end was closed, with messages of ours unread or not.
  void peer_closed(bool unread);
  void shut(bool reading, bool writing);

  Result<u64> send_stream(const Outgoing& message);
  void queue_bytes(const Outgoing& message, UnixSocket& to, class SpanReader& from, u64 keep);
  bool queue_urgent(const Outgoing& message, UnixSocket& to, class SpanReader& from);
  Result<u64> send_packet(const Outgoing& message);
  Result<std::shared_ptr<UnixSocket>> packet_receiver(const Outgoing& message);
  bool may_send_to(const UnixSocket& other) const;
  bool queue_full_for(const UnixSocket& sender) const;
  UnixMessage make_message(const Outgoing& message, const UnixSocket& to, u32 capacity);
  bool glue(const Outgoing& message, UnixSocket& to, class SpanReader& from);
  Result<Incoming> receive_stream(const HostSpans& to, u32 flags);
  Result<Incoming> receive_urgent(const HostSpans& to, u32 flags);
  bool takes_urgent(Incoming& incoming, std::size_t& index, bool peek);
  bool urgent_in_line() const { return plain_options_[abi::kSoOobInline] != 0; }
  Result<Incoming> receive_packet(const HostSpans& to, u32 flags);
  void take_ancillary(UnixMessage& message, bool peek, Incoming& incoming);
  static void release_part(UnixMessage& message, u64 read);
  void drop_message(std::deque<UnixMessage>::iterator message);
  void messages_gone();

  i32 type_;
  std::shared_ptr<UnixDomain> domain_;
  State state_ = State::Unconnected;
  SocketAddress address_;        // of size 0 while it has no name
  std::shared_ptr<Inode> file_;  // bound to; kept so that its number is not given to another
  std::weak_ptr<UnixSocket> peer_;
  bool had_peer_ = false;  // connected once: the peer may be gone
  SocketAddress peer_address_;
  std::weak_ptr<UnixSocket> blocked_on_;  // whose full queue kept the last call from going on
  bool shut_reading_ = false;
  bool shut_writing_ = false;
  Errno error_{};
  bool pass_credentials_ = false;
  SocketUser peer_user_{0, ~u32{0}, ~u32{0}};

  std::deque<UnixMessage> queue_;
  u64 queued_bytes_ = 0;
  bool has_urgent_ = false;                              // one of the messages is urgent
  std::deque<std::shared_ptr<UnixSocket>> connections_;  // not yet accepted
  u32 backlog_;
  std::shared_ptr<SendRoom> send_room_;
  u64 receive_limit_;
  u64 receive_low_water_ = 1;
  i32 peek_offset_ = -1;
  std::array<i32, 2> linger_{};          // SO_LINGER: kept and told
  std::array<i32, 16> plain_options_{};  // SO_… below 16, kept and told

  u64 in_flight_ = 0;  // descriptions of this socket in messages
  WaitQueue readable_;
  WaitQueue urgent_came_;
  WaitQueue writable_;  // for those who wait for room in this socket's queue, or for its end
};

/// socketpair(2).
void connect_pair(UnixSocket& one, UnixSocket& other, const SocketUser& user);

/// ESOCKTNOSUPPORT, EPROTONOSUPPORT.
Result<std::shared_ptr<Socket>> make_unix_socket(std::shared_ptr<UnixDomain> domain, i32 type,
                                                 i32 protocol, u32 flags, u64 inode_number);

/// The path in an AF_UNIX address, if that is what it holds.
std::optional<std::string> unix_path(const SocketAddress& address);

}  // namespace kemu
