#include "fs/host_stream.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <limits>

#include "base/abi/ioctl.h"
#include "base/errno_undef.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr u32 kReadReady = kPollIn | kPollHangUp | kPollError;

/// The inode of an adopted stream. Opening it (through /proc/PID/fd/N) asks the host for another
/// description, or shares the adopted one where the host has none to give.
class HostStreamInode : public Inode {
 public:
  HostStreamInode(UniqueFd fd, FileType type, u32 access, const HostFsContext& context)
      : fd_(std::move(fd)),
        type_(type),
        access_(access),
        poller_(context.poller),
        inodes_(context.inodes) {}

  FileType type() const override { return type_; }
  Result<FileStatus> status() override {
    const FileStatus real = TRY(host_status(fd_.get()));
    return inodes_->stable_files ? inodes_->stable_files->shown_stream(real) : real;
  }
  Result<FilesystemStatus> filesystem_status() override {
    const FilesystemStatus real = TRY(host_filesystem_status(fd_.get()));
    const bool has_blocks = type_ == FileType::CharDevice || type_ == FileType::BlockDevice;
    return has_blocks && inodes_->stable_files ? StableFiles::shown(real) : real;
  }
  int host_fd() const override { return fd_.get(); }

  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    if (type_ == FileType::Socket) return Errno::ENXIO;
    auto own = host_open(FdLink(fd_.get()).path(), host_open_flags(flags) | O_NONBLOCK);
    if (own.ok())
      return std::make_shared<HostStreamFile>(at, flags, std::move(*own), StreamGuard::NonBlocking,
                                              poller_);
    const u32 wanted = flags & abi::kOpenAccessMode;
    if (access_ != abi::kOpenReadWrite && wanted != access_) return own.error();
    return share(at, flags);
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<HostStreamInode>(host_duplicate_for(copy, fd_.get()),
                                                               type_, access_, copy.host_files()));
  }

  /// The adopted description itself.
  Result<std::shared_ptr<FileDescription>> share(const Location& at, u32 flags) {
    const auto guard = type_ == FileType::Socket ? StreamGuard::Socket : StreamGuard::Polled;
    return std::make_shared<HostStreamFile>(at, flags, TRY(host_duplicate(fd_.get())), guard,
                                            poller_);
  }

 private:
  UniqueFd fd_;
  FileType type_;
  u32 access_;
  HostPoller& poller_;
  std::shared_ptr<HostInodes> inodes_;  // whose stable files tell the same status on every host
};

/// As the host names it, but for the inode's number: that is the guests' view of it.
std::string stream_name(int fd, const FileStatus& status) {
  if (status.type == FileType::Fifo || status.type == FileType::Socket)
    return fmt::format("{}:[{}]", status.type == FileType::Fifo ? "pipe" : "socket", status.inode);
  char text[4096];
  const ssize_t size = readlink(FdLink(fd).path(), text, sizeof text);
  return size > 0 ? std::string(text, static_cast<u64>(size)) : "host stream";
}

/// What a message calls a stream that guests read from.
std::string described(FileType type, const std::string& name) {
  if (type == FileType::Fifo) return "a pipe of the host";
  if (type == FileType::Socket) return "a socket of the host";
  return fmt::format("the device '{}' of the host", name);
}

}  // namespace

HostStreamFile::~HostStreamFile() { poller_.forget(fd_.get()); }

Result<u64> HostStreamFile::transfer_message(const HostSpans& spans, u32 event) {
  std::vector<iovec> iovecs;
  for (const HostSpan& span : part_of(spans, 0, std::numeric_limits<i32>::max())) {
    if (iovecs.size() == IOV_MAX) break;
    iovecs.push_back({span.data(), span.size()});
  }
  msghdr message = {};
  message.msg_iov = iovecs.data();
  message.msg_iovlen = iovecs.size();
  ssize_t moved;
  do {
    moved = event == kPollIn ? recvmsg(fd_.get(), &message, MSG_DONTWAIT)
                             : sendmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (moved < 0 && host_errno() == Errno::EINTR);
  if (moved < 0) return host_errno();
  return static_cast<u64>(moved);
}

Result<u64> HostStreamFile::read(const HostSpans& to) {
  if (!readable()) return Errno::EBADF;
  const u64 got = TRY(read_some(to));
  poller_.traffic().hear(got, [&] { return described(inode().type(), location()->name); });
  return got;
}

Result<u64> HostStreamFile::read_some(const HostSpans& to) {
  if (guard_ == StreamGuard::Socket) return transfer_message(to, kPollIn);
  if (guard_ == StreamGuard::Polled && (host_poll(fd_.get(), kPollIn) & kReadReady) == 0)
    return Errno::EAGAIN;
  return host_read(fd_.get(), to);
}

Result<u64> HostStreamFile::write(const HostSpans& from) {
  if (!writable()) return Errno::EBADF;
  if (!poller_.waits_for_room_at_once()) return write_some(from);
  const u64 wanted = total_size(from);
  u64 moved = 0;
  do {
    const auto some = write_some(part_of(from, moved, wanted - moved));
    if (!some.ok() && some.error() != Errno::EAGAIN && moved == 0) return some;
    if (some.ok()) moved += *some;
    if (some.ok() ? *some == 0 : some.error() != Errno::EAGAIN) break;
  } while (moved < wanted && !poller_.traffic().spent() && host_wait(fd_.get(), kPollOut));
  if (moved == 0 && wanted > 0) return Errno::EAGAIN;
  return moved;
}

/// What there is room for.
Result<u64> HostStreamFile::write_some(const HostSpans& from) {
  return poller_.traffic().print(from, [&](const HostSpans& part) { return write_now(part); });
}

Result<u64> HostStreamFile::write_now(const HostSpans& from) {
  if (guard_ == StreamGuard::Socket) return transfer_message(from, kPollOut);
  if (guard_ == StreamGuard::Polled) return write_polled(from);
  return host_write(fd_.get(), from);
}

Result<u64> HostStreamFile::write_polled(const HostSpans& from) {
  // POLLOUT of a pipe promises room for PIPE_BUF bytes, of which no more are written at once.
  const u64 wanted = total_size(from);
  u64 moved = 0;
  while (moved < wanted) {
    if (host_poll(fd_.get(), kPollOut) == 0) break;
    const auto piece = host_write(fd_.get(), part_of(from, moved, abi::kPipeBuf));
    if (!piece.ok() && moved == 0) return piece.error();
    if (!piece.ok() || *piece == 0) break;
    moved += *piece;
  }
  if (moved == 0 && wanted > 0) return Errno::EAGAIN;
  return moved;
}

Result<u64> HostStreamFile::read_at(const HostSpans& to, u64 offset) {
  return host_read_at(fd_.get(), to, offset);
}

Result<u64> HostStreamFile::write_at(const HostSpans& from, u64 offset) {
  return host_write_at(fd_.get(), from, offset);
}

Result<u64> HostStreamFile::seek(i64 offset, Whence whence) {
  return host_seek(fd_.get(), offset, whence);
}

Result<Unit> HostStreamFile::sync(bool data_only) {
  return host_result(data_only ? fdatasync(fd_.get()) : fsync(fd_.get()));
}

Result<FileStatus> HostStreamFile::status() { return inode().status(); }

Result<u64> HostStreamFile::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  if (request != abi::kFioReadable) return Errno::ENOTTY;
  int readable = 0;
  TRY(host_result(::ioctl(fd_.get(), FIONREAD, &readable)));
  TRY(space.write_value(argument, i32{readable}));
  return u64{0};
}

Result<u64> HostStreamFile::pipe_capacity() const {
  const int size = fcntl(fd_.get(), F_GETPIPE_SZ);
  if (size < 0) return host_errno();
  return static_cast<u64>(size);
}

Result<u64> HostStreamFile::set_pipe_capacity(u64 size) {
  if (size > std::numeric_limits<i32>::max()) return Errno::EINVAL;
  const int now = fcntl(fd_.get(), F_SETPIPE_SZ, static_cast<int>(size));
  if (now < 0) return host_errno();
  return static_cast<u64>(now);
}

u32 HostStreamFile::poll() {
  u32 events = 0;
  if (readable()) events |= kPollIn | kPollReadNormal | kPollPriority;
  if (writable()) events |= kPollOut | kPollWriteNormal;
  const u32 ready = host_poll(fd_.get(), events);
  if (!writable() || !poller_.waits_for_room_at_once()) return ready;
  return ready | kPollOut | kPollWriteNormal;
}

void HostStreamFile::wait_on(u32 events, Waiter& waiter) {
  waiter.wait_on(poller_.queue(fd_.get(), events));
}

std::shared_ptr<FileDescription> HostStreamFile::copy_to(MachineCopy& copy) const {
  UniqueFd fd = host_duplicate_for(copy, fd_.get());
  poller_.copy_queues(copy, fd_.get(), fd.get());
  return copy_common(copy, std::make_shared<HostStreamFile>(copy.of(location_), flags_,
                                                            std::move(fd), guard_, copy.poller()));
}

Result<std::shared_ptr<FileDescription>> adopt_host_stream(int fd, const FileStatus& status,
                                                           const HostFsContext& context) {
  const u32 flags = TRY(abi_flags_of(fd));
  auto inode = std::make_shared<HostStreamInode>(TRY(host_duplicate(fd)), status.type,
                                                 flags & abi::kOpenAccessMode, context);
  std::string name = stream_name(fd, TRY(inode->status()));
  const auto at = std::make_shared<const Dentry>(Dentry{nullptr, std::move(name), inode, nullptr});
  auto own = inode->open(at, flags);
  if (own.ok()) return own;
  return inode->share(at, flags);
}

}  // namespace kemu
