#include "process/timer.h"

#include <gtest/gtest.h>

#include <vector>

namespace kemu {
namespace {

TEST(TimerQueue, ExpiresInOrderAndOnlyWhatIsDue) {
  TimerQueue queue;
  std::vector<int> fired;
  Timer late(queue, [&] { fired.push_back(3); });
  Timer first(queue, [&] { fired.push_back(1); });
  Timer second(queue, [&] { fired.push_back(2); });
  late.arm(30);
  first.arm(10);
  second.arm(10);
  EXPECT_EQ(queue.next(), 10);
  queue.expire(9);
  EXPECT_TRUE(fired.empty());
  queue.expire(20);
  EXPECT_EQ(fired, (std::vector{1, 2}));
  EXPECT_EQ(queue.next(), 30);
  late.cancel();
  queue.expire(100);
  EXPECT_EQ(fired.size(), 2u);
  EXPECT_TRUE(queue.empty());
}

TEST(TimerQueue, ATimerMayArmItselfAgainWhileItExpires) {
  TimerQueue queue;
  int count = 0;
  Timer* self = nullptr;
  Timer timer(queue, [&] {
    if (++count < 3) self->arm(10 * count + 10);
  });
  self = &timer;
  timer.arm(10);
  queue.expire(25);
  EXPECT_EQ(count, 2);
  EXPECT_EQ(queue.next(), 30);
}

TEST(TimerQueue, DestroyingATimerDisarmsIt) {
  TimerQueue queue;
  {
    Timer timer(queue, [] { FAIL() << "a destroyed timer expired"; });
    timer.arm(1);
  }
  EXPECT_TRUE(queue.empty());
  queue.expire(10);
}

}  // namespace
}  // namespace kemu
