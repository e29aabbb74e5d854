// Memory that guests give back goes back: frames to the pool, the pool's to the host, and what kemu
// keeps about them.

#include <malloc.h>
#include <sys/mman.h>

#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

constexpr u64 kGiB = u64{1} << 30;

/// Pages of the pool that the host holds memory for.
u64 host_pages(const FramePool& pool) {
  std::vector<unsigned char> in_core(pool.size() / kPageSize);
  EXPECT_EQ(::mincore(pool.base(), pool.size(), in_core.data()), 0);
  return static_cast<u64>(
      std::count_if(in_core.begin(), in_core.end(), [](unsigned char page) { return page & 1; }));
}

/// Bytes of the heap in use; always 0 under the sanitizers, which have a heap of their own.
u64 heap_bytes() { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; }

class MemoryReturn : public SpaceFixture {
 protected:
  static GuestRange range(GuestAddr start, u64 size) { return {start, start + size}; }
  void touch(GuestRange range) {
    for (GuestAddr addr = range.start; addr < range.end; addr += kPageSize)
      ASSERT_TRUE(space_->resolve_fault(addr, Access::Write).ok());
  }
};

TEST_F(MemoryReturn, EveryWayGivesTheFramesBack) {
  const u32 before = pool_->in_use();
  const GuestRange all = pages(0, 64);
  const auto fill = [&] {
    map(kBase, 64);
    touch(all);
    ASSERT_EQ(pool_->in_use(), before + 64);
  };
  fill();
  ASSERT_TRUE(space_->discard(all).ok());
  EXPECT_EQ(pool_->in_use(), before);
  ASSERT_TRUE(space_->unmap(all).ok());
  fill();
  ASSERT_TRUE(space_->unmap(all).ok());
  EXPECT_EQ(pool_->in_use(), before);
  fill();
  RemapRequest smaller;
  smaller.old_range = all;
  smaller.new_size = kPageSize;
  ASSERT_TRUE(space_->remap(smaller).ok());
  EXPECT_EQ(pool_->in_use(), before + 1);
  ASSERT_TRUE(space_->unmap(all).ok());
  fill();
  MapRequest over = anonymous(kBase, 64 * kPageSize);
  over.placement = Placement::Fixed;
  ASSERT_TRUE(space_->map(over).ok());
  EXPECT_EQ(pool_->in_use(), before);
  ASSERT_TRUE(space_->unmap(all).ok());

  const GuestAddr heap = kBase + kGiB;
  space_->set_brk_start(heap);
  ASSERT_EQ(space_->set_brk(heap + 64 * kPageSize), heap + 64 * kPageSize);
  touch(range(heap, 64 * kPageSize));
  ASSERT_EQ(space_->set_brk(heap + 1), heap + 1);
  EXPECT_EQ(pool_->in_use(), before + 1);
  ASSERT_EQ(space_->set_brk(heap), heap);
  EXPECT_EQ(pool_->in_use(), before);

  fill();
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  ASSERT_TRUE(space_->unmap(all).ok());
  EXPECT_EQ(pool_->in_use(), before + 64) << "they are the child's";
  child.reset();
  EXPECT_EQ(pool_->in_use(), before);
}

TEST_F(MemoryReturn, AHoleGivesBackWhatIsMapped) {
  pool_->set_unmap([&](const ObjectPages& gone) { space_->drop_object_pages(gone); });
  const u32 before = pool_->in_use();
  MapRequest request = anonymous(kBase, 16 * kPageSize);
  request.sharing = Sharing::Shared;
  request.placement = Placement::Fixed;
  ASSERT_TRUE(space_->map(request).ok());
  // The same object again, privately: its copies stay.
  request.object = space_->map().find(kBase)->object;
  request.sharing = Sharing::Private;
  request.address = kBase + 32 * kPageSize;
  ASSERT_TRUE(space_->map(request).ok());
  touch(pages(0, 16));
  ASSERT_TRUE(space_->resolve_fault(kBase + 32 * kPageSize, Access::Read).ok());
  ASSERT_TRUE(space_->write_value(kBase + 33 * kPageSize, u8{9}).ok());
  EXPECT_EQ(pool_->in_use(), before + 17);
  ASSERT_TRUE(space_->remove(pages(0, 8)).ok());
  EXPECT_EQ(pool_->in_use(), before + 9);
  EXPECT_EQ(space_->resident_pages(), 9u);
  EXPECT_EQ(space_->read_value<u8>(kBase + 33 * kPageSize).value(), 9);
  EXPECT_EQ(space_->read_value<u8>(kBase + 32 * kPageSize).value(), 0);
  ASSERT_TRUE(space_->unmap(pages(0, 64)).ok());
  request.object.reset();
  EXPECT_EQ(pool_->in_use(), before);
  pool_->set_unmap({});
}

TEST_F(MemoryReturn, ReservationsCostNothing) {
  const u32 frames = pool_->in_use();
  const u64 heap = heap_bytes();
  MapRequest request = anonymous(GuestAddr(kGiB), 100 * kGiB);
  request.protection = Protection::from_bits(0);
  ASSERT_TRUE(space_->map(request).ok());
  for (u64 i = 0; i < 64; ++i)
    ASSERT_TRUE(space_->map(anonymous(GuestAddr((200 + 5 * i) * kGiB), 4 * kGiB)).ok());
  for (int i = 0; i < 10; ++i) {
    const GuestRange most = range(GuestAddr(2 * kGiB), 90 * kGiB);
    ASSERT_TRUE(space_->protect(most, i % 2 ? Protection::from_bits(0) : Protection::rw()).ok());
    ASSERT_TRUE(space_->discard(most).ok());
    EXPECT_EQ(space_->fork(ForkMode::Eager, nullptr).value()->resident_pages(), 0u);
  }
  EXPECT_EQ(pool_->in_use(), frames);
  EXPECT_EQ(space_->resident_pages(), 0u);
  EXPECT_LT(heap_bytes(), heap + (u64{64} << 10));
}

TEST_F(MemoryReturn, TablesOfEverNewPlacesGo) {
  const u64 heap = heap_bytes();
  const auto use = [&](u64 i, bool discarded) {
    const GuestAddr place(kGiB + i * 37 * (kGiB + 5 * kPageSize));
    ASSERT_TRUE(space_->map(anonymous(place, 2 * kPageSize)).ok());
    touch(range(place, 2 * kPageSize));
    if (discarded) {
      ASSERT_TRUE(space_->discard(range(place, 2 * kPageSize)).ok());
      return;
    }
    // The first half leaves the table in use, which then serves the second.
    ASSERT_TRUE(space_->unmap(range(place, kPageSize)).ok());
    ASSERT_TRUE(space_->resolve_fault(place + kPageSize, Access::Read).ok());
    ASSERT_TRUE(space_->unmap(range(place, 2 * kPageSize)).ok());
  };
  for (u64 i = 0; i < 1000; ++i) use(i, false);
  EXPECT_LT(heap_bytes(), heap + (u64{256} << 10));
  for (u64 i = 0; i < 100; ++i) use(i, true);
  EXPECT_LT(heap_bytes(), heap + (u64{256} << 10));
  space_->check_consistency();
}

TEST(HostMemory, GoesBackWhenFramesAreFreed) {
  constexpr u32 kMany = 40000, kKept = 16384;  // 64 MiB are kept warm
  auto pool = FramePool::create(u64{256} << 20).value();
  std::vector<Frame> frames;
  const auto take = [&](u32 count) {
    while (frames.size() < count) {
      frames.push_back(pool->allocate().value());
      pool->data(frames.back())[0] = std::byte{1};
    }
  };
  const auto give = [&](u32 left) {
    for (; frames.size() > left; frames.pop_back()) pool->release(frames.back());
  };
  take(kMany);
  EXPECT_GE(host_pages(*pool), kMany);
  give(0);
  EXPECT_LE(host_pages(*pool), kKept + 1);
  // One after the other, in no order.
  take(kMany);
  std::shuffle(frames.begin(), frames.end(), std::mt19937(1));
  give(kMany / 2);
  EXPECT_LE(host_pages(*pool), kMany / 2 + kKept + 1);
  give(0);
  EXPECT_LE(host_pages(*pool), kKept + 1);

  // What is used over and over is not taken from the host each time.
  take(kKept / 2);
  give(0);
  for (int i = 0; i < 10; ++i) {
    const u64 warm = host_pages(*pool);
    take(kKept / 2);
    EXPECT_EQ(host_pages(*pool), warm);
    give(0);
    EXPECT_EQ(host_pages(*pool), warm);
  }
}

}  // namespace
}  // namespace kemu
