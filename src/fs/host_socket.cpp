#include "fs/host_socket.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <climits>

#include "base/abi/ioctl.h"
#include "base/errno_undef.h"
#include "fs/host_interfaces.h"
#include "fs/host_io.h"
#include "fs/host_socket_options.h"
#include "fs/machine_copy.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

/// What a message may hold beside its bytes: Linux's default for net.core.optmem_max, at least.
constexpr u64 kControlSize = 20480;
/// No datagram is longer: IP counts 16 bits, and a dump of netlink's comes in pieces of 32 KiB.
constexpr u64 kDatagramSize = u64{64} << 10;

/// All that poll(2) can tell of a socket: IN, PRI, OUT, RDNORM, RDBAND, WRNORM, WRBAND, RDHUP.
constexpr u32 kSocketPollEvents = 0x23c7;

constexpr u32 kMsgProbe = 0x10;
constexpr u32 kMsgConfirm = 0x800;
constexpr u32 kMsgFastOpen = 0x20000000;
constexpr u32 kSendFlags = abi::kMsgOutOfBand | abi::kMsgDontRoute | abi::kMsgEndOfRecord |
                           abi::kMsgMore | kMsgProbe | kMsgConfirm;
constexpr u32 kReceiveFlags =
    abi::kMsgOutOfBand | abi::kMsgPeek | abi::kMsgTruncated | abi::kMsgErrorQueue;

/// Where a socket lives, in no tree: "socket:[N]". Linux's sockfs.
class SocketInode : public Inode {
 public:
  explicit SocketInode(const FileStatus& status) : status_(status) {}

  FileType type() const override { return FileType::Socket; }
  Result<FileStatus> status() override { return status_; }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = 0x534f434b;  // SOCKFS_MAGIC
    return status;
  }
  /// /proc/PID/fd/N of a socket cannot be opened.
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::ENXIO;
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<SocketInode>(status_));
  }

 private:
  FileStatus status_;
};

Location socket_place(int fd) {
  const auto status = host_status(fd);
  const FileStatus known = status.ok() ? *status : FileStatus{};
  Dentry dentry;
  dentry.name = "socket:[" + std::to_string(known.inode) + "]";
  dentry.inode = std::make_shared<SocketInode>(known);
  return std::make_shared<const Dentry>(std::move(dentry));
}

sockaddr* host_address(SocketAddress& address) {
  return reinterpret_cast<sockaddr*>(address.bytes.data());
}
const sockaddr* host_address(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(address.bytes.data());
}

/// getsockname(2) or getpeername(2).
template <typename Ask>
Result<SocketAddress> ask_name(int fd, Ask&& ask) {
  SocketAddress address;
  socklen_t size = abi::kAddressSize;
  TRY(host_result(ask(fd, host_address(address), &size)));
  address.size = std::min<u32>(size, abi::kAddressSize);
  return address;
}

/// The host's view of the buffer of one message. A datagram in more pieces than the host takes at
/// once goes by way of a copy; a stream just moves less.
class MessageBuffer {
 public:
  enum class Use : u8 { Stream, SendDatagram, ReceiveDatagram };

  MessageBuffer(const HostSpans& spans, Use use) : spans_(spans), size_(total_size(spans)) {
    if (use == Use::Stream || spans.size() <= IOV_MAX) {
      for (const HostSpan& span : spans) {
        if (iovecs_.size() == IOV_MAX) break;
        iovecs_.push_back({span.data(), span.size()});
      }
      return;
    }
    // One byte more than can be sent: too long stays too long.
    copy_.resize(std::min(size_, kDatagramSize + 1));
    if (use == Use::SendDatagram) copy_from_spans(copy_, spans);
    iovecs_.push_back({copy_.data(), copy_.size()});
  }
  void attach_to(msghdr& message) {
    message.msg_iov = iovecs_.data();
    message.msg_iovlen = iovecs_.size();
  }
  void received(u64 bytes) {
    if (!copy_.empty()) copy_to_spans(spans_, std::span(copy_).first(bytes));
  }
  u64 size() const { return size_; }

 private:
  const HostSpans& spans_;
  u64 size_;
  std::vector<iovec> iovecs_;
  std::vector<std::byte> copy_;
};

void append_control(std::vector<std::byte>& control, const ControlMessage& message) {
  const std::size_t start = control.size();
  control.resize(start + CMSG_SPACE(message.data.size()));
  cmsghdr header = {};
  header.cmsg_len = CMSG_LEN(message.data.size());
  header.cmsg_level = message.level;
  header.cmsg_type = message.type;
  std::memcpy(control.data() + start, &header, sizeof header);
  if (!message.data.empty())
    std::memcpy(control.data() + start + CMSG_LEN(0), message.data.data(), message.data.size());
}

/// The control messages the host is given. Descriptors and credentials are AF_UNIX's: inet sockets
/// pass over them (__sock_cmsg_send of net/core/sock.c), netlink ones refuse the first.
Result<std::vector<std::byte>> outgoing_control(const Ancillary& with, i32 family,
                                                NetworkAccess access) {
  if (family == abi::kAfNetlink && !with.files.empty()) return Errno::EINVAL;
  std::vector<std::byte> control;
  for (const ControlMessage& message : with.others) {
    TRY(check_control_message(message, access));
    if (control.size() + CMSG_SPACE(message.data.size()) > kControlSize) return Errno::ENOBUFS;
    append_control(control, message);
  }
  return control;
}

void take_control(msghdr& message, Ancillary& with) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    const auto* data = reinterpret_cast<const std::byte*>(CMSG_DATA(header));
    const std::size_t size = header->cmsg_len - CMSG_LEN(0);
    const bool credentials = header->cmsg_level == SOL_SOCKET &&
                             header->cmsg_type == SCM_CREDENTIALS &&
                             size == sizeof(abi::SocketCredentials);
    if (credentials) {
      std::memcpy(&with.credentials.emplace(), data, size);
    } else {
      with.others.push_back({header->cmsg_level, header->cmsg_type, {data, data + size}});
    }
  }
}

}  // namespace

HostSocket::HostSocket(UniqueFd fd, u32 flags, i32 family, i32 type, NetworkAccess access,
                       HostPoller& poller)
    : Socket(socket_place(fd.get()), (flags & abi::kOpenNonBlock) | abi::kOpenReadWrite),
      fd_(std::move(fd)),
      family_(family),
      type_(type),
      access_(access),
      poller_(poller) {}

HostSocket::~HostSocket() { poller_.forget(fd_.get()); }

Result<Unit> HostSocket::check_destination(const SocketAddress& address) const {
  if (access_ != NetworkAccess::Host && !is_loopback(address)) return Errno::ENETUNREACH;
  return Unit{};
}

Result<Unit> HostSocket::bind(const SocketAddress& address, const SocketUser&) {
  if (access_ != NetworkAccess::Host && !is_loopback(address)) return Errno::EADDRNOTAVAIL;
  return host_result(::bind(fd_.get(), host_address(address), address.size));
}

Result<Unit> HostSocket::listen(i32 backlog, const SocketUser&) {
  return host_result(::listen(fd_.get(), backlog));
}

Result<std::shared_ptr<Socket>> HostSocket::accept(u32 flags) {
  int fd;
  do {
    fd = accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (fd < 0 && host_errno() == Errno::EINTR);
  if (fd < 0) return host_errno();
  return std::make_shared<HostSocket>(UniqueFd(fd), flags, family_, type_, access_, poller_);
}

Result<Unit> HostSocket::connect(const SocketAddress& address, const SocketUser&) {
  TRY(check_destination(address));
  return host_result(::connect(fd_.get(), host_address(address), address.size));
}

Result<SocketAddress> HostSocket::name() { return ask_name(fd_.get(), ::getsockname); }

Result<SocketAddress> HostSocket::peer_name() { return ask_name(fd_.get(), ::getpeername); }

Result<u64> HostSocket::send(const Outgoing& message) {
  // As a host whose net.ipv4.tcp_fastopen is off for clients.
  if (is_stream() && (message.flags & kMsgFastOpen) != 0) return Errno::EOPNOTSUPP;
  auto control = TRY(outgoing_control(message.with, family_, access_));
  MessageBuffer buffer(message.from,
                       is_stream() ? MessageBuffer::Use::Stream : MessageBuffer::Use::SendDatagram);
  msghdr header = {};
  SocketAddress to;
  if (message.to) {
    to = *message.to;
    if (!is_stream()) TRY(check_destination(to));
    header.msg_name = to.bytes.data();
    header.msg_namelen = to.size;
  }
  buffer.attach_to(header);
  header.msg_control = control.empty() ? nullptr : control.data();
  header.msg_controllen = control.size();
  const int flags = static_cast<int>(message.flags & kSendFlags);
  ssize_t sent;
  do {
    sent = sendmsg(fd_.get(), &header, flags | MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && host_errno() == Errno::EINTR);
  if (sent < 0) return host_errno();
  return static_cast<u64>(sent);
}

Result<Incoming> HostSocket::receive(const HostSpans& to, u32 flags) {
  if (kept_error_ != Errno{} && !is_stream()) return std::exchange(kept_error_, Errno{});
  // A datagram's full size is wanted always; a stream would throw the bytes away.
  int host_flags = static_cast<int>(flags & kReceiveFlags) | MSG_DONTWAIT;
  if (!is_stream()) host_flags |= MSG_TRUNC;
  MessageBuffer buffer(
      to, is_stream() ? MessageBuffer::Use::Stream : MessageBuffer::Use::ReceiveDatagram);
  alignas(cmsghdr) std::array<std::byte, kControlSize> control;
  SocketAddress from;
  msghdr header = {};
  ssize_t received;
  do {
    header.msg_name = from.bytes.data();
    header.msg_namelen = abi::kAddressSize;
    buffer.attach_to(header);
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    header.msg_flags = 0;
    received = recvmsg(fd_.get(), &header, host_flags);
  } while (received < 0 && host_errno() == Errno::EINTR);
  // Of a stream what has come is received first.
  if (received <= 0 && kept_error_ != Errno{}) return std::exchange(kept_error_, Errno{});
  if (received < 0) return host_errno();
  Incoming incoming;
  incoming.full_size = static_cast<u64>(received);
  incoming.bytes = std::min(incoming.full_size, buffer.size());
  poller_.traffic().hear(incoming.full_size, [] { return "a socket of the host"; });
  incoming.flags = static_cast<u32>(header.msg_flags);
  if (header.msg_namelen > 0) {
    from.size = std::min<u32>(header.msg_namelen, abi::kAddressSize);
    incoming.from = from;
  }
  take_control(header, incoming.with);
  buffer.received(incoming.bytes);
  return incoming;
}

Result<Unit> HostSocket::shutdown(SocketShutdown how) {
  return host_result(::shutdown(fd_.get(), static_cast<int>(how)));
}

Result<std::vector<std::byte>> HostSocket::option(i32 level, i32 name, u64 size) {
  TRY(check_option_read(family_, level, name));
  std::vector<std::byte> value(std::min(size, kLargestOption));
  if (level == SOL_SOCKET && name == SO_ERROR && kept_error_ != Errno{}) {
    const auto error = static_cast<i32>(std::exchange(kept_error_, Errno{}));
    value.resize(std::min(value.size(), sizeof error));
    std::memcpy(value.data(), &error, value.size());
    return value;
  }
  auto known = static_cast<socklen_t>(value.size());
  TRY(host_result(getsockopt(fd_.get(), level, name, value.data(), &known)));
  value.resize(std::min<std::size_t>(known, value.size()));
  return value;
}

Result<Unit> HostSocket::set_option(i32 level, i32 name, std::span<const std::byte> value) {
  TRY(check_option_write(level, name, access_));
  const u64 size = std::min<u64>(value.size(), kLargestOption);
  TRY(host_result(setsockopt(fd_.get(), level, name, value.data(), static_cast<socklen_t>(size))));
  options_set_[{level, name}].assign(value.begin(), value.begin() + static_cast<i64>(size));
  return Unit{};
}

Result<Unit> HostSocket::take_error() {
  if (kept_error_ != Errno{}) return std::exchange(kept_error_, Errno{});
  int error = 0;
  socklen_t size = sizeof error;
  TRY(host_result(getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size)));
  if (error != 0) return static_cast<Errno>(error);
  return Unit{};
}

Result<u64> HostSocket::read(const HostSpans& to) { return TRY(receive(to, 0)).bytes; }

Result<u64> HostSocket::write(const HostSpans& from) { return send({from, nullptr, {}, 0, {}}); }

Result<FileStatus> HostSocket::status() {
  FileStatus status = TRY(host_status(fd_.get()));
  // That of the first host socket, in copies of the machine too.
  status.inode = TRY(inode().status()).inode;
  return status;
}

Result<u64> HostSocket::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  switch (request) {
    case abi::kFioReadable:
    case abi::kTioOutputQueue:
    case abi::kSiocAtMark: {
      int value = 0;
      TRY(host_result(::ioctl(fd_.get(), request, &value)));
      TRY(space.write_value(argument, i32{value}));
      return u64{0};
    }
    default: return interface_ioctl(fd_.get(), access_, request, space, argument);
  }
}

u32 HostSocket::poll() {
  return host_poll(fd_.get(), kSocketPollEvents) | (kept_error_ != Errno{} ? kPollError : 0);
}

void HostSocket::wait_on(u32 events, Waiter& waiter) {
  waiter.wait_on(poller_.queue(fd_.get(), events));
}

}  // namespace kemu
