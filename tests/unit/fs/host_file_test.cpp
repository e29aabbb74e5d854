#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fs/pipe.h"
#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;
using test::error_of;
using test::put;
using test::spans_of;
using test::take;
using namespace abi;

class HostFiles : public test::HostTreeTest {};

TEST_F(HostFiles, OffsetsMoveWithReadsAndWrites) {
  tree_.write("file", "0123456789");
  auto file = open("file", kOpenReadWrite).value();
  EXPECT_EQ(take(*file, 4).value(), "0123");
  EXPECT_EQ(put(*file, "ab").value(), 2u);
  EXPECT_EQ(file->seek(0, Whence::Current).value(), 6u);
  EXPECT_EQ(file->seek(-1, Whence::End).value(), 9u);
  EXPECT_EQ(take(*file, 10).value(), "9");
  EXPECT_EQ(take(*file, 10).value(), "");
  EXPECT_EQ(error_of(file->seek(-1, Whence::Set)), "EINVAL");
  EXPECT_EQ(error_of(file->seek(100, Whence::Data)), "ENXIO");
  std::string at(3, '\0');
  EXPECT_EQ(file->read_at(spans_of(at), 3).value(), 3u);
  EXPECT_EQ(at, "3ab");
  EXPECT_EQ(file->seek(0, Whence::Current).value(), 10u);
}

TEST_F(HostFiles, ManySpansAreOneTransfer) {
  // More than the host takes in one call.
  std::string bytes(2000, 'x');
  for (u64 i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('a' + i % 26);
  HostSpans spans;
  for (char& byte : bytes) spans.push_back(std::as_writable_bytes(std::span(&byte, 1)));
  auto file = open("many", kOpenReadWrite | kOpenCreate).value();
  EXPECT_EQ(file->write(spans).value(), 2000u);
  EXPECT_EQ(tree_.read("many"), bytes);
  const std::string before = bytes;
  bytes.assign(2000, '\0');
  EXPECT_EQ(file->read_at(spans, 0).value(), 2000u);
  EXPECT_EQ(bytes, before);
}

TEST_F(HostFiles, AccessModesAreKept) {
  tree_.write("file", "x");
  auto reader = open("file", kOpenReadOnly).value();
  EXPECT_EQ(error_of(put(*reader, "y")), "EBADF");
  EXPECT_EQ(error_of(reader->truncate(0)), "EINVAL");
  auto writer = open("file", kOpenWriteOnly).value();
  EXPECT_EQ(error_of(take(*writer, 1)), "EBADF");
  EXPECT_EQ(error_of(writer->mapping(Sharing::Private)), "EACCES");
  EXPECT_TRUE(writer->set_flags(kOpenAppend).ok());
  EXPECT_EQ(writer->flags() & kOpenAppend, kOpenAppend);
  put(*writer, "z").value();
  EXPECT_EQ(tree_.read("file"), "xz");
}

TEST_F(HostFiles, StatusIsTheHosts) {
  tree_.write("file", "12345");
  struct stat host;
  ASSERT_EQ(stat(tree_.path("file").c_str(), &host), 0);
  const FileStatus status = find("file").value()->inode->status().value();
  EXPECT_EQ(status.device, host.st_dev);
  EXPECT_EQ(status.inode, host.st_ino);
  EXPECT_EQ(status.mode(), host.st_mode);
  EXPECT_EQ(status.size, 5u);
  EXPECT_EQ(status.modified, host.st_mtim.tv_sec * kSecond + host.st_mtim.tv_nsec);
}

TEST_F(HostFiles, AttributesCanBeSetOnFilesAndTimesOnLinks) {
  tree_.write("file", "x");
  tree_.make_link("link", "file");
  const Location file_place = find("file").value();
  const Location link_place = find("link", FinalLink::Keep).value();
  Inode& file = *file_place->inode;
  EXPECT_TRUE(file.set_permissions(01640).ok());
  EXPECT_EQ(file.status().value().permissions, 01640u);
  EXPECT_TRUE(file.set_times({std::nullopt, -kSecond / 2}).ok());
  EXPECT_EQ(file.status().value().modified, -kSecond / 2);
  Inode& link = *link_place->inode;
  EXPECT_TRUE(link.set_times({5 * kSecond, 7 * kSecond}).ok());
  EXPECT_EQ(link.status().value().modified, 7 * kSecond);
  EXPECT_EQ(file.status().value().modified, -kSecond / 2);
  EXPECT_EQ(link.read_link(caller_).value(), "file");
  EXPECT_EQ(error_of(file.read_link(caller_)), "EINVAL");
  EXPECT_TRUE(file.truncate(3).ok());
  EXPECT_EQ(tree_.read("file"), std::string("x\0\0", 3));
  EXPECT_EQ(error_of(mounts_.root()->inode->truncate(0)), "EISDIR");
  EXPECT_TRUE(file.check_access(0).ok());
}

TEST_F(HostFiles, OneFileIsOneInodeWhateverItsName) {
  tree_.write("file", "x");
  std::filesystem::create_hard_link(tree_.path("file"), tree_.path("other"));
  const Location file = find("file").value();
  EXPECT_EQ(find("other").value()->inode, file->inode);
  std::filesystem::remove(tree_.path("file"));
  tree_.write("file", "new");
  EXPECT_NE(find("file").value()->inode, file->inode);
}

TEST_F(HostFiles, ARememberedNameIsCheckedAgainstTheHost) {
  tree_.make_directory("a/b");
  tree_.make_directory("other");
  tree_.write("a/b/file", "one");
  tree_.write("other/file", "two");
  tree_.make_link("link", "a/b");
  EXPECT_EQ(take(*open("link/file", kOpenReadOnly).value(), 10).value(), "one");
  std::filesystem::rename(tree_.path("a/b"), tree_.path("a/moved"));
  std::filesystem::rename(tree_.path("other"), tree_.path("a/b"));
  EXPECT_EQ(take(*open("link/file", kOpenReadOnly).value(), 10).value(), "two");
  std::filesystem::remove(tree_.path("link"));
  tree_.make_link("link", "a/moved");
  EXPECT_EQ(take(*open("link/file", kOpenReadOnly).value(), 10).value(), "one");
  std::filesystem::remove_all(tree_.path("a"));
  EXPECT_EQ(error_of(open("link/file", kOpenReadOnly)), "ENOENT");
}

TEST_F(HostFiles, AFileReplacedBetweenWalkAndOpenIsTheOneThatWasFound) {
  tree_.write("file", "found");
  const Location found = find("file").value();
  std::filesystem::rename(tree_.path("file"), tree_.path("elsewhere"));
  tree_.write("file", "another");
  auto opened = found->inode->open(found, kOpenReadWrite | kOpenTruncate).value();
  EXPECT_EQ(put(*opened, "x").value(), 1u);
  EXPECT_EQ(tree_.read("elsewhere"), "x");
  EXPECT_EQ(tree_.read("file"), "another");
}

TEST_F(HostFiles, TreesGoWithAllTheirDescriptors) {
  const auto open_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  tree_.make_directory("x/y/z");
  tree_.write("x/y/z/file", "");
  const auto before = open_descriptors();
  {
    MountTable mounts(open_host_tree(tree_.path("x"), context_).value(), "host", "",
                      MountAccess::ReadWrite);
    const FsContext fs{mounts.root(), mounts.root(), 022};
    PathWalker walker(mounts, fs, caller_);
    EXPECT_TRUE(open_path(walker, fs.cwd, "/y/z/file", kOpenReadOnly, 0).ok());
    EXPECT_GT(open_descriptors(), before);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(HostFiles, DeletedFilesStayOpen) {
  tree_.write("file", "still here");
  auto file = open("file", kOpenReadOnly).value();
  std::filesystem::remove(tree_.path("file"));
  auto again = file->inode().open(file->location(), kOpenReadOnly).value();
  EXPECT_EQ(take(*again, 100).value(), "still here");
  EXPECT_EQ(file->status().value().links, 0u);
}

TEST_F(HostFiles, NobodyWritesToAProgramThatRuns) {
  tree_.write("program", "code");
  const auto inode = find("program").value()->inode;
  auto running = inode->use_contents(ContentsUse::Execute).value();
  auto once_more = inode->use_contents(ContentsUse::Execute).value();
  running.reset();
  EXPECT_TRUE(open("program", kOpenReadOnly).ok());
  EXPECT_EQ(error_of(open("program", kOpenWriteOnly)), "ETXTBSY");
  EXPECT_EQ(error_of(open("program", kOpenReadWrite | kOpenTruncate)), "ETXTBSY");
  EXPECT_EQ(error_of(open("program", kOpenReadOnly | kOpenTruncate)), "ETXTBSY");
  EXPECT_EQ(error_of(inode->truncate(0)), "ETXTBSY");
  EXPECT_EQ(tree_.read("program"), "code");
  once_more.reset();
  EXPECT_TRUE(open("program", kOpenWriteOnly).ok());
}

TEST_F(HostFiles, NobodyRunsAProgramThatIsWritten) {
  const auto busy = [&] {
    return error_of(find("new").value()->inode->use_contents(ContentsUse::Execute));
  };
  auto writer = open("new", kOpenReadWrite | kOpenCreate).value();
  put(*writer, "code").value();
  EXPECT_EQ(busy(), "ETXTBSY");
  auto mapping = writer->mapping(Sharing::Private).value();
  writer.reset();
  EXPECT_EQ(busy(), "ETXTBSY") << "a mapping keeps the file open";
  mapping.reset();
  EXPECT_EQ(busy(), "ok");
  auto reader = open("new", kOpenReadOnly).value();
  EXPECT_EQ(busy(), "ok");
}

TEST_F(HostFiles, TheHostTellsWhereAFileIsNow) {
  tree_.make_directory("a/b");
  tree_.write("a/b/file", "x");
  auto file = open("a/b/file", kOpenReadOnly).value();
  auto inside = open_host_tree(tree_.path("a"), context_).value();
  const Mount bind{inside, "host", tree_.path("a"), "/mnt", MountAccess::ReadWrite};
  const Mount& root = *mounts_.root()->mount;
  EXPECT_EQ(current_path(file->host_fd(), root), "/a/b/file");
  EXPECT_EQ(current_path(file->host_fd(), bind), "/mnt/b/file");
  EXPECT_EQ(current_path(inside->host_fd(), bind), "/mnt");
  std::filesystem::rename(tree_.path("a/b/file"), tree_.path("ab"));
  EXPECT_EQ(current_path(file->host_fd(), root), "/ab");
  EXPECT_EQ(current_path(file->host_fd(), bind), std::nullopt);
  std::filesystem::remove(tree_.path("ab"));
  EXPECT_EQ(current_path(file->host_fd(), root), "/ab (deleted)");
  EXPECT_EQ(current_path(-1, root), std::nullopt);
}

TEST_F(HostFiles, DirectoriesAreReadInPiecesAndSoughtIn) {
  std::vector<std::string> expected = {".", ".."};
  for (int i = 0; i < 200; ++i) {
    expected.push_back("name" + std::to_string(i));
    tree_.write(expected.back(), "");
  }
  auto directory = open("/", kOpenReadOnly | kOpenDirectory).value();
  std::vector<DirectoryEntry> entries;
  int calls = 0;
  for (auto next = directory->read_directory(1024).value(); !next.empty();
       next = directory->read_directory(1024).value()) {
    entries.insert(entries.end(), next.begin(), next.end());
    ++calls;
  }
  EXPECT_GT(calls, 3);
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(names, expected);
  ASSERT_TRUE(directory->seek_directory(entries[99].next_offset).ok());
  EXPECT_EQ(directory->read_directory(1024).value().front().name, entries[100].name);
  EXPECT_EQ(error_of(take(*directory, 1)), "EISDIR");
}

TEST_F(HostFiles, FlockIsHeldByTheDescription) {
  constexpr u32 kShared = 1;
  constexpr u32 kExclusive = 2;
  constexpr u32 kUnlock = 8;
  tree_.write("file", "");
  auto one = open("file", kOpenReadOnly).value();
  auto two = open("file", kOpenReadOnly).value();
  EXPECT_EQ(error_of(one->lock(kShared)), "ok");
  EXPECT_EQ(error_of(two->lock(kShared | 4)), "ok");
  EXPECT_EQ(error_of(two->lock(kExclusive)), "EAGAIN");
  EXPECT_EQ(error_of(one->lock(kExclusive)), "ok");  // a failed conversion loses the old lock
  EXPECT_EQ(error_of(two->lock(kShared)), "EAGAIN");
  CountingWaiter waiter;
  two->wait_for_lock(waiter);
  EXPECT_EQ(error_of(one->lock(kUnlock)), "ok");
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_EQ(error_of(two->lock(kExclusive)), "ok");
  two.reset();
  EXPECT_EQ(error_of(one->lock(kExclusive)), "ok");
  EXPECT_EQ(error_of(one->lock(3)), "EINVAL");
}

/// Descriptors that kemu is given open.
class Adopted : public test::HostTreeTest {
 protected:
  std::shared_ptr<FileDescription> adopt(int fd) { return adopt_host_fd(fd, context_).value(); }
};

TEST_F(Adopted, RegularFilesShareTheHostsOffset) {
  tree_.write("file", "0123456789");
  UniqueFd fd(::open(tree_.path("file").c_str(), O_RDWR | O_APPEND));
  ASSERT_EQ(lseek(fd.get(), 4, SEEK_SET), 4);
  auto file = adopt(fd.get());
  EXPECT_EQ(file->flags() & (kOpenAccessMode | kOpenAppend), kOpenReadWrite | kOpenAppend);
  EXPECT_EQ(take(*file, 2).value(), "45");
  EXPECT_EQ(lseek(fd.get(), 0, SEEK_CUR), 6);
}

TEST_F(Adopted, PipesNeverBlockKemuNorChangeTheHostsFlags) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  auto reader = adopt(read_end.get());
  auto writer = adopt(write_end.get());
  EXPECT_EQ(error_of(take(*reader, 1)), "EAGAIN");
  EXPECT_EQ(put(*writer, std::string(100000, 'x')).value(), 65536u);
  EXPECT_EQ(error_of(put(*writer, "x")), "EAGAIN");
  EXPECT_EQ(writer->poll(), 0u);
  EXPECT_EQ(take(*reader, 70000).value().size(), 65536u);
  EXPECT_EQ(fcntl(read_end.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(fcntl(write_end.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_FALSE(reader->non_blocking());
  EXPECT_EQ(error_of(put(*reader, "x")), "EBADF");
}

TEST_F(Adopted, APipesReaderIsWokenByThePoller) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  auto reader = adopt(read_end.get());
  CountingWaiter waiter;
  reader->wait_on(kPollIn, waiter);
  EXPECT_TRUE(poller_.anybody_waiting());
  poller_.wait(0);
  EXPECT_EQ(waiter.wakes, 0);
  ASSERT_EQ(::write(write_end.get(), "x", 1), 1);
  poller_.wait(-1);
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_FALSE(poller_.anybody_waiting());
  reader->wait_on(kPollIn, waiter);
  reader.reset();
  EXPECT_FALSE(poller_.anybody_waiting());
}

TEST_F(Adopted, SocketsNeverBlockKemu) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  UniqueFd mine(ends[0]);
  UniqueFd other(ends[1]);
  auto file = adopt(mine.get());
  EXPECT_EQ(error_of(take(*file, 1)), "EAGAIN");
  EXPECT_EQ(put(*file, "ping").value(), 4u);
  char got[4];
  ASSERT_EQ(::read(other.get(), got, sizeof got), 4);
  ASSERT_EQ(::write(other.get(), "pong", 4), 4);
  EXPECT_EQ(take(*file, 10).value(), "pong");
  other.reset();
  EXPECT_EQ(error_of(put(*file, "x")), "EPIPE");
  EXPECT_EQ(take(*file, 10).value(), "");
}

TEST_F(Adopted, PipesCanBeOpenedAgain) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  auto reader = adopt(read_end.get());
  auto again = reader->inode().open(reader->location(), kOpenReadOnly).value();
  ASSERT_EQ(::write(write_end.get(), "x", 1), 1);
  EXPECT_EQ(take(*again, 10).value(), "x");
}

}  // namespace
}  // namespace kemu
