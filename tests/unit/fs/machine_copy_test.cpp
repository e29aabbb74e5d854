#include "fs/machine_copy.h"

#include <poll.h>
#include <unistd.h>

#include "base/abi/inotify.h"
#include "base/abi/ioctl.h"
#include "fs/dev_pts.h"
#include "fs/epoll.h"
#include "fs/eventfd.h"
#include "fs/inotify.h"
#include "fs/leases.h"
#include "fs/network.h"
#include "fs/pipe.h"
#include "fs/record_locks.h"
#include "fs/tmpfs.h"
#include "fs/unix_socket.h"
#include "fs_fixture.h"

namespace kemu::test {
namespace {

class RootMachine : public FsMachine {
 public:
  using FsMachine::FsMachine;
  Nanoseconds now() override { return ++now_; }

 private:
  FileCredentials actor() const override { return {}; }
  Nanoseconds now_ = 0;
};

/// A second machine, and the copying of what the tests make into it.
class TestCopy : public MachineCopy {
 public:
  explicit TestCopy(FramePool& pool)
      : files_(pool), context_{pool, poller_, std::make_shared<PageCache>(pool)} {}

  FsMachine& files() override { return files_; }
  HostFsContext& host_files() override { return context_; }
  Entropy& entropy() override { return entropy_; }
  TerminalSignals terminal_signals() override { return {}; }
  const CallbackGuard& callbacks() override { return callbacks_; }

 private:
  RootMachine files_;
  HostPoller poller_;
  HostFsContext context_;
  CountingEntropy entropy_;
  CallbackGuard callbacks_;
};

class Copies : public HostTreeTest {
 protected:
  template <typename... File>
  auto copied(const std::shared_ptr<File>&... files) {
    auto made = std::make_tuple(copy_.of(std::shared_ptr<FileDescription>(files))...);
    copy_.connect_waiters();
    EXPECT_EQ(copy_.reason(), "");
    return made;
  }
  void mount_memory() {
    tree_.make_directory("own");
    auto fs = make_tmpfs(machine_, TmpfsOptions{});
    ASSERT_TRUE(mounts_.mount("/own", fs, "tmpfs", "test", MountAccess::ReadWrite).ok());
  }

  RootMachine machine_{*pool_};
  TestCopy copy_{*pool_};
};

TEST_F(Copies, APipeGoesOnByItself) {
  const PipeEnds ends = make_pipe(0, 7);
  ASSERT_TRUE(put(*ends.write, "abc").ok());
  ASSERT_EQ(take(*ends.read, 1).value(), "a");
  const auto [read, write] = copied(ends.read, ends.write);
  EXPECT_EQ(&read->inode(), &write->inode());
  ASSERT_TRUE(put(*write, "new").ok());
  EXPECT_EQ(take(*read, 10).value(), "bcnew");
  EXPECT_EQ(take(*ends.read, 10).value(), "bc");
  EXPECT_EQ(read->status().value().inode, 7u);
}

TEST_F(Copies, AnEndThatIsNotCopiedIsNotThere) {
  PipeEnds ends = make_pipe(0, 7);
  ends.write.reset();
  const auto [read] = copied(ends.read);
  EXPECT_EQ(take(*read, 1).value(), "");
}

TEST_F(Copies, WaitersComeAlongInTheirOrder) {
  std::vector<int> woken;
  class Noting : public Waiter {
   public:
    Noting(std::vector<int>& woken, int id) : woken_(woken), id_(id) {}
    void woken() override { woken_.push_back(id_); }

   private:
    std::vector<int>& woken_;
    int id_;
  };
  const PipeEnds ends = make_pipe(0, 7);
  Noting first(woken, 1), second(woken, 2), first_copy(woken, 10), second_copy(woken, 20);
  ends.read->wait_on(kPollIn, second);
  ends.read->wait_on(kPollIn, first);
  copy_.waiter(first, first_copy);
  copy_.waiter(second, second_copy);
  const auto [read, write] = copied(ends.read, ends.write);
  ASSERT_TRUE(put(*write, "x").ok());
  EXPECT_EQ(woken, (std::vector{20, 10}));
  ASSERT_TRUE(put(*ends.write, "x").ok());
  EXPECT_EQ(woken, (std::vector{20, 10, 2, 1}));
}

TEST_F(Copies, AFifosOpenGoesOnWaiting) {
  mount_memory();
  const auto directory = find("/own").value();
  ASSERT_TRUE(directory->inode->make_node("fifo", FileType::Fifo, 0600, 0).ok());
  const auto place = find("/own/fifo").value();
  const auto reader = place->inode->open(place, abi::kOpenReadOnly).value();
  ASSERT_TRUE(reader->open_pending());
  const auto [made] = copied(reader);
  EXPECT_TRUE(made->open_pending());
  const auto writer = made->inode().open(made->location(), abi::kOpenWriteOnly).value();
  EXPECT_FALSE(made->open_pending());
  EXPECT_TRUE(reader->open_pending());
}

TEST_F(Copies, AnEventFdHasItsCount) {
  const auto file = make_eventfd(3, EventCounting::Semaphore, abi::kOpenNonBlock, 8);
  const auto [made] = copied(file);
  std::string number(8, '\0');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(made->read(spans_of(number)).value(), 8u);
  EXPECT_EQ(error_of(made->read(spans_of(number))), "EAGAIN");
  EXPECT_EQ(file->poll() & kPollIn, kPollIn);
}

TEST_F(Copies, AnEpollKnowsWhatItHasReported) {
  const auto epoll = make_epoll(9, poller_);
  const PipeEnds told = make_pipe(0, 10), untold = make_pipe(0, 11);
  constexpr u32 kEdges = kPollIn | u32{1} << 31;
  ASSERT_TRUE(epoll->add(3, told.read, {kEdges, 0, 33}).ok());
  ASSERT_TRUE(put(*told.write, "x").ok());
  ASSERT_EQ(epoll->collect(5).size(), 1u);
  ASSERT_TRUE(epoll->add(4, untold.read, {kEdges, 0, 44}).ok());
  ASSERT_TRUE(put(*untold.write, "x").ok());
  const auto [made, told_write, untold_write, told_read, untold_read] =
      copied(epoll, told.write, untold.write, told.read, untold.read);
  auto& copied_epoll = static_cast<Epoll&>(*made);
  const auto events = copied_epoll.collect(5);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].data, 44u);
  ASSERT_TRUE(put(*told_write, "y").ok());
  ASSERT_EQ(copied_epoll.collect(5).size(), 1u);
  EXPECT_EQ(epoll->collect(5).size(), 1u);
}

TEST_F(Copies, AnEpollWatchesAStreamOfTheHost) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd read_end(ends[0]), write_end(ends[1]);
  const auto stream = adopt_host_fd(read_end.get(), context_).value();
  const auto epoll = make_epoll(9, poller_);
  constexpr u32 kEdges = kPollIn | u32{1} << 31;
  ASSERT_TRUE(epoll->add(3, stream, {kEdges, 0, 33}).ok());
  ASSERT_EQ(::write(write_end.get(), "ab", 2), 2);
  ASSERT_EQ(epoll->collect(5).size(), 1u);
  const auto [made, made_stream] = copied(epoll, stream);
  EXPECT_NE(made_stream->host_fd(), stream->host_fd());
  auto& copied_epoll = static_cast<Epoll&>(*made);
  EXPECT_EQ(copied_epoll.collect(5).size(), 0u);
  EXPECT_EQ(take(*made_stream, 1).value(), "a");
  ASSERT_EQ(::write(write_end.get(), "c", 1), 1);
  EXPECT_EQ(copied_epoll.collect(5).size(), 1u);
  EXPECT_EQ(take(*stream, 5).value(), "bc");
}

TEST_F(Copies, SocketsKeepTheirMessagesAndTheFilesInThem) {
  const auto domain = std::make_shared<UnixDomain>();
  const auto make = [&](u64 inode) {
    auto made = make_unix_socket(domain, abi::kSockStream, 0, 0, inode).value();
    return std::static_pointer_cast<UnixSocket>(made);
  };
  const auto one = make(20), other = make(21);
  connect_pair(*one, *other, {1, 0, 0});
  const PipeEnds pipe = make_pipe(0, 22);
  std::string text = "hello";
  const HostSpans bytes = spans_of(text);
  // The sockets lead to themselves, by a message with the receiver in it.
  ASSERT_TRUE(
      one->send({bytes, nullptr, {{pipe.read, other}, std::nullopt, {}}, 0, {1, 0, 0}}).ok());
  const auto [made_one, made_other, write] = copied(one, other, pipe.write);
  const auto receive = [](FileDescription& file) {
    std::string room(10, '\0');
    auto got = static_cast<UnixSocket&>(file).receive(spans_of(room), 0).value();
    room.resize(got.bytes);
    return std::pair(room, got.with.files);
  };
  const auto [text_there, files] = receive(*made_other);
  EXPECT_EQ(text_there, "hello");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[1], made_other);
  ASSERT_TRUE(put(*write, "piped").ok());
  EXPECT_EQ(take(*files[0], 10).value(), "piped");
  EXPECT_EQ(domain->in_flight_of(0), 2u);
  EXPECT_EQ(copy_.of(domain)->in_flight_of(0), 0u);
  EXPECT_EQ(receive(*other).second[1], other);
  ASSERT_TRUE(put(*made_one, "more").ok());
  EXPECT_EQ(take(*made_other, 9).value(), "more");
  EXPECT_EQ(error_of(take(*other, 9)), "EAGAIN");
}

TEST_F(Copies, ANamedSocketIsFoundWithItsConnections) {
  const auto domain = std::make_shared<UnixDomain>();
  const auto make = [](const std::shared_ptr<UnixDomain>& of, u64 inode) {
    auto made = make_unix_socket(of, abi::kSockStream, 0, 0, inode).value();
    return std::static_pointer_cast<UnixSocket>(made);
  };
  SocketAddress name;
  const std::string bytes("\1\0\0name", 7);
  std::memcpy(name.bytes.data(), bytes.data(), bytes.size());
  name.size = static_cast<u32>(bytes.size());
  const auto listener = make(domain, 20), client = make(domain, 21);
  ASSERT_TRUE(listener->bind(name, {}).ok());
  ASSERT_TRUE(listener->listen(5, {}).ok());
  ASSERT_TRUE(client->connect(name, {}).ok());
  ASSERT_TRUE(put(*client, "early").ok());
  const auto [made, made_client] = copied(listener, client);
  const auto made_domain = copy_.of(domain);
  const auto later = make(made_domain, 22);
  EXPECT_TRUE(later->connect(name, {}).ok());
  auto& made_listener = static_cast<UnixSocket&>(*made);
  const auto end = made_listener.accept(0).value();
  EXPECT_EQ(take(*end, 9).value(), "early");
  ASSERT_TRUE(put(*end, "back").ok());
  EXPECT_EQ(take(*made_client, 9).value(), "back");
  EXPECT_TRUE(made_listener.accept(0).ok());
  EXPECT_EQ(error_of(made_listener.accept(0)), "EAGAIN");
  EXPECT_EQ(take(*listener->accept(0).value(), 9).value(), "early");
  EXPECT_EQ(error_of(listener->accept(0)), "EAGAIN");
}

TEST_F(Copies, AHostSocketInUseIsRefusedByName) {
  const auto fresh =
      make_network_socket(abi::kAfInet, abi::kSockStream, 0, 0, NetworkAccess::Host, poller_);
  ASSERT_TRUE(fresh.ok());
  const i32 on = 1;
  constexpr i32 kReuse = 2;
  ASSERT_TRUE((*fresh)->set_option(1, kReuse, std::as_bytes(std::span(&on, 1))).ok());
  const auto [made] = copied(*fresh);
  const auto set = static_cast<Socket&>(*made).option(1, kReuse, 4).value();
  EXPECT_EQ(set[0], std::byte{1});
  EXPECT_EQ(made->status().value().inode, (*fresh)->status().value().inode);

  SocketAddress anywhere;
  anywhere.bytes[0] = std::byte{abi::kAfInet};
  anywhere.size = 16;
  ASSERT_TRUE((*fresh)->bind(anywhere, {}).ok());
  ASSERT_TRUE((*fresh)->listen(1, {}).ok());
  TestCopy again(*pool_);
  (void)again.of(std::shared_ptr<FileDescription>(*fresh));
  EXPECT_EQ(again.reason(), "a host socket is open (TCP, listening)");
}

TEST_F(Copies, APtyKeepsWhatWasTyped) {
  const DevPts pts = make_dev_pts({}, "", nullptr);
  tree_.make_directory("pts");
  ASSERT_TRUE(mounts_.mount("/pts", pts.directory, "", "", MountAccess::ReadWrite).ok());
  const auto master = open("/pts/ptmx", abi::kOpenReadWrite).value();
  const auto unlock = [&](FileDescription& file) {
    AddressSpace space(*pool_);
    MapRequest request;
    request.size = kPageSize;
    request.protection = Protection::rw();
    const GuestAddr zero = space.map(request).value();
    EXPECT_TRUE(file.ioctl(0x40045431, space, zero).ok());  // TIOCSPTLCK
  };
  unlock(*master);
  const auto slave = open("/pts/0", abi::kOpenReadWrite).value();
  slave->terminal()->set_session(5);
  slave->terminal()->set_foreground_group(6);
  ASSERT_TRUE(put(*master, "line\nhal").ok());
  copy_dev_pts(copy_, *pts.directory);
  auto [made_master, made_slave] = copied(master, slave);
  EXPECT_NE(made_slave->terminal(), slave->terminal());
  EXPECT_EQ(made_slave->terminal(), &made_master->master()->driven());
  EXPECT_EQ(made_slave->terminal()->session(), 5);
  EXPECT_EQ(made_slave->terminal()->foreground_group(), 6);
  ASSERT_TRUE(put(*made_master, "f\n").ok());
  EXPECT_EQ(take(*made_slave, 20).value(), "line\n");
  EXPECT_EQ(take(*made_slave, 20).value(), "half\n");
  EXPECT_EQ(take(*slave, 20).value(), "line\n");
  EXPECT_EQ(error_of(take(*slave, 20)), "EAGAIN");
  EXPECT_EQ(take(*made_master, 40).value(), "line\r\nhalf\r\n");
  // Its place is the new instance, which gives its number out again once it is closed.
  const auto directory = copy_.of(pts.directory);
  EXPECT_NE(directory, pts.directory);
  EXPECT_EQ(directory->lookup("0", {}).value().get(), &made_slave->inode());
}

TEST_F(Copies, RecordLocksOfDescriptionsChangeTheirOwners) {
  const auto locks = std::make_shared<RecordLocks>();
  const int old_file = 0, new_file = 0;
  const FileId id{1, 2};
  const LockOwner process{7, nullptr}, file{-1, &old_file}, made_file{-1, &new_file};
  ASSERT_TRUE(locks->set(id, {file, LockKind::Write, {0, 10}}).ok());
  CountingWaiter waiter, made_waiter;
  ASSERT_TRUE(locks->wait(id, {process, LockKind::Write, {0, 5}}, waiter).ok());
  copy_.waiter(waiter, made_waiter);
  const auto made = copy_.of(locks);
  made->rename(file, made_file);
  copy_.connect_waiters();
  EXPECT_EQ(made->conflict(id, {process, LockKind::Write, {0, 5}})->owner, made_file);
  EXPECT_EQ(error_of(made->wait(id, {made_file, LockKind::Write, {0, 5}}, waiter)), "ok");
  made->release_owner(made_file);
  EXPECT_EQ(made_waiter.wakes, 1);
  EXPECT_TRUE(locks->conflict(id, {process, LockKind::Write, {0, 5}}).has_value());
}

TEST_F(Copies, ALeaseIsBrokenInOneMachineAlone) {
  mount_memory();
  const auto file = open("/own/a", abi::kOpenReadOnly | abi::kOpenCreate).value();
  const auto leases = std::make_shared<Leases>();
  std::vector<FileDescription*> told;
  const auto tell = [&](FileDescription& holder) { told.push_back(&holder); };
  ASSERT_TRUE(leases->set(file, LeaseType::Write, 0, tell).ok());
  const auto [made] = copied(file);
  const auto made_leases = copy_.of(leases);
  EXPECT_TRUE(made_leases->break_for(made->inode(), LeaseType::Write, 5).has_value());
  EXPECT_EQ(told, std::vector{made.get()});
  EXPECT_EQ(leases->type_of(*file, 6), LeaseType::Write);
  EXPECT_EQ(made_leases->type_of(*made, 6), LeaseType::None);
}

TEST_F(Copies, WatchesOfBothKindsGoOn) {
  mount_memory();
  tree_.make_directory("host");
  const auto inotify = Inotify::create(abi::kOpenNonBlock, 30, poller_).value();
  ASSERT_EQ(inotify->add_watch(find("/own").value()->inode, abi::kInotifyCreate).value(), 1);
  ASSERT_EQ(inotify->add_watch(find("/host").value()->inode, abi::kInotifyCreate).value(), 2);
  const auto own = find("/own").value();
  tell_watchers(*own->inode, abi::kInotifyCreate, "x");
  const auto [made] = copied(inotify);
  EXPECT_EQ(take(*made, 100).value(), take(*inotify, 100).value());
  tree_.write("host/file", "");
  tell_watchers(*copy_.of(own->inode), abi::kInotifyCreate, "y");
  const std::string events = take(*made, 100).value();
  EXPECT_EQ(events.size(), 64u);
  EXPECT_EQ(events[0], 2);
  EXPECT_EQ(events[32], 1);
  EXPECT_EQ(take(*inotify, 100).value().size(), 32u);
}

}  // namespace
}  // namespace kemu::test
