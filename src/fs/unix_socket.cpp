#include "fs/unix_socket.h"

#include <algorithm>

#include "base/abi/ioctl.h"
#include "fs/machine_copy.h"

// Names, connections and ends of AF_UNIX sockets; unix_transfer.cpp moves the messages.

namespace kemu {

namespace {

constexpr u64 kMagic = 0x534f434b;  // SOCKFS_MAGIC
constexpr u64 kSocketDevice = 8;    // an anonymous device number, as Linux gives sockfs one
constexpr u32 kFamilySize = sizeof(u16);
constexpr u32 kLongestAddress = 110;    // sizeof(struct sockaddr_un)
constexpr u64 kDefaultBuffer = 212992;  // net.core.wmem_default and rmem_default
constexpr u32 kDefaultBacklog = 10;     // net.unix.max_dgram_qlen

class SocketInode : public Inode {
 public:
  explicit SocketInode(u64 number) : number_(number) {}

  FileType type() const override { return FileType::Socket; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kSocketDevice;
    status.inode = number_;
    status.type = FileType::Socket;
    status.permissions = permissions_;
    return status;
  }
  Result<Unit> set_permissions(u32 permissions) override {
    permissions_ = permissions;
    return Unit{};
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  /// /proc/PID/fd/N of a socket cannot be opened.
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::ENXIO;
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<SocketInode>(number_);
    made->permissions_ = permissions_;
    return copy_common(copy, std::move(made));
  }

 private:
  u64 number_;
  u32 permissions_ = 0777;
};

Location make_place(u64 inode_number) {
  Dentry dentry;
  dentry.name = "socket:[" + std::to_string(inode_number) + "]";
  dentry.inode = std::make_shared<SocketInode>(inode_number);
  return std::make_shared<const Dentry>(std::move(dentry));
}

/// unix_validate_addr().
Result<Unit> check_address(const SocketAddress& address) {
  if (address.size <= kFamilySize || address.size > kLongestAddress) return Errno::EINVAL;
  if (address.family() != abi::kAfUnix) return Errno::EINVAL;
  return Unit{};
}

std::string name_bytes(const SocketAddress& address) {
  const auto* bytes = reinterpret_cast<const char*>(address.bytes.data());
  return {bytes + kFamilySize, address.size - kFamilySize};
}

SocketAddress make_address(std::string_view name) {
  SocketAddress address;
  std::memcpy(address.bytes.data(), &abi::kAfUnix, kFamilySize);
  std::memcpy(address.bytes.data() + kFamilySize, name.data(), name.size());
  address.size = kFamilySize + static_cast<u32>(name.size());
  return address;
}

}  // namespace

std::optional<std::string> unix_path(const SocketAddress& address) {
  if (!check_address(address).ok()) return std::nullopt;
  std::string name = name_bytes(address);
  if (name.front() == '\0') return std::nullopt;
  name.resize(std::min(name.find('\0'), name.size()));
  return name;
}

void SendRoom::release(u64 size) {
  used -= std::min(used, size);
  if (writable()) freed.wake_all();
}

UnixSocket::UnixSocket(Location location, u32 flags, i32 type, std::shared_ptr<UnixDomain> domain)
    : Socket(std::move(location), (flags & abi::kOpenNonBlock) | abi::kOpenReadWrite),
      type_(type),
      domain_(std::move(domain)),
      backlog_(kDefaultBacklog),
      send_room_(std::make_shared<SendRoom>()),
      receive_limit_(kDefaultBuffer) {
  send_room_->limit = kDefaultBuffer;
  domain_->add(*this);
}

UnixSocket::~UnixSocket() {
  const bool unread = !queue_.empty();
  domain_->remove(*this);
  if (const auto peer = peer_.lock(); peer && !is_datagram()) peer->peer_closed(unread);
  while (!queue_.empty()) drop_message(queue_.begin());
  // Those who wait to be accepted find that nobody will.
  for (const auto& connection : connections_)
    if (const auto client = connection->peer_.lock()) client->peer_closed(true);
  connections_.clear();
  writable_.wake_all();
  domain_->collect_garbage();
}

void UnixSocket::peer_closed(bool unread) {
  if (unread) error_ = Errno::ECONNRESET;
  shut(true, true);
}

void UnixSocket::shut(bool reading, bool writing) {
  shut_reading_ |= reading;
  shut_writing_ |= writing;
  readable_.wake_all();
  writable_.wake_all();
  send_room_->freed.wake_all();
}

Result<std::shared_ptr<UnixSocket>> UnixSocket::find(const SocketAddress& address,
                                                     Inode* file) const {
  TRY(check_address(address));
  const auto found = file ? domain_->find(*file) : domain_->find(name_bytes(address).substr(1));
  if (!found) return Errno::ECONNREFUSED;
  if (found->type_ != type_) return Errno::EPROTOTYPE;
  return found;
}

Result<Unit> UnixSocket::autobind() {
  if (is_bound()) return Unit{};
  const std::string name = TRY(domain_->free_name());
  domain_->add(name, *this);
  address_ = make_address(std::string(1, '\0') + name);
  return Unit{};
}

/// Whoever wants credentials is to be answerable: SO_PASSCRED binds before the first send.
Result<Unit> UnixSocket::autobind_for_credentials() {
  return pass_credentials_ ? autobind() : Result<Unit>(Unit{});
}

Result<Unit> UnixSocket::bind(const SocketAddress& address, const SocketUser&) {
  if (address.size == kFamilySize && address.family() == abi::kAfUnix) return autobind();
  TRY(check_address(address));
  if (is_bound()) return Errno::EINVAL;
  if (!domain_->add(name_bytes(address).substr(1), *this)) return Errno::EADDRINUSE;
  address_ = address;
  return Unit{};
}

Result<Unit> UnixSocket::bind_to(const SocketAddress& address, std::shared_ptr<Inode> file) {
  const FileStatus status = TRY(file->status());
  domain_->add(FileId{status.device, status.inode}, *this);
  file_ = std::move(file);
  // The name ends with one NUL, whether the caller's did or not.
  address_ = make_address(unix_path(address).value_or("") + std::string(1, '\0'));
  return Unit{};
}

Result<Unit> UnixSocket::listen(i32 backlog, const SocketUser& user) {
  if (is_datagram()) return Errno::EOPNOTSUPP;
  if (!is_bound()) return Errno::EINVAL;
  if (state_ == State::Connected) return Errno::EINVAL;
  const u32 before = backlog_;
  backlog_ = static_cast<u32>(backlog);
  if (backlog_ > before) writable_.wake_all();
  state_ = State::Listening;
  peer_user_ = user;
  return Unit{};
}

Result<std::shared_ptr<Socket>> UnixSocket::accept(u32 flags) {
  if (is_datagram()) return Errno::EOPNOTSUPP;
  if (state_ != State::Listening) return Errno::EINVAL;
  // Linux: a listener that was shut down gives EINVAL once its queue is empty.
  if (connections_.empty()) return shut_reading_ ? Errno::EINVAL : Errno::EAGAIN;
  const auto connection = std::move(connections_.front());
  connections_.pop_front();
  connection->flags_ |= flags & abi::kOpenNonBlock;
  writable_.wake_all();
  return std::static_pointer_cast<Socket>(connection);
}

Result<Unit> UnixSocket::connect(const SocketAddress& address, const SocketUser& user) {
  return connect_to(address, nullptr, user);
}

Result<Unit> UnixSocket::connect_to(const SocketAddress& address, Inode* file,
                                    const SocketUser& user) {
  return is_datagram() ? connect_datagram(address, file, user)
                       : connect_stream(address, file, user);
}

Result<Unit> UnixSocket::connect_datagram(const SocketAddress& address, Inode* file,
                                          const SocketUser&) {
  if (address.size < kFamilySize) return Errno::EINVAL;
  if (address.family() == abi::kAfUnspecified) {
    disconnect();
    return Unit{};
  }
  TRY(check_address(address));
  TRY(autobind_for_credentials());
  const auto other = TRY(find(address, file));
  if (!may_send_to(*other)) return Errno::EPERM;
  if (peer_.lock() != other) disconnect();
  peer_ = other;
  had_peer_ = true;
  peer_address_ = other->address_;
  state_ = State::Connected;
  return Unit{};
}

/// unix_dgram_disconnected(): what came from the old peer is not for the new one.
void UnixSocket::disconnect() {
  if (!had_peer_) return;
  const auto old = peer_.lock();
  if (!queue_.empty()) {
    while (!queue_.empty()) drop_message(queue_.begin());
    if (old && old->peer_.lock().get() == this) {
      old->error_ = Errno::ECONNRESET;
      old->shut(false, false);
    }
  }
  peer_.reset();
  had_peer_ = false;
  state_ = State::Unconnected;
  writable_.wake_all();
}

Result<Unit> UnixSocket::connect_stream(const SocketAddress& address, Inode* file,
                                        const SocketUser& user) {
  blocked_on_.reset();
  TRY(check_address(address));
  TRY(autobind_for_credentials());
  const auto listener = TRY(find(address, file));
  if (listener->state_ != State::Listening || listener->shut_reading_) return Errno::ECONNREFUSED;
  if (listener->connections_.size() > listener->backlog_) {
    blocked_on_ = listener;
    return Errno::EAGAIN;
  }
  if (state_ == State::Connected) return Errno::EISCONN;
  if (state_ == State::Listening) return Errno::EINVAL;
  auto end = std::make_shared<UnixSocket>(make_place(domain_->next_inode()), 0, type_, domain_);
  end->address_ = listener->address_;
  end->file_ = listener->file_;
  end->peer_ = weak_from_this();
  end->peer_address_ = address_;
  end->peer_user_ = user;
  end->pass_credentials_ = listener->pass_credentials_;
  peer_ = end;
  peer_address_ = listener->address_;
  peer_user_ = listener->peer_user_;
  had_peer_ = end->had_peer_ = true;
  state_ = end->state_ = State::Connected;
  listener->connections_.push_back(std::move(end));
  listener->readable_.wake_all();
  return Unit{};
}

void connect_pair(UnixSocket& one, UnixSocket& other, const SocketUser& user) {
  const auto join = [&](UnixSocket& end, UnixSocket& peer) {
    end.peer_ = peer.weak_from_this();
    end.had_peer_ = true;
    end.peer_user_ = user;
    end.peer_address_ = SocketAddress{};
    end.state_ = UnixSocket::State::Connected;
  };
  join(one, other);
  join(other, one);
}

Result<SocketAddress> UnixSocket::name() { return is_bound() ? address_ : make_address(""); }

Result<SocketAddress> UnixSocket::peer_name() {
  if (!had_peer_) return Errno::ENOTCONN;
  // A peer may have been named since.
  if (const auto peer = peer_.lock(); peer && peer->is_bound()) return peer->address_;
  return peer_address_.size > 0 ? peer_address_ : make_address("");
}

Result<Unit> UnixSocket::shutdown(SocketShutdown how) {
  const bool reading = how != SocketShutdown::Write;
  const bool writing = how != SocketShutdown::Read;
  shut(reading, writing);
  if (const auto peer = peer_.lock(); peer && !is_datagram()) peer->shut(writing, reading);
  return Unit{};
}

Result<Unit> UnixSocket::take_error() {
  const Errno error = std::exchange(error_, Errno{});
  if (error != Errno{}) return error;
  return Unit{};
}

void UnixSocket::keep_error(Errno error) {
  error_ = error;
  readable_.wake_all();
}

Result<u64> UnixSocket::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  i64 value = 0;
  if (request == abi::kFioReadable) {
    if (state_ == State::Listening) return Errno::EINVAL;
    // Of datagrams only the first counts (unix_inq_len).
    value = static_cast<i64>(queued_bytes_);
    if (is_datagram()) value = queue_.empty() ? 0 : queue_.front().size();
  } else if (request == abi::kTioOutputQueue) {
    value = static_cast<i64>(send_room_->used);
  } else if (request == abi::kSiocAtMark && is_stream()) {
    value = !queue_.empty() && queue_.front().urgent;
  } else {
    return Errno::ENOTTY;
  }
  TRY(space.write_value(argument, static_cast<i32>(value)));
  return u64{0};
}

/// unix_poll() and unix_dgram_poll().
u32 UnixSocket::poll() {
  constexpr u32 kIn = kPollIn | kPollReadNormal;
  u32 events = 0;
  if (error_ != Errno{}) events |= kPollError;
  if (shut_reading_) events |= kIn | kPollReadHangUp;
  if (shut_reading_ && shut_writing_) events |= kPollHangUp;
  if (!queue_.empty() || !connections_.empty()) events |= kIn;
  if (has_urgent_) events |= kPollPriority;
  if (!is_datagram() && state_ == State::Unconnected) events |= kPollHangUp;
  bool writable = state_ != State::Listening && send_room_->writable();
  if (!is_stream() && writable)
    if (const auto peer = peer_.lock()) writable = !peer->queue_full_for(*this);
  if (writable) events |= kPollOut | kPollWriteNormal | kPollWriteBand;
  return events;
}

void UnixSocket::wait_on(u32 events, Waiter& waiter) {
  waiter.wait_on(readable_);
  if ((events & (kPollOut | kPollWriteNormal | kPollWriteBand)) == 0) return;
  waiter.wait_on(send_room_->freed);
  if (const auto other = blocked_on_.lock()) waiter.wait_on(other->writable_);
  if (const auto peer = peer_.lock(); peer && !is_stream()) waiter.wait_on(peer->writable_);
}

Result<std::shared_ptr<Socket>> make_unix_socket(std::shared_ptr<UnixDomain> domain, i32 type,
                                                 i32 protocol, u32 flags, u64 inode_number) {
  if (protocol != 0 && protocol != abi::kAfUnix) return Errno::EPROTONOSUPPORT;
  // SOCK_RAW was always taken for SOCK_DGRAM (unix_create).
  if (type == abi::kSockRaw) type = abi::kSockDatagram;
  if (type != abi::kSockStream && type != abi::kSockDatagram && type != abi::kSockSeqPacket)
    return Errno::ESOCKTNOSUPPORT;
  return std::make_shared<UnixSocket>(make_place(inode_number), flags, type, std::move(domain));
}

}  // namespace kemu
