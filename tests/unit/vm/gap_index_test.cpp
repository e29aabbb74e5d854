#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "vm/memory_map.h"

// MemoryMap::find_gap against a walk over all regions.

namespace kemu {
namespace {

constexpr u64 kPages = 4096;

GuestAddr page(u64 number) { return kUserStart + number * kPageSize; }

/// What Linux says a gap is: between a region's end and the start of the next one with its guard.
std::optional<GuestAddr> walk(const MemoryMap& map, u64 size, GuestAddr limit) {
  std::optional<GuestAddr> best;
  GuestAddr start = kUserStart;
  const auto consider = [&](GuestAddr end) {
    end = std::min(end, limit);
    if (end > start && end - start >= size) best = end - size;
  };
  for (const auto& [first, vma] : map.vmas()) {
    const u64 guard = vma.growth == Growth::Down ? kStackGuardGap : 0;
    consider(GuestAddr(first.value() > guard ? first.value() - guard : 0));
    start = vma.range.end;
  }
  consider(kUserEnd);
  return best;
}

class RandomMap {
 public:
  explicit RandomMap(u32 seed) : random_(seed) {}

  void step() {
    const u64 first = number(kPages);
    const GuestRange range{page(first), page(first + 1 + number(40))};
    switch (number(8)) {
      case 0:
      case 1: map_.erase(range); break;
      case 2:
        map_.update(range, [this](Vma& vma) {
          vma.protection = number(2) == 0 ? Protection::rw() : Protection::none();
        });
        break;
      case 3: grow_some(); break;
      default:
        if (!map_.overlaps(range)) map_.insert(some_vma(range));
    }
  }
  void check() {
    const u64 size = (1 + number(300)) * kPageSize;
    const GuestAddr limit = number(4) == 0 ? kUserEnd : page(number(kPages + 400));
    EXPECT_EQ(map_.find_gap(size, limit), walk(map_, size, limit));
  }
  /// A copy has an index of its own.
  void fork() {
    const MemoryMap old = map_;
    map_.erase({page(0), page(kPages / 2)});
    EXPECT_EQ(old.find_gap(kPageSize, kUserEnd), walk(old, kPageSize, kUserEnd));
    map_ = old;
  }

 private:
  u64 number(u64 below) { return random_() % below; }
  Vma some_vma(GuestRange range) {
    Vma vma;
    vma.range = range;
    vma.protection = number(2) == 0 ? Protection::rw() : Protection::none();
    vma.growth = number(5) == 0 ? Growth::Down : Growth::Fixed;
    return vma;
  }
  void grow_some() {
    const Vma* vma = map_.find_at_or_above(page(number(kPages)));
    if (!vma || vma->growth != Growth::Down || vma->range.start == kUserStart) return;
    const GuestRange growth{vma->range.start - kPageSize, vma->range.start};
    if (!map_.overlaps(growth)) map_.grow_down(vma->range.start, growth.start);
  }

  std::mt19937 random_;
  MemoryMap map_;
};

TEST(GapIndex, AgreesWithAWalkOverAllRegions) {
  for (u32 seed = 1; seed <= 8; ++seed) {
    RandomMap map(seed);
    for (int i = 0; i < 3000; ++i) {
      map.step();
      if (i % 3 == 0) map.check();
      if (i % 500 == 0) map.fork();
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << i;
    }
  }
}

TEST(GapIndex, SumsFollowEveryChange) {
  MemoryMap map;
  Vma vma;
  vma.range = {page(10), page(20)};
  vma.protection = Protection::rw();
  vma.locking = Locking::Now;
  map.insert(vma);
  EXPECT_EQ(map.locked_bytes(), 10 * kPageSize);
  EXPECT_EQ(map.data_bytes(), 10 * kPageSize);
  map.update({page(12), page(14)}, [](Vma& changed) { changed.locking = Locking::None; });
  EXPECT_EQ(map.locked_bytes(), 8 * kPageSize);
  EXPECT_EQ(map.locked_bytes({page(11), page(15)}), 2 * kPageSize);
  map.update({page(18), page(20)}, [](Vma& changed) { changed.protection = Protection::none(); });
  EXPECT_EQ(map.data_bytes(), 8 * kPageSize);
  EXPECT_EQ(map.mapped_bytes({page(5), page(12)}), 2 * kPageSize);
  map.erase({page(0), page(100)});
  EXPECT_EQ(map.locked_bytes() + map.data_bytes() + map.total_bytes(), 0u);
}

}  // namespace
}  // namespace kemu
