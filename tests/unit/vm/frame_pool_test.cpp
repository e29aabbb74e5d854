#include "vm/frame_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace kemu {
namespace {

bool all_zero(const FramePool& pool, Frame frame) {
  const std::byte* bytes = pool.data(frame);
  return std::all_of(bytes, bytes + kPageSize, [](std::byte b) { return b == std::byte{0}; });
}

TEST(FramePool, HandsOutZeroedFramesOfItsOwn) {
  auto pool = FramePool::create(u64{64} << 20).value();
  std::set<Frame> seen;
  for (int i = 0; i < 100; ++i) {
    const Frame frame = pool->allocate().value();
    EXPECT_NE(frame, kNoFrame);
    EXPECT_TRUE(seen.insert(frame).second);
    EXPECT_TRUE(all_zero(*pool, frame));
    EXPECT_EQ(pool->references(frame), 1u);
    std::memset(pool->data(frame), 0xff, kPageSize);
  }
  EXPECT_EQ(pool->in_use(), 100u);
}

TEST(FramePool, ReusedFramesAreZeroAgain) {
  auto pool = FramePool::create(u64{64} << 20).value();
  const Frame first = pool->allocate().value();
  std::memset(pool->data(first), 0xff, kPageSize);
  pool->release(first);
  const Frame second = pool->allocate().value();
  EXPECT_EQ(second, first);
  EXPECT_TRUE(all_zero(*pool, second));
}

TEST(FramePool, PunchedFramesAreZeroAgain) {
  auto pool = FramePool::create(u64{256} << 20).value();
  constexpr u32 kMany = 40000;  // more than are kept with their bytes
  std::vector<Frame> frames;
  for (u32 i = 0; i < kMany; ++i) {
    frames.push_back(pool->allocate().value());
    pool->data(frames.back())[i % kPageSize] = std::byte{1};
  }
  for (Frame frame : frames) pool->release(frame);
  EXPECT_EQ(pool->in_use(), 0u);
  std::set<Frame> seen;
  for (u32 i = 0; i < kMany; ++i) {
    const Frame frame = pool->allocate().value();
    EXPECT_TRUE(all_zero(*pool, frame));
    EXPECT_TRUE(seen.insert(frame).second);
  }
  EXPECT_EQ(pool->peak(), kMany);
}

TEST(FramePool, TheLimitIsExact) {
  auto pool = FramePool::create(10 * kPageSize).value();
  std::vector<Frame> frames;
  for (int i = 0; i < 10; ++i) frames.push_back(pool->allocate().value());
  EXPECT_EQ(pool->allocate().error(), Errno::ENOMEM);
  EXPECT_EQ(pool->allocate_copy(frames[0]).error(), Errno::ENOMEM);
  EXPECT_EQ(pool->in_use(), 10u);
  pool->release(frames.back());
  EXPECT_TRUE(pool->allocate().ok());
  EXPECT_EQ(pool->peak(), 10u);
}

TEST(FramePool, TheLimitMovesWithinTheReservation) {
  auto pool = FramePool::create(10 * kPageSize).value();
  pool->set_limit(2);
  const Frame frame = pool->allocate().value();
  EXPECT_TRUE(pool->allocate().ok());
  EXPECT_EQ(pool->allocate().error(), Errno::ENOMEM);
  pool->set_limit(1);
  pool->release(frame);
  EXPECT_EQ(pool->allocate().error(), Errno::ENOMEM);
  pool->set_limit(1000);
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(pool->allocate().ok());
  EXPECT_EQ(pool->allocate().error(), Errno::ENOMEM);
}

TEST(FramePool, CopiesHaveTheBytesAndAreApart) {
  auto pool = FramePool::create(u64{1} << 20).value();
  const Frame source = pool->allocate().value();
  std::memset(pool->data(source), 0x5a, kPageSize);
  const Frame copy = pool->allocate_copy(source).value();
  EXPECT_EQ(std::memcmp(pool->data(source), pool->data(copy), kPageSize), 0);
  pool->data(copy)[0] = std::byte{1};
  EXPECT_EQ(pool->data(source)[0], std::byte{0x5a});
}

TEST(FramePool, TheLastReferenceFrees) {
  auto pool = FramePool::create(u64{1} << 20).value();
  const Frame frame = pool->allocate().value();
  pool->retain(frame);
  pool->retain(frame);
  EXPECT_EQ(pool->references(frame), 3u);
  pool->release(frame);
  pool->release(frame);
  EXPECT_EQ(pool->in_use(), 1u);
  pool->release(frame);
  EXPECT_EQ(pool->in_use(), 0u);
  EXPECT_DEATH(pool->release(frame), "references > 0");
}

TEST(FramePool, CodeGoesStaleOnceWhenWrittenOrFreed) {
  auto pool = FramePool::create(u64{1} << 20).value();
  const Frame written = pool->allocate().value();
  const Frame freed = pool->allocate().value();
  const Frame plain = pool->allocate().value();
  pool->mark_code(written);
  pool->mark_code(freed);
  pool->mark_shared_write(freed);
  EXPECT_FALSE(pool->any_stale_code());
  pool->invalidate_code(written);
  pool->invalidate_code(written);
  pool->invalidate_code(plain);
  pool->release(freed);
  EXPECT_FALSE(pool->has_code(written));
  EXPECT_EQ(pool->take_stale_code(), (std::vector<Frame>{written, freed}));
  EXPECT_FALSE(pool->any_stale_code());
  EXPECT_EQ(pool->allocate().value(), freed);
  EXPECT_FALSE(pool->has_code(freed));
  EXPECT_FALSE(pool->has_shared_write(freed));
}

TEST(FramePool, AHostFileSizeLimitIsAnErrorNotASignal) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 4096;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_EQ(FramePool::create(u64{1} << 20).error(), Errno::EFBIG);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
}

}  // namespace
}  // namespace kemu
