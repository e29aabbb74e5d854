#include "vm/memory_map.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace kemu {
namespace {

constexpr u64 kFirstPage = 16;  // kUserStart's
constexpr u64 kPages = 200;

GuestAddr page(u64 number) { return GuestAddr(number * kPageSize); }
GuestRange pages(u64 first, u64 end) { return {page(first), page(end)}; }

Vma vma_of(GuestRange range, Protection protection) {
  Vma vma;
  vma.range = range;
  vma.protection = protection;
  return vma;
}

/// The same as MemoryMap, said page by page: -1 for nothing, else the protection's bits.
class Model {
 public:
  void set(GuestRange range, int value) {
    for (u64 p = range.start.value() / kPageSize; p < range.end.value() / kPageSize; ++p)
      pages_[p] = value;
  }
  int at(u64 number) const { return pages_[number]; }
  bool free(u64 first, u64 end) const {
    for (u64 p = first; p < end; ++p)
      if (pages_[p] >= 0) return false;
    return true;
  }
  bool full(u64 first, u64 end) const {
    for (u64 p = first; p < end; ++p)
      if (pages_[p] < 0) return false;
    return true;
  }
  u64 regions() const {
    u64 count = 0;
    for (u64 p = 1; p < kPages; ++p) count += pages_[p] >= 0 && pages_[p] != pages_[p - 1];
    return count;
  }
  std::optional<u64> highest_gap(u64 size, u64 limit) const {
    for (u64 first = limit >= size ? limit - size + 1 : 0; first-- > kFirstPage;)
      if (free(first, first + size)) return first;
    return std::nullopt;
  }

 private:
  std::vector<int> pages_ = std::vector<int>(kPages + 64, -1);
};

void expect_agreement(const MemoryMap& map, const Model& model) {
  u64 bytes = 0;
  for (u64 p = 0; p < kPages; ++p) {
    const Vma* vma = map.find(page(p) + p % kPageSize);
    ASSERT_EQ(vma ? static_cast<int>(vma->protection.bits()) : -1, model.at(p)) << "page " << p;
    bytes += model.at(p) >= 0 ? kPageSize : 0;
  }
  EXPECT_EQ(map.vmas().size(), model.regions()) << "neighbours must be merged";
  EXPECT_EQ(map.total_bytes(), bytes);
}

TEST(MemoryMap, RandomOperationsAgreeWithAModel) {
  std::mt19937 random(7);
  MemoryMap map;
  Model model;
  for (int i = 0; i < 4000; ++i) {
    const u64 first = kFirstPage + random() % (kPages - kFirstPage - 1);
    const u64 end = first + 1 + random() % std::min<u64>(20, kPages - first - 1 + 1);
    const Protection protection = Protection::from_bits(random() % 4);
    switch (random() % 4) {
      case 0:
        ASSERT_EQ(map.overlaps(pages(first, end)), !model.free(first, end));
        if (model.free(first, end)) {
          map.insert(vma_of(pages(first, end), protection));
          model.set(pages(first, end), static_cast<int>(protection.bits()));
        }
        break;
      case 1:
        map.erase(pages(first, end));
        model.set(pages(first, end), -1);
        break;
      case 2:
        ASSERT_EQ(map.covers(pages(first, end)), model.full(first, end));
        map.update(pages(first, end), [&](Vma& vma) { vma.protection = protection; });
        for (u64 p = first; p < end; ++p)
          if (model.at(p) >= 0) model.set(pages(p, p + 1), static_cast<int>(protection.bits()));
        break;
      default: {
        const u64 size = 1 + random() % 12;
        const auto gap = map.find_gap(size * kPageSize, page(end));
        const auto expected = model.highest_gap(size, end);
        ASSERT_EQ(gap.has_value(), expected.has_value());
        if (gap) {
          ASSERT_EQ(*gap, page(*expected));
        }
      }
    }
    expect_agreement(map, model);
    if (HasFatalFailure()) return;
  }
}

TEST(MemoryMap, NeighboursThatDifferStayApart) {
  const auto count_after = [](auto&& change) {
    MemoryMap map;
    map.insert(vma_of(pages(20, 21), Protection::rw()));
    Vma second = vma_of(pages(21, 22), Protection::rw());
    change(second);
    map.insert(second);
    return map.vmas().size();
  };
  EXPECT_EQ(count_after([](Vma&) {}), 1u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.protection = Protection::r(); }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.most = Protection::r(); }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.kind = VmaKind::Heap; }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.sharing = Sharing::Shared; }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.growth = Growth::Down; }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.on_fork = OnFork::Omit; }), 2u);
  EXPECT_EQ(count_after([](Vma& vma) { vma.locking = Locking::OnFault; }), 2u);
}

struct NoObject : MappedObject {
  Result<Frame> page(u64) override { return Errno::EIO; }
  Result<Unit> write_back(u64) override { return Unit{}; }
  Identity identity() const override { return {}; }
};

TEST(MemoryMap, ObjectsMergeAndSplitByOffset) {
  auto object = std::make_shared<NoObject>();
  MemoryMap map;
  Vma vma = vma_of(pages(20, 24), Protection::r());
  vma.object = object;
  vma.object_offset = 10 * kPageSize;
  map.insert(vma);
  map.erase(pages(21, 22));
  EXPECT_EQ(map.find(page(20))->object_offset, 10 * kPageSize);
  EXPECT_EQ(map.find(page(23))->object_offset, 12 * kPageSize);
  vma.range = pages(21, 22);
  vma.object_offset = 7 * kPageSize;
  map.insert(vma);
  EXPECT_EQ(map.vmas().size(), 3u);
  map.erase(pages(21, 22));
  vma.object_offset = 11 * kPageSize;
  map.insert(vma);
  EXPECT_EQ(map.vmas().size(), 1u);
  map.erase(pages(21, 22));
  vma.object = std::make_shared<NoObject>();
  map.insert(vma);
  EXPECT_EQ(map.vmas().size(), 3u) << "another object with the same offsets";
}

TEST(MemoryMap, GapsKeepTheStacksGuardFree) {
  MemoryMap map;
  Vma stack = vma_of(pages(1000, 1010), Protection::rw());
  stack.growth = Growth::Down;
  map.insert(stack);
  EXPECT_EQ(map.find_gap(kPageSize, page(1010)), page(1000 - 256 - 1));
  EXPECT_EQ(map.find_gap(kPageSize, page(900)), page(1000 - 256 - 1));
  EXPECT_EQ(map.find_gap(kPageSize, page(600)), page(599));
  EXPECT_EQ(map.find_gap((1000 - 256 - 16) * kPageSize, page(1010)), page(16));
  EXPECT_EQ(map.find_gap((1000 - 256 - 16 + 1) * kPageSize, page(1010)), std::nullopt);
}

TEST(MemoryMap, FindBelowAndAbove) {
  MemoryMap map;
  map.insert(vma_of(pages(20, 22), Protection::r()));
  map.insert(vma_of(pages(30, 32), Protection::r()));
  EXPECT_EQ(map.find_below(page(20)), nullptr);
  EXPECT_EQ(map.find_below(page(22))->range.start, page(20));
  EXPECT_EQ(map.find_below(page(31))->range.start, page(20));
  EXPECT_EQ(map.find_below(page(99))->range.start, page(30));
  EXPECT_EQ(map.find_at_or_above(page(19))->range.start, page(20));
  EXPECT_EQ(map.find_at_or_above(page(21))->range.start, page(20));
  EXPECT_EQ(map.find_at_or_above(page(22))->range.start, page(30));
  EXPECT_EQ(map.find_at_or_above(page(32)), nullptr);
}

TEST(MemoryMap, GrowDown) {
  MemoryMap map;
  Vma stack = vma_of(pages(1000, 1010), Protection::rw());
  stack.growth = Growth::Down;
  map.insert(stack);
  map.grow_down(page(1000), page(900));
  EXPECT_EQ(map.find(page(900))->range, pages(900, 1010));
  EXPECT_EQ(map.total_bytes(), 110 * kPageSize);
}

}  // namespace
}  // namespace kemu
