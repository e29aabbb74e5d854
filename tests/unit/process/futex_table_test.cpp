// Who sleeps on which futex, and who is woken.

#include "process/futex_table.h"

#include "base/abi/futex.h"
#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

/// Stands for a blocked task: notes that it was woken.
class Sleeper : public Waiter {
 public:
  bool was_woken = false;

 protected:
  void woken() override { was_woken = true; }
};

class FutexTableTest : public SpaceFixture {
 protected:
  using State = FutexTable::State;
  static constexpr FutexKey kKey{FutexKey::Kind::Private, 1, 0x1000};
  static constexpr FutexKey kOther{FutexKey::Kind::Private, 1, 0x2000};
  static constexpr u32 kAll = abi::kFutexMatchAny;

  void sleep(i32 tid, const FutexKey& key = kKey, u32 bitset = kAll) {
    table_.add(tid, key, bitset);
    table_.wait_on(sleepers_[static_cast<u32>(tid)], tid);
  }
  bool was_woken(i32 tid) const { return sleepers_[static_cast<u32>(tid)].was_woken; }

  FutexTable table_;
  std::array<Sleeper, 8> sleepers_;
};

TEST_F(FutexTableTest, WakesInTheOrderTheyCame) {
  for (i32 tid : {3, 1, 2}) sleep(tid);
  EXPECT_EQ(table_.wake(kKey, 2, kAll), 2u);
  EXPECT_TRUE(was_woken(3));
  EXPECT_TRUE(was_woken(1));
  EXPECT_FALSE(was_woken(2));
  EXPECT_EQ(table_.state(3), State::Woken);
  EXPECT_EQ(table_.state(2), State::Asleep);
  EXPECT_EQ(table_.wake(kOther, 1, kAll), 0u);
  EXPECT_EQ(table_.wake(kKey, 5, kAll), 1u);
  EXPECT_EQ(table_.wake(kKey, 5, kAll), 0u);
}

TEST_F(FutexTableTest, BitsetsMustMeet) {
  sleep(1, kKey, 1);
  sleep(2, kKey, 2);
  EXPECT_EQ(table_.wake(kKey, 5, 4), 0u);
  EXPECT_EQ(table_.wake(kKey, 5, 2), 1u);
  EXPECT_TRUE(was_woken(2));
  EXPECT_FALSE(was_woken(1));
}

TEST_F(FutexTableTest, ForgottenSleepersAreNotCounted) {
  sleep(1);
  sleep(2);
  table_.forget(1);
  EXPECT_EQ(table_.state(1), State::Absent);
  EXPECT_EQ(table_.wake(kKey, 1, kAll), 1u);
  EXPECT_TRUE(was_woken(2));
  table_.forget(2);
  EXPECT_EQ(table_.state(2), State::Absent);
  table_.forget(7);
}

// A wake-up that comes between two runs of a call must not be lost: the sleeper still counts.
TEST_F(FutexTableTest, SleepersThatLookAgainStayInTheQueue) {
  sleep(1);
  sleepers_[1].leave_all();
  EXPECT_EQ(table_.wake(kKey, 1, kAll), 1u);
  EXPECT_EQ(table_.state(1), State::Woken);
}

TEST_F(FutexTableTest, RequeueWakesSomeAndMovesSome) {
  for (i32 tid : {1, 2, 3, 4}) sleep(tid);
  EXPECT_EQ(table_.requeue(kKey, kOther, 1, 2), 3u);
  EXPECT_TRUE(was_woken(1));
  EXPECT_FALSE(was_woken(2));
  EXPECT_EQ(table_.wake(kKey, 5, kAll), 1u);
  EXPECT_TRUE(was_woken(4));
  EXPECT_EQ(table_.wake(kOther, 5, kAll), 2u);
  EXPECT_TRUE(was_woken(2));
  EXPECT_TRUE(was_woken(3));
  EXPECT_EQ(table_.requeue(kKey, kOther, 1, 1), 0u);
}

TEST_F(FutexTableTest, RequeueToItselfKeepsEverybody) {
  sleep(1);
  sleep(2);
  EXPECT_EQ(table_.requeue(kKey, kKey, 0, 2), 2u);
  EXPECT_EQ(table_.wake(kKey, 5, kAll), 2u);
}

TEST_F(FutexTableTest, KeysOfPrivateMemoryBelongToTheSpace) {
  map(kBase, 1);
  const FutexKey key = FutexTable::key_of(*space_, kBase, FutexScope::Private).value();
  EXPECT_EQ(key, FutexTable::key_of(*space_, kBase, FutexScope::Private).value());
  EXPECT_NE(key, FutexTable::key_of(*space_, kBase + 4, FutexScope::Private).value());
  EXPECT_EQ(FutexTable::key_of(*space_, kBase + 2, FutexScope::Private).error(), Errno::EINVAL);
  EXPECT_EQ(FutexTable::key_of(*space_, kUserEnd, FutexScope::Private).error(), Errno::EFAULT);
  EXPECT_EQ(FutexTable::key_of(*space_, kBase + kPageSize, FutexScope::Shared).error(),
            Errno::EFAULT);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  EXPECT_NE(FutexTable::key_of(*space_, kBase, FutexScope::Shared).value(),
            FutexTable::key_of(*child, kBase, FutexScope::Shared).value());
}

TEST_F(FutexTableTest, KeysOfSharedMemoryAreTheSameInEverySpace) {
  map(kBase, 1, Protection::rw(), Sharing::Shared);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  const FutexKey key = FutexTable::key_of(*space_, kBase + 8, FutexScope::Shared).value();
  EXPECT_EQ(key, FutexTable::key_of(*child, kBase + 8, FutexScope::Shared).value());
  EXPECT_NE(key, FutexTable::key_of(*child, kBase, FutexScope::Shared).value());
}

}  // namespace
}  // namespace kemu
