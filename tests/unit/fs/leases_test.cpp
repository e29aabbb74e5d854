#include "fs/leases.h"

#include "fs_fixture.h"

namespace kemu::test {
namespace {

class LeasesTest : public HostTreeTest {
 protected:
  std::shared_ptr<FileDescription> reader(const char* path) {
    return open(path, abi::kOpenReadOnly | abi::kOpenCreate).value();
  }
  auto counting() {
    return [this](FileDescription&) { ++told_; };
  }

  Leases leases_;
  int told_ = 0;
};

TEST_F(LeasesTest, ReadersDoNotBreakAReadLease) {
  const auto file = reader("/a");
  ASSERT_TRUE(leases_.set(file, LeaseType::Read, 0, counting()).ok());
  EXPECT_EQ(leases_.break_for(file->inode(), LeaseType::Read, 0), std::nullopt);
  EXPECT_EQ(leases_.break_for(reader("/b")->inode(), LeaseType::Write, 0), std::nullopt);
  EXPECT_EQ(told_, 0);
  EXPECT_TRUE(leases_.break_for(file->inode(), LeaseType::Write, 0).has_value());
  EXPECT_EQ(told_, 1);
}

TEST_F(LeasesTest, TheHolderIsToldOnceABreak) {
  const auto file = reader("/a");
  ASSERT_TRUE(leases_.set(file, LeaseType::Write, 0, counting()).ok());
  const auto end = leases_.break_for(file->inode(), LeaseType::Read, 5);
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(leases_.break_for(file->inode(), LeaseType::Read, 6), end);
  EXPECT_EQ(told_, 1);
  EXPECT_EQ(leases_.type_of(*file, 6), LeaseType::Read);
  EXPECT_TRUE(leases_.break_for(file->inode(), LeaseType::Write, 7).has_value());
  EXPECT_EQ(told_, 2);
  EXPECT_EQ(leases_.type_of(*file, 7), LeaseType::None);
}

TEST_F(LeasesTest, WhoDoesNotAnswerInTimeHasLostIt) {
  const auto file = reader("/a");
  ASSERT_TRUE(leases_.set(file, LeaseType::Write, 0, counting()).ok());
  const Nanoseconds shared = leases_.break_for(file->inode(), LeaseType::Read, 0).value();
  EXPECT_EQ(leases_.break_for(file->inode(), LeaseType::Read, shared - 1), shared);
  EXPECT_EQ(leases_.break_for(file->inode(), LeaseType::Read, shared), std::nullopt);
  EXPECT_EQ(leases_.type_of(*file, shared), LeaseType::Read);
  const Nanoseconds ended = leases_.break_for(file->inode(), LeaseType::Write, shared).value();
  EXPECT_EQ(leases_.break_for(file->inode(), LeaseType::Write, ended), std::nullopt);
  EXPECT_TRUE(leases_.empty());
  EXPECT_EQ(error_of(leases_.give_up(*file, ended)), "EAGAIN");
}

TEST_F(LeasesTest, WhoWaitsLooksAgainWhenItIsGivenUp) {
  const auto file = reader("/a");
  ASSERT_TRUE(leases_.set(file, LeaseType::Read, 0, counting()).ok());
  CountingWaiter waiter;
  waiter.wait_on(leases_.changed());
  EXPECT_EQ(error_of(leases_.give_up(*file, 0)), "ok");
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_EQ(error_of(leases_.give_up(*file, 0)), "EAGAIN");
}

}  // namespace
}  // namespace kemu::test
