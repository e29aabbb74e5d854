#pragma once

#include "base/unique_fd.h"
#include "fs/host_fs.h"
#include "fs/terminal.h"

namespace kemu {

/// A terminal of the host, as a device that guests share: line discipline, attributes and window
/// size are the host's; session and foreground group are kemu's (Terminal).
class HostTerminal : public Terminal {
 public:
  /// Over a second open of what `fd` is open on, non-blocking and of kemu's own; over a duplicate
  /// of `fd` where the host refuses that.
  static Result<std::shared_ptr<HostTerminal>> create(int fd, const FileStatus& status,
                                                      const HostFsContext& context);
  ~HostTerminal() override;

  bool stops_background_output() const override;
  u64 device() const override { return device_; }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;
  /// Another one of the same terminal of the host.
  std::shared_ptr<Terminal> copy_to(MachineCopy& copy) const override;

  Result<u64> read(const HostSpans& to);
  Result<u64> write(const HostSpans& from);
  std::optional<Nanoseconds> read_timeout() const;
  u32 poll(u32 events) const;
  void wait_on(u32 events, Waiter& waiter);
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument);
  Result<FileStatus> status() const;
  int host_fd() const { return fd_.get(); }

 private:
  HostTerminal(UniqueFd fd, u64 device, const HostFsContext& context)
      : fd_(std::move(fd)), device_(device), poller_(context.poller), inodes_(context.inodes) {}

  UniqueFd fd_;
  u64 device_;
  HostPoller& poller_;
  std::shared_ptr<HostInodes> inodes_;  // for stable files
};

/// The terminal's own device node (/dev/pts/3): status, owner and permissions are the host's.
std::shared_ptr<Inode> make_terminal_inode(std::shared_ptr<HostTerminal> terminal);

/// The terminal behind an inode of make_terminal_inode; null for others.
std::shared_ptr<HostTerminal> terminal_of(const Inode& inode);

/// An open file of the terminal at `at`.
std::shared_ptr<FileDescription> open_terminal(Location at, u32 flags,
                                               std::shared_ptr<HostTerminal> terminal);

/// An adopted terminal descriptor as an open file; its location is named as the host names it.
Result<std::shared_ptr<FileDescription>> adopt_host_terminal(int fd, const FileStatus& status,
                                                             const HostFsContext& context);

}  // namespace kemu
