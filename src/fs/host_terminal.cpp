#include "fs/host_terminal.h"

#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/abi/ioctl.h"
#include "base/abi/termios.h"
#include "base/errno_undef.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

/// A line discipline hands out at most this much at a time (N_TTY_BUF_SIZE).
constexpr u64 kReadBuffer = 4096;
constexpr Nanoseconds kTenthOfSecond = kSecond / 10;

static_assert(NCCS == abi::kControlCharacters);

/// Copies what the two generations of the structure, on both sides, have in common.
template <typename To, typename From>
void copy_attributes_from_host(To& to, const From& from) {
  to.input_flags = from.c_iflag;
  to.output_flags = from.c_oflag;
  to.control_flags = from.c_cflag;
  to.local_flags = from.c_lflag;
  to.line_discipline = from.c_line;
  std::copy(std::begin(from.c_cc), std::end(from.c_cc), std::begin(to.control_characters));
}

template <typename To, typename From>
void copy_attributes_to_host(To& to, const From& from) {
  to.c_iflag = from.input_flags;
  to.c_oflag = from.output_flags;
  to.c_cflag = from.control_flags;
  to.c_lflag = from.local_flags;
  to.c_line = from.line_discipline;
  std::copy(std::begin(from.control_characters), std::end(from.control_characters),
            std::begin(to.c_cc));
}

Result<Unit> host_ioctl(int fd, unsigned long request, void* argument) {
  int result;
  do {
    result = ::ioctl(fd, request, argument);
  } while (result < 0 && host_errno() == Errno::EINTR);
  return host_result(result);
}

Result<struct termios> host_attributes(int fd) {
  struct termios attributes;
  TRY(host_ioctl(fd, TCGETS, &attributes));
  return attributes;
}

Result<u64> get_attributes(int fd, AddressSpace& space, GuestAddr argument) {
  const struct termios host = TRY(host_attributes(fd));
  abi::Termios guest = {};
  copy_attributes_from_host(guest, host);
  TRY(space.write_value(argument, guest));
  return u64{0};
}

Result<u64> set_attributes(int fd, unsigned long request, AddressSpace& space, GuestAddr argument) {
  const auto guest = TRY(space.read_value<abi::Termios>(argument));
  struct termios host = {};
  copy_attributes_to_host(host, guest);
  TRY(host_ioctl(fd, request, &host));
  return u64{0};
}

Result<u64> get_old_attributes(int fd, AddressSpace& space, GuestAddr argument) {
  abi::Termio attributes = {};  // the same bytes on both machines
  TRY(host_ioctl(fd, TCGETA, &attributes));
  TRY(space.write_value(argument, attributes));
  return u64{0};
}

Result<u64> set_old_attributes(int fd, unsigned long request, AddressSpace& space,
                               GuestAddr argument) {
  auto attributes = TRY(space.read_value<abi::Termio>(argument));
  TRY(host_ioctl(fd, request, &attributes));
  return u64{0};
}

Result<u64> get_attributes2(int fd, AddressSpace& space, GuestAddr argument) {
  struct termios2 host;
  TRY(host_ioctl(fd, TCGETS2, &host));
  abi::Termios2 guest = {};
  copy_attributes_from_host(guest, host);
  guest.input_speed = host.c_ispeed;
  guest.output_speed = host.c_ospeed;
  TRY(space.write_value(argument, guest));
  return u64{0};
}

Result<u64> set_attributes2(int fd, unsigned long request, AddressSpace& space,
                            GuestAddr argument) {
  const auto guest = TRY(space.read_value<abi::Termios2>(argument));
  struct termios2 host = {};
  copy_attributes_to_host(host, guest);
  host.c_ispeed = guest.input_speed;
  host.c_ospeed = guest.output_speed;
  TRY(host_ioctl(fd, request, &host));
  return u64{0};
}

Result<u64> get_window_size(int fd, AddressSpace& space, GuestAddr argument) {
  struct winsize host;
  TRY(host_ioctl(fd, TIOCGWINSZ, &host));
  TRY(space.write_value(argument,
                        abi::WindowSize{host.ws_row, host.ws_col, host.ws_xpixel, host.ws_ypixel}));
  return u64{0};
}

Result<u64> set_window_size(int fd, AddressSpace& space, GuestAddr argument) {
  const auto guest = TRY(space.read_value<abi::WindowSize>(argument));
  struct winsize host = {guest.rows, guest.columns, guest.x_pixels, guest.y_pixels};
  TRY(host_ioctl(fd, TIOCSWINSZ, &host));
  return u64{0};
}

Result<u64> get_int(int fd, unsigned long request, AddressSpace& space, GuestAddr argument) {
  int value = 0;
  TRY(host_ioctl(fd, request, &value));
  TRY(space.write_value(argument, i32{value}));
  return u64{0};
}

/// Requests whose argument is a number, not an address.
Result<u64> pass_number(int fd, unsigned long request, GuestAddr argument) {
  TRY(host_ioctl(fd, request,
                 reinterpret_cast<void*>(static_cast<std::uintptr_t>(argument.value()))));
  return u64{0};
}

class TerminalInode : public Inode {
 public:
  explicit TerminalInode(std::shared_ptr<HostTerminal> terminal) : terminal_(std::move(terminal)) {}

  FileType type() const override { return FileType::CharDevice; }
  Result<FileStatus> status() override { return terminal_->status(); }
  Result<FilesystemStatus> filesystem_status() override {
    return host_filesystem_status(terminal_->host_fd());
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    return open_terminal(at, flags, terminal_);
  }
  Result<Unit> set_permissions(u32 permissions) override {
    return host_result(fchmod(terminal_->host_fd(), static_cast<mode_t>(permissions)));
  }
  int host_fd() const override { return terminal_->host_fd(); }
  const std::shared_ptr<HostTerminal>& terminal() const { return terminal_; }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, make_terminal_inode(copy.as<Terminal>(terminal_)));
  }

 private:
  std::shared_ptr<HostTerminal> terminal_;
};

class TerminalFile : public FileDescription {
 public:
  TerminalFile(Location location, u32 flags, std::shared_ptr<HostTerminal> terminal)
      : FileDescription(std::move(location), flags), terminal_(std::move(terminal)) {}

  Result<u64> read(const HostSpans& to) override {
    if (!readable()) return Errno::EBADF;
    return terminal_->read(to);
  }
  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    return terminal_->write(from);
  }
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override {
    return terminal_->ioctl(request, space, argument);
  }
  std::optional<Nanoseconds> read_timeout() const override { return terminal_->read_timeout(); }
  u32 poll() override {
    return terminal_->poll(kPollIn | kPollReadNormal | kPollPriority | kPollOut | kPollWriteNormal);
  }
  void wait_on(u32 events, Waiter& waiter) override { terminal_->wait_on(events, waiter); }
  Terminal* terminal() override { return terminal_.get(); }
  int host_fd() const override { return terminal_->host_fd(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_common(copy,
                       open_terminal(copy.of(location_), flags_, copy.as<Terminal>(terminal_)));
  }

 private:
  std::shared_ptr<HostTerminal> terminal_;
};

}  // namespace

Result<std::shared_ptr<HostTerminal>> HostTerminal::create(int fd, const FileStatus& status,
                                                           const HostFsContext& context) {
  auto own = host_open(FdLink(fd).path(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  UniqueFd kept = own.ok() ? std::move(*own) : TRY(host_duplicate(fd));
  return std::shared_ptr<HostTerminal>(
      new HostTerminal(std::move(kept), status.special_device, context));
}

std::shared_ptr<Terminal> HostTerminal::copy_to(MachineCopy& copy) const {
  UniqueFd fd = host_duplicate_for(copy, fd_.get());
  poller_.copy_queues(copy, fd_.get(), fd.get());
  std::shared_ptr<HostTerminal> made(new HostTerminal(std::move(fd), device_, copy.host_files()));
  copy.host_files().inodes->set_terminal(device_, made);
  return copy_common(made);
}

HostTerminal::~HostTerminal() { poller_.forget(fd_.get()); }

bool HostTerminal::stops_background_output() const {
  const auto attributes = host_attributes(fd_.get());
  return attributes.ok() && (attributes->c_lflag & TOSTOP) != 0;
}

u32 HostTerminal::poll(u32 events) const { return host_poll(fd_.get(), events); }

Result<u64> HostTerminal::read(const HostSpans& to) {
  // Through a buffer: a line belongs to one read, but the host's readv reads one for each span.
  std::array<std::byte, kReadBuffer> buffer;
  const u64 wanted = std::min(total_size(to), kReadBuffer);
  if (wanted == 0) return u64{0};
  if (poll(kPollIn) == 0) {
    const auto attributes = host_attributes(fd_.get());
    const bool returns_at_once = attributes.ok() && (attributes->c_lflag & ICANON) == 0 &&
                                 attributes->c_cc[VMIN] == 0 && attributes->c_cc[VTIME] == 0;
    if (returns_at_once) return u64{0};
    return Errno::EAGAIN;
  }
  const u64 got = TRY(host_read(fd_.get(), {HostSpan(buffer.data(), wanted)}));
  u64 copied = 0;
  for (const HostSpan& span : to) {
    const u64 piece = std::min<u64>(span.size(), got - copied);
    if (piece > 0) std::memcpy(span.data(), buffer.data() + copied, piece);
    copied += piece;
  }
  poller_.traffic().hear(got, [] { return "a terminal of the host"; });
  return got;
}

Result<u64> HostTerminal::write(const HostSpans& from) {
  if (total_size(from) == 0) return u64{0};
  if ((poll(kPollOut) & (kPollOut | kPollError | kPollHangUp)) == 0) return Errno::EAGAIN;
  return poller_.traffic().print(
      from, [&](const HostSpans& part) { return host_write(fd_.get(), part); });
}

std::optional<Nanoseconds> HostTerminal::read_timeout() const {
  const auto attributes = host_attributes(fd_.get());
  if (!attributes.ok() || (attributes->c_lflag & ICANON) != 0) return std::nullopt;
  if (attributes->c_cc[VMIN] != 0 || attributes->c_cc[VTIME] == 0) return std::nullopt;
  return attributes->c_cc[VTIME] * kTenthOfSecond;
}

void HostTerminal::wait_on(u32 events, Waiter& waiter) {
  waiter.wait_on(poller_.queue(fd_.get(), events));
}

Result<std::shared_ptr<FileDescription>> HostTerminal::open(const Location& at, u32 flags) {
  return open_terminal(at, flags & ~abi::kOpenTruncate,
                       std::static_pointer_cast<HostTerminal>(shared_from_this()));
}

Result<FileStatus> HostTerminal::status() const {
  const FileStatus real = TRY(host_status(fd_.get()));
  return inodes_->stable_files ? inodes_->stable_files->shown_stream(real) : real;
}

Result<u64> HostTerminal::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  const int fd = fd_.get();
  switch (request) {
    case abi::kTcGetAttributes: return get_attributes(fd, space, argument);
    case abi::kTcSetAttributes: return set_attributes(fd, TCSETS, space, argument);
    case abi::kTcSetAttributesWait: return set_attributes(fd, TCSETSW, space, argument);
    case abi::kTcSetAttributesFlush: return set_attributes(fd, TCSETSF, space, argument);
    case abi::kTcGetOldAttributes: return get_old_attributes(fd, space, argument);
    case abi::kTcSetOldAttributes: return set_old_attributes(fd, TCSETA, space, argument);
    case abi::kTcSetOldAttributesWait: return set_old_attributes(fd, TCSETAW, space, argument);
    case abi::kTcSetOldAttributesFlush: return set_old_attributes(fd, TCSETAF, space, argument);
    case abi::kTcGetAttributes2: return get_attributes2(fd, space, argument);
    case abi::kTcSetAttributes2: return set_attributes2(fd, TCSETS2, space, argument);
    case abi::kTcSetAttributesWait2: return set_attributes2(fd, TCSETSW2, space, argument);
    case abi::kTcSetAttributesFlush2: return set_attributes2(fd, TCSETSF2, space, argument);
    case abi::kTioGetWindowSize: return get_window_size(fd, space, argument);
    case abi::kTioSetWindowSize: return set_window_size(fd, space, argument);
    case abi::kFioReadable: return get_int(fd, FIONREAD, space, argument);
    case abi::kTioOutputQueue: return get_int(fd, TIOCOUTQ, space, argument);
    case abi::kTioGetLineDiscipline: return get_int(fd, TIOCGETD, space, argument);
    case abi::kTcFlush: return pass_number(fd, TCFLSH, argument);
    case abi::kTcFlowControl: return pass_number(fd, TCXONC, argument);
    case abi::kTcSendBreak: return pass_number(fd, TCSBRK, argument);
    case abi::kTcSendBreakPosix: return pass_number(fd, TCSBRKP, argument);
    // Typing into the user's shell is a way out of kemu.
    case abi::kTioSimulateInput: return Errno::EPERM;
    default: return Errno::ENOTTY;
  }
}

std::shared_ptr<Inode> make_terminal_inode(std::shared_ptr<HostTerminal> terminal) {
  return std::make_shared<TerminalInode>(std::move(terminal));
}

std::shared_ptr<HostTerminal> terminal_of(const Inode& inode) {
  const auto* terminal_inode = dynamic_cast<const TerminalInode*>(&inode);
  return terminal_inode != nullptr ? terminal_inode->terminal() : nullptr;
}

std::shared_ptr<FileDescription> open_terminal(Location at, u32 flags,
                                               std::shared_ptr<HostTerminal> terminal) {
  return std::make_shared<TerminalFile>(std::move(at), flags, std::move(terminal));
}

Result<std::shared_ptr<FileDescription>> adopt_host_terminal(int fd, const FileStatus& status,
                                                             const HostFsContext& context) {
  const u64 device = status.special_device;
  std::shared_ptr<HostTerminal> terminal = context.inodes->terminal(device);
  if (!terminal) {
    terminal = TRY(HostTerminal::create(fd, status, context));
    context.inodes->set_terminal(device, terminal);
  }
  char name[256];
  if (ttyname_r(fd, name, sizeof name) != 0) std::strcpy(name, "/dev/tty");
  const auto at =
      std::make_shared<const Dentry>(Dentry{nullptr, name, make_terminal_inode(terminal), nullptr});
  return open_terminal(at, TRY(abi_flags_of(fd)), std::move(terminal));
}

}  // namespace kemu
