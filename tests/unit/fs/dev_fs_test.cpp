#include "fs/dev_fs.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>

#include "base/abi/ioctl.h"
#include "base/abi/termios.h"
#include "fs/terminal.h"
#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;
using test::error_of;
using test::put;
using test::take;
using namespace abi;

class DevFs : public test::HostTreeTest {
 protected:
  void mount_dev(std::shared_ptr<FileDescription> terminal = nullptr) {
    ASSERT_TRUE(mounts_
                    .mount("/dev", make_dev_fs(entropy_, std::move(terminal)), "devtmpfs", "dev",
                           MountAccess::ReadWrite)
                    .ok());
  }
  test::CountingEntropy entropy_;
};

TEST_F(DevFs, MemoryDevicesBehaveAsLinuxDoes) {
  mount_dev();
  auto null = open("/dev/null", kOpenReadWrite | kOpenTruncate).value();
  EXPECT_EQ(take(*null, 10).value(), "");
  EXPECT_EQ(put(*null, "abc").value(), 3u);
  EXPECT_EQ(null->seek(5, Whence::Set).value(), 0u);
  EXPECT_EQ(error_of(null->mapping(Sharing::Private)), "ENODEV");
  auto zero = open("/dev/zero", kOpenReadWrite).value();
  EXPECT_EQ(take(*zero, 3).value(), std::string(3, '\0'));
  EXPECT_EQ(put(*zero, "abc").value(), 3u);
  EXPECT_EQ(zero->mapping(Sharing::Private).value(), nullptr);
  auto full = open("/dev/full", kOpenReadWrite).value();
  EXPECT_EQ(take(*full, 2).value(), std::string(2, '\0'));
  EXPECT_EQ(error_of(put(*full, "x")), "ENOSPC");
  auto random = open("/dev/urandom", kOpenReadWrite).value();
  EXPECT_EQ(take(*random, 3).value(), "\x01\x02\x03");
  auto write_only = open("/dev/zero", kOpenWriteOnly).value();
  EXPECT_EQ(error_of(take(*write_only, 1)), "EBADF");
}

TEST_F(DevFs, DeviceNumbers) {
  mount_dev();
  const auto device = [&](const char* path) {
    const FileStatus status = find(path).value()->inode->status().value();
    EXPECT_EQ(status.type, FileType::CharDevice);
    return status.special_device;
  };
  EXPECT_EQ(device("/dev/null"), 0x103u);
  EXPECT_EQ(device("/dev/zero"), 0x105u);
  EXPECT_EQ(device("/dev/full"), 0x107u);
  EXPECT_EQ(device("/dev/random"), 0x108u);
  EXPECT_EQ(device("/dev/urandom"), 0x109u);
  EXPECT_EQ(device("/dev/ptmx"), 0x502u);
  EXPECT_EQ(device("/dev/pts/ptmx"), 0x502u);
  EXPECT_EQ(device("/dev/tty"), 0x500u);
  EXPECT_EQ(device("/dev/console"), 0x501u);
}

TEST_F(DevFs, NodesAreFixed) {
  mount_dev();
  EXPECT_EQ(error_of(open("/dev/new", kOpenWriteOnly | kOpenCreate)), "EACCES");
  EXPECT_EQ(error_of(mounts_.covering(mounts_.root(), "dev")->inode->unlink("null")), "EPERM");
  EXPECT_EQ(find("/dev/stdin", FinalLink::Keep).value()->inode->read_link(caller_).value(),
            "/proc/self/fd/0");
  EXPECT_EQ(find("/dev/null").value()->inode, find("/dev/null").value()->inode);
}

TEST_F(DevFs, WithoutATerminalTtyIsNone) {
  mount_dev();
  EXPECT_EQ(open("/dev/tty", kOpenReadWrite).value()->terminal(), nullptr);
  EXPECT_EQ(error_of(open("/dev/console", kOpenReadWrite)), "ENXIO");
}

/// A pseudo-terminal of the host: `slave_` is what kemu gets, the test types on `master_`.
class HostTerminalTest : public DevFs {
 protected:
  HostTerminalTest() : space_(*pool_) {
    int master = -1;
    int slave = -1;
    EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
    master_.reset(master);
    slave_.reset(slave);
    file_ = adopt_host_fd(slave, context_).value();
    MapRequest request;
    request.size = kPageSize;
    request.protection = Protection::rw();
    buffer_ = space_.map(request).value();
  }
  void type(const std::string& keys) {
    ASSERT_EQ(::write(master_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    pollfd ready = {slave_.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 1000), 1);
  }
  std::string screen() {
    char bytes[256];
    const ssize_t size = ::read(master_.get(), bytes, sizeof bytes);
    return {bytes, size > 0 ? static_cast<u64>(size) : 0};
  }
  template <typename Change>
  void change_attributes(Change&& change) {
    auto attributes = space_.read_value<Termios>(buffer_).value();
    change(attributes);
    space_.write_value(buffer_, attributes).value();
    ASSERT_TRUE(file_->ioctl(kTcSetAttributes, space_, buffer_).ok());
  }

  UniqueFd master_;
  UniqueFd slave_;
  std::shared_ptr<FileDescription> file_;
  AddressSpace space_;
  GuestAddr buffer_;
};

TEST_F(HostTerminalTest, ALineIsOneReadAndNothingBlocks) {
  EXPECT_EQ(error_of(take(*file_, 10)), "EAGAIN");
  EXPECT_EQ(file_->read_timeout(), std::nullopt);
  type("first\nsecond\n");
  EXPECT_EQ(take(*file_, 100).value(), "first\n");
  EXPECT_EQ(take(*file_, 3).value(), "sec");
  EXPECT_EQ(take(*file_, 100).value(), "ond\n");
  EXPECT_EQ(fcntl(slave_.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(HostTerminalTest, OutputGoesThroughTheHostsLineDiscipline) {
  EXPECT_EQ(put(*file_, "a\n").value(), 2u);
  EXPECT_EQ(screen(), "a\r\n");
}

TEST_F(HostTerminalTest, TypingWakesAReader) {
  CountingWaiter waiter;
  file_->wait_on(kPollIn, waiter);
  type("x\n");
  poller_.wait(-1);
  EXPECT_EQ(waiter.wakes, 1);
}

TEST_F(HostTerminalTest, AttributesAreTranslated) {
  ASSERT_TRUE(file_->ioctl(kTcGetAttributes, space_, buffer_).ok());
  const auto before = space_.read_value<Termios>(buffer_).value();
  EXPECT_EQ(before.local_flags & u32{ICANON | ECHO}, u32{ICANON | ECHO});
  EXPECT_EQ(before.control_characters[VINTR], 3);
  change_attributes([](Termios& attributes) {
    attributes.local_flags &= ~u32{ICANON | ECHO};
    attributes.control_characters[VMIN] = 0;
    attributes.control_characters[VTIME] = 5;
  });
  struct termios host;
  ASSERT_EQ(tcgetattr(slave_.get(), &host), 0);
  EXPECT_EQ(host.c_lflag & (ICANON | ECHO), 0u);
  EXPECT_EQ(host.c_cc[VTIME], 5);
  EXPECT_EQ(error_of(take(*file_, 1)), "EAGAIN");
  EXPECT_EQ(file_->read_timeout(), kSecond / 2);
  change_attributes([](Termios& attributes) { attributes.control_characters[VTIME] = 0; });
  EXPECT_EQ(take(*file_, 1).value(), "");
  EXPECT_EQ(error_of(file_->ioctl(kTcGetAttributes, space_, GuestAddr(0x20000))), "EFAULT");
}

TEST_F(HostTerminalTest, WindowSizeAndOtherRequests) {
  space_.write_value(buffer_, WindowSize{33, 99, 1, 2}).value();
  ASSERT_TRUE(file_->ioctl(kTioSetWindowSize, space_, buffer_).ok());
  space_.write_value(buffer_, WindowSize{}).value();
  ASSERT_TRUE(file_->ioctl(kTioGetWindowSize, space_, buffer_).ok());
  const auto size = space_.read_value<WindowSize>(buffer_).value();
  EXPECT_EQ(size.rows, 33);
  EXPECT_EQ(size.columns, 99);
  EXPECT_EQ(size.y_pixels, 2);
  type("four\n");
  ASSERT_TRUE(file_->ioctl(kFioReadable, space_, buffer_).ok());
  EXPECT_EQ(space_.read_value<i32>(buffer_).value(), 5);
  ASSERT_TRUE(file_->ioctl(kTcFlush, space_, GuestAddr(TCIFLUSH)).ok());
  EXPECT_EQ(error_of(take(*file_, 10)), "EAGAIN");
  EXPECT_EQ(error_of(file_->ioctl(kTioSimulateInput, space_, buffer_)), "EPERM");
  EXPECT_EQ(error_of(file_->ioctl(0x1234, space_, buffer_)), "ENOTTY");
}

TEST_F(HostTerminalTest, DescriptorsOfOneTerminalShareItsJobControl) {
  auto other = adopt_host_fd(slave_.get(), context_).value();
  ASSERT_NE(file_->terminal(), nullptr);
  EXPECT_EQ(other->terminal(), file_->terminal());
  file_->terminal()->set_foreground_group(42);
  EXPECT_EQ(other->terminal()->foreground_group(), 42);
  EXPECT_FALSE(file_->terminal()->stops_background_output());
  ASSERT_TRUE(file_->ioctl(kTcGetAttributes, space_, buffer_).ok());
  change_attributes([](Termios& attributes) { attributes.local_flags |= TOSTOP; });
  EXPECT_TRUE(file_->terminal()->stops_background_output());
}

TEST_F(HostTerminalTest, DevLeadsToIt) {
  const std::string name = file_->location()->name;
  ASSERT_TRUE(name.starts_with("/dev/pts/"));
  EXPECT_EQ(path_of(file_->location(), fs_.root), name);
  mount_dev(file_);
  const Location node = find(name).value();
  EXPECT_EQ(node->inode->status().value().inode, file_->status().value().inode);
  EXPECT_EQ(node->inode->status().value().special_device, file_->terminal()->device());
  EXPECT_EQ(open(name, kOpenReadWrite).value()->terminal(), file_->terminal());
  // It controls no session yet.
  EXPECT_EQ(open("/dev/tty", kOpenReadWrite).value()->terminal(), nullptr);
  file_->terminal()->set_session(1);
  auto tty = open("/dev/tty", kOpenReadWrite).value();
  EXPECT_EQ(tty->terminal(), file_->terminal());
  EXPECT_EQ(tty->status().value().special_device, 0x500u);
  EXPECT_EQ(put(*tty, "hi").value(), 2u);
  EXPECT_EQ(screen(), "hi");
}

TEST_F(HostTerminalTest, AHangUpEndsReads) {
  master_.reset();
  EXPECT_EQ(take(*file_, 10).value(), "");
  EXPECT_NE(file_->poll() & kPollHangUp, 0u);
}

}  // namespace
}  // namespace kemu
