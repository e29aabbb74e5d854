#include "fs/pipe.h"

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;
using test::error_of;
using test::put;
using test::take;

constexpr u64 kCapacity = 65536;
constexpr u32 kReadable = kPollIn | kPollReadNormal;
constexpr u32 kWritable = kPollOut | kPollWriteNormal;

std::string pattern(u64 size) {
  std::string bytes(size, '\0');
  for (u64 i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 256);
  return bytes;
}

u64 written(FileDescription& file, u64 size) {
  const auto result = put(file, std::string(size, 'x'));
  EXPECT_EQ(error_of(result), "ok") << "writing " << size;
  return result.ok() ? *result : 0;
}

class PipeSizes : public ::testing::TestWithParam<u64> {};

TEST_P(PipeSizes, BytesComeOutAsTheyWentIn) {
  const std::string bytes = pattern(GetParam());
  for (const u64 piece : {u64{1}, u64{4095}, u64{4096}, u64{4097}, kCapacity}) {
    if (piece == 1 && bytes.size() > 5000) continue;
    PipeEnds ends = make_pipe(0, 1);
    EXPECT_EQ(put(*ends.write, bytes).value(), std::min<u64>(bytes.size(), kCapacity));
    std::string got;
    while (ends.read->poll() & kPollIn) got += take(*ends.read, piece).value();
    EXPECT_EQ(got, bytes.substr(0, kCapacity)) << "in pieces of " << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(AtPageEdges, PipeSizes,
                         ::testing::Values(1, 2, 4095, 4096, 4097, 8191, 8192, 8193, 61440, 61441,
                                           65535, 65536, 65537, 70000));

TEST(Pipe, HoldsSixteenSlotsAsLinuxCountsThem) {
  // One byte at a time fills every byte; 3000 at a time never share a slot, so 16 of them fit.
  PipeEnds bytes = make_pipe(0, 1);
  for (u64 i = 0; i < kCapacity; ++i) ASSERT_EQ(written(*bytes.write, 1), 1u);
  EXPECT_EQ(error_of(put(*bytes.write, "x")), "EAGAIN");

  PipeEnds odd = make_pipe(0, 2);
  for (int i = 0; i < 16; ++i) ASSERT_EQ(written(*odd.write, 3000), 3000u);
  EXPECT_EQ(error_of(put(*odd.write, std::string(3000, 'x'))), "EAGAIN");
  EXPECT_EQ(written(*odd.write, 1096), 1096u);  // goes on in the last slot
  EXPECT_EQ(error_of(put(*odd.write, "x")), "EAGAIN");
}

TEST(Pipe, WritesUpToPipeBufAreAtomicAndLongerOnesPartial) {
  PipeEnds ends = make_pipe(0, 1);
  ASSERT_EQ(written(*ends.write, kCapacity - 4096), kCapacity - 4096);
  ASSERT_EQ(written(*ends.write, 100), 100u);
  EXPECT_EQ(error_of(put(*ends.write, std::string(4096, 'y'))), "EAGAIN");
  EXPECT_EQ(error_of(put(*ends.write, std::string(3997, 'y'))), "EAGAIN");
  // 4097 bytes: the odd one joins the last slot, the page finds no other.
  EXPECT_EQ(put(*ends.write, std::string(4097, 'y')).value(), 1u);
}

TEST(Pipe, ReadingAnEmptyPipeBlocksUntilTheLastWriterGoes) {
  PipeEnds ends = make_pipe(0, 1);
  auto second = ends.write->inode().open(ends.write->location(), abi::kOpenWriteOnly).value();
  EXPECT_EQ(error_of(take(*ends.read, 10)), "EAGAIN");
  EXPECT_EQ(put(*ends.write, "abc").value(), 3u);
  ends.write.reset();
  EXPECT_EQ(take(*ends.read, 10).value(), "abc");
  EXPECT_EQ(error_of(take(*ends.read, 10)), "EAGAIN");
  second.reset();
  EXPECT_EQ(take(*ends.read, 10).value(), "");
}

TEST(Pipe, WritingWithoutReadersIsEpipeAlsoWhenFull) {
  PipeEnds ends = make_pipe(0, 1);
  written(*ends.write, kCapacity);
  ends.read.reset();
  EXPECT_EQ(error_of(put(*ends.write, "x")), "EPIPE");
  EXPECT_EQ(put(*ends.write, "").value(), 0u);  // nothing to write is no error
}

TEST(Pipe, PollBitsAreThoseOfPipe7) {
  PipeEnds ends = make_pipe(0, 1);
  EXPECT_EQ(ends.read->poll(), 0u);
  EXPECT_EQ(ends.write->poll(), kWritable);
  written(*ends.write, 1);
  EXPECT_EQ(ends.read->poll(), kReadable);
  EXPECT_EQ(ends.write->poll(), kWritable);
  while (put(*ends.write, std::string(4096, 'x')).ok()) {
  }
  EXPECT_EQ(ends.write->poll(), 0u);
  auto write = std::move(ends.write);
  write.reset();
  EXPECT_EQ(ends.read->poll(), kReadable | kPollHangUp);
  take(*ends.read, kCapacity).value();
  EXPECT_EQ(ends.read->poll(), kPollHangUp);

  PipeEnds other = make_pipe(0, 2);
  other.read.reset();
  EXPECT_EQ(other.write->poll(), kWritable | kPollError);
}

TEST(Pipe, EachEndWakesTheOther) {
  PipeEnds ends = make_pipe(0, 1);
  CountingWaiter reader;
  ends.read->wait_on(kPollIn, reader);
  put(*ends.write, "x").value();
  EXPECT_EQ(reader.wakes, 1);

  written(*ends.write, kCapacity - 4096);
  CountingWaiter writer;
  ends.write->wait_on(kPollOut, writer);
  take(*ends.read, 4095).value();
  EXPECT_EQ(writer.wakes, 1);

  ends.write->wait_on(kPollOut, writer);
  ends.read->wait_on(kPollIn, reader);
  ends.read.reset();
  EXPECT_EQ(writer.wakes, 2);
  EXPECT_EQ(reader.wakes, 2);
}

TEST(Pipe, TheLastWriterWakesReaders) {
  PipeEnds ends = make_pipe(0, 1);
  CountingWaiter reader;
  ends.read->wait_on(kPollIn, reader);
  ends.write.reset();
  EXPECT_EQ(reader.wakes, 1);
}

TEST(Pipe, EachEndRefusesTheOthersCalls) {
  PipeEnds ends = make_pipe(0, 1);
  EXPECT_EQ(error_of(put(*ends.read, "x")), "EBADF");
  EXPECT_EQ(error_of(take(*ends.write, 1)), "EBADF");
  EXPECT_EQ(error_of(ends.read->seek(0, Whence::Current)), "ESPIPE");
  std::string byte = "x";
  EXPECT_EQ(error_of(ends.read->read_at(test::spans_of(byte), 0)), "ESPIPE");
  EXPECT_EQ(error_of(ends.read->truncate(0)), "EINVAL");
  EXPECT_EQ(error_of(ends.read->mapping(Sharing::Shared)), "ENODEV");
  EXPECT_EQ(error_of(ends.read->read_directory(4096)), "ENOTDIR");
}

TEST(Pipe, PacketsKeepTheirBorders) {
  PipeEnds ends = make_pipe(abi::kOpenDirect, 1);
  put(*ends.write, "first").value();
  put(*ends.write, "second").value();
  EXPECT_EQ(take(*ends.read, 100).value(), "first");
  EXPECT_EQ(take(*ends.read, 3).value(), "sec");
  EXPECT_EQ(error_of(take(*ends.read, 3)), "EAGAIN");  // the rest of a packet is lost
}

TEST(Pipe, CapacityCanBeChanged) {
  PipeEnds ends = make_pipe(0, 1);
  EXPECT_EQ(ends.read->pipe_capacity().value(), kCapacity);
  EXPECT_EQ(ends.write->set_pipe_capacity(100000).value(), 131072u);
  EXPECT_EQ(written(*ends.write, 131072), 131072u);
  EXPECT_EQ(error_of(ends.read->set_pipe_capacity(4096)), "EBUSY");
  EXPECT_EQ(error_of(ends.read->set_pipe_capacity((1 << 20) + 1)), "EPERM");
  take(*ends.read, 131072).value();
  EXPECT_EQ(ends.read->set_pipe_capacity(0).value(), 4096u);
  EXPECT_EQ(written(*ends.write, 8192), 4096u);
  CountingWaiter writer;
  ends.write->wait_on(kPollOut, writer);
  EXPECT_EQ(ends.read->set_pipe_capacity(8192).value(), 8192u);
  EXPECT_EQ(writer.wakes, 1);
}

TEST(Pipe, IsAFifoWithAnInodeOfItsOwn) {
  PipeEnds ends = make_pipe(abi::kOpenNonBlock, 77);
  const FileStatus status = ends.read->status().value();
  EXPECT_EQ(status.type, FileType::Fifo);
  EXPECT_EQ(status.inode, 77u);
  EXPECT_EQ(status.permissions, 0600u);
  EXPECT_EQ(ends.read->flags(), abi::kOpenReadOnly | abi::kOpenNonBlock);
  EXPECT_EQ(ends.write->flags(), abi::kOpenWriteOnly | abi::kOpenNonBlock);
  EXPECT_EQ(path_of(ends.read->location(), ends.read->location()), "pipe:[77]");
}

class FifoTest : public test::HostTreeTest {
 protected:
  FifoTest() {
    EXPECT_TRUE(mounts_.root()->inode->make_node("fifo", FileType::Fifo, 0644, 0).ok());
  }
  std::shared_ptr<FileDescription> opened(u32 flags) { return open("fifo", flags).value(); }
};

TEST_F(FifoTest, OpenersWaitForEachOther) {
  auto reader = opened(abi::kOpenReadOnly);
  EXPECT_TRUE(reader->open_pending());
  CountingWaiter waiter;
  reader->wait_to_open(waiter);
  auto writer = opened(abi::kOpenWriteOnly);
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_FALSE(writer->open_pending());
  EXPECT_FALSE(reader->open_pending());
  put(*writer, "hello").value();
  writer.reset();
  EXPECT_EQ(take(*reader, 10).value(), "hello");
  EXPECT_EQ(take(*reader, 10).value(), "");
}

TEST_F(FifoTest, AWriterThatCameAndLeftStillLetsTheReaderIn) {
  auto reader = opened(abi::kOpenReadOnly);
  opened(abi::kOpenWriteOnly).reset();
  EXPECT_FALSE(reader->open_pending());
  EXPECT_EQ(take(*reader, 10).value(), "");
}

TEST_F(FifoTest, AnOpenerThatGivesUpNoLongerCounts) {
  opened(abi::kOpenReadOnly).reset();
  EXPECT_TRUE(opened(abi::kOpenWriteOnly)->open_pending());
  EXPECT_EQ(error_of(open("fifo", abi::kOpenWriteOnly | abi::kOpenNonBlock)), "ENXIO");
}

TEST_F(FifoTest, NonBlockingAndBothWaysDoNotWait) {
  auto reader = opened(abi::kOpenReadOnly | abi::kOpenNonBlock);
  EXPECT_FALSE(reader->open_pending());
  EXPECT_EQ(reader->poll(), 0u);  // no hang-up before a writer came
  auto writer = opened(abi::kOpenWriteOnly | abi::kOpenNonBlock);
  writer.reset();
  EXPECT_EQ(reader->poll(), kPollHangUp);
  reader.reset();
  auto both = opened(abi::kOpenReadWrite);
  EXPECT_FALSE(both->open_pending());
  put(*both, "loop").value();
  EXPECT_EQ(take(*both, 10).value(), "loop");
}

TEST_F(FifoTest, UnreadBytesGoWithTheLastDescription) {
  auto both = opened(abi::kOpenReadWrite);
  put(*both, "lost").value();
  both = opened(abi::kOpenReadWrite);
  EXPECT_EQ(take(*both, 10).value(), "lost");
  put(*both, "gone").value();
  both.reset();
  both = opened(abi::kOpenReadWrite);
  EXPECT_EQ(error_of(take(*both, 10)), "EAGAIN");
}

TEST_F(FifoTest, ItsPermissionsAreAsked) {
  if (geteuid() == 0) GTEST_SKIP() << "root may open anything";
  ASSERT_TRUE(find("fifo").value()->inode->set_permissions(0400).ok());
  EXPECT_EQ(error_of(open("fifo", abi::kOpenWriteOnly)), "EACCES");
}

}  // namespace
}  // namespace kemu
