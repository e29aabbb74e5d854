#include "fs/fd_table.h"

#include "fs/pipe.h"
#include "fs_fixture.h"

namespace kemu {
namespace {

using test::error_of;

constexpr u64 kLimit = 16;

std::shared_ptr<FileDescription> a_file() { return make_pipe(0, 1).read; }

TEST(FdTable, GivesTheLowestFreeNumber) {
  FdTable table;
  for (i32 fd = 0; fd < 4; ++fd)
    EXPECT_EQ(table.insert(a_file(), CloseOnExec::No, kLimit).value(), fd);
  table.remove(1).value();
  table.remove(2).value();
  EXPECT_EQ(table.insert(a_file(), CloseOnExec::No, kLimit, 2).value(), 2);
  EXPECT_EQ(table.insert(a_file(), CloseOnExec::No, kLimit).value(), 1);
  EXPECT_EQ(table.insert(a_file(), CloseOnExec::No, kLimit, 10).value(), 10);
  EXPECT_EQ(table.numbers(), (std::vector<i32>{0, 1, 2, 3, 10}));
}

TEST(FdTable, LimitsAreEmfileAndEinval) {
  FdTable table;
  for (u64 i = 0; i < kLimit; ++i) table.insert(a_file(), CloseOnExec::No, kLimit).value();
  EXPECT_EQ(error_of(table.insert(a_file(), CloseOnExec::No, kLimit)), "EMFILE");
  EXPECT_EQ(error_of(table.insert(a_file(), CloseOnExec::No, kLimit, 15)), "EMFILE");
  EXPECT_EQ(error_of(table.insert(a_file(), CloseOnExec::No, kLimit, 16)), "EINVAL");
  EXPECT_EQ(error_of(table.insert(a_file(), CloseOnExec::No, kLimit, -1)), "EINVAL");
}

TEST(FdTable, NumbersThatAreNotOpenAreEbadf) {
  FdTable table;
  table.insert_at(5, a_file(), CloseOnExec::No, kLimit).value();
  for (const i32 fd : {-1, 0, 4, 6, 1 << 30}) {
    EXPECT_EQ(error_of(table.get(fd)), "EBADF") << fd;
    EXPECT_EQ(error_of(table.remove(fd)), "EBADF") << fd;
    EXPECT_EQ(error_of(table.slot(fd)), "EBADF") << fd;
  }
  EXPECT_EQ(error_of(table.insert_at(16, a_file(), CloseOnExec::No, kLimit)), "EBADF");
  EXPECT_EQ(error_of(table.insert_at(-1, a_file(), CloseOnExec::No, kLimit)), "EBADF");
}

TEST(FdTable, InsertAtClosesWhatWasThere) {
  FdTable table;
  PipeEnds ends = make_pipe(0, 1);
  table.insert(std::move(ends.write), CloseOnExec::No, kLimit).value();
  EXPECT_EQ(ends.read->poll(), 0u);
  table.insert_at(0, a_file(), CloseOnExec::Yes, kLimit).value();
  EXPECT_EQ(ends.read->poll(), kPollHangUp);
  EXPECT_EQ(table.slot(0).value()->close_on_exec, CloseOnExec::Yes);
}

TEST(FdTable, AForkSharesDescriptionsButNotNumbers) {
  FdTable table;
  table.insert(a_file(), CloseOnExec::Yes, kLimit).value();
  const auto copy = table.fork();
  EXPECT_EQ(copy->get(0).value(), table.get(0).value());
  EXPECT_EQ(copy->slot(0).value()->close_on_exec, CloseOnExec::Yes);
  copy->remove(0).value();
  EXPECT_TRUE(table.get(0).ok());
}

TEST(FdTable, ExecClosesWhatIsMarked) {
  FdTable table;
  table.insert(a_file(), CloseOnExec::Yes, kLimit).value();
  table.insert(a_file(), CloseOnExec::No, kLimit).value();
  table.insert(a_file(), CloseOnExec::Yes, kLimit).value();
  table.close_for_exec();
  EXPECT_EQ(table.numbers(), std::vector<i32>{1});
}

}  // namespace
}  // namespace kemu
