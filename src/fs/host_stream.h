#pragma once

#include "base/unique_fd.h"
#include "fs/host_fs.h"

namespace kemu {

/// How a host stream is kept from blocking kemu.
enum class StreamGuard : u8 {
  NonBlocking,  // a description of kemu's own with O_NONBLOCK
  Socket,       // MSG_DONTWAIT with each call
  Polled,       // asked by poll(2) before each call
};

/// A host pipe, socket or device as an open file. What would block says EAGAIN and waits by the
/// poller; other host processes that share the description never see its flags change.
class HostStreamFile : public FileDescription {
 public:
  HostStreamFile(Location location, u32 flags, UniqueFd fd, StreamGuard guard, HostPoller& poller)
      : FileDescription(std::move(location), flags),
        fd_(std::move(fd)),
        guard_(guard),
        poller_(poller) {}
  ~HostStreamFile() override;

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> read_at(const HostSpans& to, u64 offset) override;
  Result<u64> write_at(const HostSpans& from, u64 offset) override;
  Result<u64> seek(i64 offset, Whence whence) override;
  Result<Unit> sync(bool data_only) override;
  Result<FileStatus> status() override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  Result<u64> pipe_capacity() const override;
  Result<u64> set_pipe_capacity(u64 size) override;
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  int host_fd() const override { return fd_.get(); }
  /// Both share the stream.
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  Result<u64> read_some(const HostSpans& to);
  Result<u64> write_some(const HostSpans& from);
  Result<u64> write_now(const HostSpans& from);
  Result<u64> write_polled(const HostSpans& from);
  Result<u64> transfer_message(const HostSpans& spans, u32 event);

  UniqueFd fd_;
  StreamGuard guard_;
  HostPoller& poller_;
};

/// An adopted descriptor (pipe, socket, device) as an open file of its own inode.
Result<std::shared_ptr<FileDescription>> adopt_host_stream(int fd, const FileStatus& status,
                                                           const HostFsContext& context);

}  // namespace kemu
