#include "fs/wait_queue.h"

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::CountingWaiter;

TEST(WaitQueue, AWakeTakesTheWaiterOutOfEveryQueue) {
  WaitQueue one;
  WaitQueue other;
  CountingWaiter waiter;
  waiter.wait_on(one);
  waiter.wait_on(other);
  waiter.wait_on(one);  // twice is once
  one.wake_all();
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_FALSE(waiter.waiting());
  EXPECT_TRUE(other.empty());
  other.wake_all();
  EXPECT_EQ(waiter.wakes, 1);
}

TEST(WaitQueue, WakesInTheOrderOfArrival) {
  struct Ordered : Waiter {
    Ordered(std::string& log, char name) : log_(log), name_(name) {}
    void woken() override { log_ += name_; }
    std::string& log_;
    char name_;
  };
  std::string log;
  WaitQueue queue;
  Ordered a(log, 'a');
  Ordered b(log, 'b');
  Ordered c(log, 'c');
  b.wait_on(queue);
  a.wait_on(queue);
  c.wait_on(queue);
  queue.wake_all();
  EXPECT_EQ(log, "bac");
}

TEST(WaitQueue, AWaiterThatComesBackWhileWokenIsNotWokenAgain) {
  struct Returning : Waiter {
    explicit Returning(WaitQueue& queue) : queue_(queue) {}
    void woken() override {
      ++wakes;
      wait_on(queue_);
    }
    WaitQueue& queue_;
    int wakes = 0;
  };
  WaitQueue queue;
  Returning waiter(queue);
  waiter.wait_on(queue);
  queue.wake_all();
  EXPECT_EQ(waiter.wakes, 1);
  EXPECT_TRUE(waiter.waiting());
}

TEST(WaitQueue, EitherSideMayGoFirst) {
  auto queue = std::make_unique<WaitQueue>();
  auto gone = std::make_unique<CountingWaiter>();
  CountingWaiter stays;
  gone->wait_on(*queue);
  stays.wait_on(*queue);
  gone.reset();
  queue->wake_all();
  EXPECT_EQ(stays.wakes, 1);
  stays.wait_on(*queue);
  queue.reset();
  EXPECT_FALSE(stays.waiting());
}

}  // namespace
}  // namespace kemu
