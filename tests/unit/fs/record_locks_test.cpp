#include "fs/record_locks.h"

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;
using test::error_of;

constexpr FileId kFile{1, 100};
constexpr FileId kOther{1, 101};
constexpr LockOwner kOne{1, nullptr};
constexpr LockOwner kTwo{2, nullptr};
constexpr LockOwner kThree{3, nullptr};

RecordLock read_lock(LockOwner owner, u64 start, u64 end) {
  return {owner, LockKind::Read, {start, end}};
}
RecordLock write_lock(LockOwner owner, u64 start, u64 end) {
  return {owner, LockKind::Write, {start, end}};
}

TEST(RecordLocks, ConflictsNeedOverlapAndAWriter) {
  RecordLocks locks;
  ASSERT_TRUE(locks.set(kFile, read_lock(kOne, 10, 20)).ok());
  EXPECT_EQ(error_of(locks.set(kFile, read_lock(kTwo, 15, 25))), "ok");
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kThree, 19, 20))), "EAGAIN");
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kThree, 25, kLockToEnd))), "ok");
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kThree, 0, 10))), "ok");
  EXPECT_EQ(error_of(locks.set(kOther, write_lock(kThree, 0, kLockToEnd))), "ok");
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kOne, 5, 5))), "EINVAL");
}

TEST(RecordLocks, TheOwnLockIsReplacedAndSplit) {
  RecordLocks locks;
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 0, 100)).ok());
  ASSERT_TRUE(locks.set(kFile, read_lock(kOne, 40, 60)).ok());
  EXPECT_EQ(locks.conflict(kFile, read_lock(kTwo, 0, kLockToEnd)), write_lock(kOne, 0, 40));
  EXPECT_EQ(locks.conflict(kFile, write_lock(kTwo, 50, 51)), read_lock(kOne, 40, 60));
  EXPECT_EQ(locks.conflict(kFile, read_lock(kTwo, 40, 60)), std::nullopt);
  locks.release(kFile, kOne, {10, 90});
  EXPECT_EQ(locks.conflict(kFile, read_lock(kTwo, 10, 90)), std::nullopt);
  EXPECT_EQ(locks.conflict(kFile, read_lock(kTwo, 50, 95)), write_lock(kOne, 90, 100));
}

TEST(RecordLocks, NeighboursBecomeOne) {
  RecordLocks locks;
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 0, 10)).ok());
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 20, 30)).ok());
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 10, 20)).ok());
  EXPECT_EQ(locks.conflict(kFile, read_lock(kTwo, 25, 26)), write_lock(kOne, 0, 30));
}

TEST(RecordLocks, OwnersGiveUpAFileOrEverything) {
  RecordLocks locks;
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 0, 10)).ok());
  ASSERT_TRUE(locks.set(kOther, write_lock(kOne, 0, 10)).ok());
  locks.release_owner(kFile, kOne);
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kTwo, 0, 10))), "ok");
  EXPECT_EQ(error_of(locks.set(kOther, write_lock(kTwo, 0, 10))), "EAGAIN");
  locks.release_owner(kOne);
  EXPECT_EQ(error_of(locks.set(kOther, write_lock(kTwo, 0, 10))), "ok");
}

TEST(RecordLocks, WaitersWakeWhenALockGoesOrWeakens) {
  RecordLocks locks;
  CountingWaiter waiter;
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 0, 10)).ok());
  ASSERT_TRUE(locks.wait(kFile, read_lock(kTwo, 0, 10), waiter).ok());
  ASSERT_TRUE(locks.set(kFile, read_lock(kOne, 0, 10)).ok());
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_EQ(error_of(locks.set(kFile, read_lock(kTwo, 0, 10))), "ok");
  ASSERT_TRUE(locks.wait(kFile, write_lock(kTwo, 0, 10), waiter).ok());
  locks.release_owner(kOne);
  EXPECT_EQ(waiter.wakes, 2);
  EXPECT_EQ(error_of(locks.set(kFile, write_lock(kTwo, 0, 10))), "ok");
}

TEST(RecordLocks, WaitingInARingIsEdeadlk) {
  RecordLocks locks;
  CountingWaiter one;
  CountingWaiter two;
  CountingWaiter three;
  ASSERT_TRUE(locks.set(kFile, write_lock(kOne, 0, 1)).ok());
  ASSERT_TRUE(locks.set(kFile, write_lock(kTwo, 1, 2)).ok());
  ASSERT_TRUE(locks.set(kFile, write_lock(kThree, 2, 3)).ok());
  EXPECT_EQ(error_of(locks.wait(kFile, write_lock(kOne, 1, 2), one)), "ok");
  EXPECT_EQ(error_of(locks.wait(kFile, write_lock(kTwo, 2, 3), two)), "ok");
  EXPECT_EQ(error_of(locks.wait(kFile, write_lock(kThree, 0, 1), three)), "EDEADLK");
  locks.end_wait(kOne);  // a signal came
  EXPECT_EQ(error_of(locks.wait(kFile, write_lock(kThree, 0, 1), three)), "ok");
}

}  // namespace
}  // namespace kemu
