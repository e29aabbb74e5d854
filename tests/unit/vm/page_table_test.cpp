#include "vm/page_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace kemu {
namespace {

PageEntry entry_of(u32 frame) {
  PageEntry entry;
  entry.frame = Frame{frame};
  entry.protection = Protection::rw();
  return entry;
}

constexpr GuestRange kAll{GuestAddr(), kUserEnd};

TEST(PageTable, FindsNothingInAnEmptyTable) {
  PageTable table;
  EXPECT_EQ(table.find(GuestAddr(0)), nullptr);
  EXPECT_EQ(table.find(kUserEnd - 1), nullptr);
  EXPECT_EQ(table.find(kUserEnd), nullptr);
  EXPECT_EQ(table.find(GuestAddr(~u64{0})), nullptr);
  table.for_each(kAll, [](GuestAddr, PageEntry&) { FAIL(); });
}

TEST(PageTable, KeepsPagesApartAtEveryLevel) {
  PageTable table;
  std::map<GuestAddr, u32> model;
  u32 frame = 1;
  for (int bit = 12; bit < 48; ++bit) {
    for (u64 low : {u64{0}, u64{0xfff}}) {
      const GuestAddr page((u64{1} << bit) | low);
      table.get(page) = entry_of(frame);
      model[page.page_floor()] = frame++;
    }
  }
  table.get(kUserEnd - 1) = entry_of(frame);
  model[(kUserEnd - 1).page_floor()] = frame;
  for (const auto& [page, number] : model) {
    EXPECT_EQ(table.find(page)->frame, Frame{number});
    EXPECT_EQ(table.find(page + 0xfff)->frame, Frame{number});
  }
  auto it = model.begin();
  table.for_each(kAll, [&](GuestAddr page, PageEntry& entry) {
    EXPECT_EQ(page, it->first);
    EXPECT_EQ(entry.frame, Frame{it->second});
    ++it;
  });
  EXPECT_EQ(it, model.end());
}

TEST(PageTable, RangesAgreeWithAModel) {
  std::mt19937_64 random(1);
  PageTable table;
  std::map<GuestAddr, u32> model;
  const auto random_page = [&] {
    constexpr int kSpans[] = {14, 22, 31, 40, 48};
    return GuestAddr(random() % (u64{1} << kSpans[random() % 5])).page_floor();
  };
  for (u32 i = 1; i < 2000; ++i) {
    const GuestAddr page = random_page();
    table.get(page) = entry_of(i);
    model[page] = i;
  }
  for (int i = 0; i < 300; ++i) {
    GuestRange range{random_page(), random_page()};
    if (range.end < range.start) std::swap(range.start, range.end);
    auto it = model.lower_bound(range.start);
    std::as_const(table).for_each(range, [&](GuestAddr page, const PageEntry& entry) {
      ASSERT_EQ(page, it->first);
      ASSERT_EQ(entry.frame, Frame{it->second});
      ++it;
    });
    ASSERT_TRUE(it == model.end() || it->first >= range.end);
  }
}

TEST(PageTable, ACopyIsApart) {
  PageTable table;
  for (u32 i = 1; i < 100; ++i) table.get(GuestAddr(i * 0x123456000ull)) = entry_of(i);
  PageTable copy = table.copy();
  u32 seen = 0;
  copy.for_each(kAll, [&](GuestAddr page, PageEntry& entry) {
    EXPECT_EQ(table.find(page)->frame, entry.frame);
    entry.frame = Frame{1000};
    ++seen;
  });
  EXPECT_EQ(seen, 99u);
  EXPECT_EQ(table.find(GuestAddr(0x123456000))->frame, Frame{1});
}

TEST(PageTable, PruneFreesOnlyWhatIsEmpty) {
  PageTable table;
  constexpr u64 kLeaf = u64{2} << 20;
  table.get(GuestAddr(kLeaf)) = entry_of(1);
  table.get(GuestAddr(3 * kLeaf)) = entry_of(2);
  table.get(GuestAddr(5 * kLeaf)) = entry_of(3);
  *table.find(GuestAddr(kLeaf)) = PageEntry{};
  *table.find(GuestAddr(5 * kLeaf)) = PageEntry{};
  table.prune({GuestAddr(kLeaf), GuestAddr(5 * kLeaf)});
  EXPECT_EQ(table.find(GuestAddr(kLeaf)), nullptr);
  EXPECT_EQ(table.find(GuestAddr(3 * kLeaf))->frame, Frame{2});
  EXPECT_NE(table.find(GuestAddr(5 * kLeaf)), nullptr) << "not in the range";
  table.prune({GuestAddr(6 * kLeaf - kPageSize), GuestAddr(6 * kLeaf)});
  EXPECT_EQ(table.find(GuestAddr(5 * kLeaf)), nullptr);
  EXPECT_EQ(table.find(GuestAddr(3 * kLeaf))->frame, Frame{2});
}

}  // namespace
}  // namespace kemu
