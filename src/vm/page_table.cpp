#include "vm/page_table.h"

#include "base/check.h"

namespace kemu {

PageTable::PageTable() : root_(std::make_unique<Level0>()) {}
PageTable::~PageTable() = default;
PageTable::PageTable(PageTable&&) noexcept = default;
PageTable& PageTable::operator=(PageTable&&) noexcept = default;

PageEntry& PageTable::get(GuestAddr addr) {
  CHECK(addr < kUserEnd);
  Level2& level2 = root_->child(slot(addr, kLevel1Shift)).child(slot(addr, kLevel2Shift));
  return level2.child(slot(addr, kLeafShift)).entries[slot(addr, kPageShift)];
}

PageTable PageTable::copy() const {
  PageTable result;
  root_->for_each_child(0, kEntries - 1, [&](u64 i) {
    const Level1& level1 = *root_->children[i];
    Level1& level1_copy = result.root_->child(i);
    level1.for_each_child(0, kEntries - 1, [&](u64 j) {
      const Level2& level2 = *level1.children[j];
      Level2& level2_copy = level1_copy.child(j);
      level2_copy.present = level2.present;
      level2.for_each_child(0, kEntries - 1, [&](u64 k) {
        level2_copy.children[k] = std::make_unique<Leaf>(*level2.children[k]);
      });
    });
  });
  return result;
}

void PageTable::prune(GuestRange range) {
  constexpr u64 kLeafSpan = u64{1} << kLeafShift;
  GuestAddr addr((range.start.value() + kLeafSpan - 1) & ~(kLeafSpan - 1));
  while (addr + kLeafSpan <= range.end) {
    auto& level1 = root_->children[slot(addr, kLevel1Shift)];
    auto* level2 = level1 ? &level1->children[slot(addr, kLevel2Shift)] : nullptr;
    if (!level2 || !*level2) {
      // Nothing in this whole GiB (or 512 GiB): go on behind it.
      const int shift = level1 ? kLevel2Shift : kLevel1Shift;
      addr = GuestAddr(((addr.value() >> shift) + 1) << shift);
      continue;
    }
    const u64 number = slot(addr, kLeafShift);
    const auto& leaf = (*level2)->children[number];
    if (leaf && std::none_of(leaf->entries.begin(), leaf->entries.end(),
                             [](const PageEntry& entry) { return entry.present(); })) {
      (*level2)->remove(number);
    }
    addr += kLeafSpan;
  }
}

}  // namespace kemu
