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
  prune_children(*root_, range, GuestAddr(), kLevel1Shift);
}

/// Whether the node is left without children: whoever maps and unmaps at ever new places must not
/// leave tables behind.
template <typename AnyNode>
bool PageTable::prune_children(AnyNode& node, GuestRange range, GuestAddr base, int shift) {
  if constexpr (std::is_same_v<AnyNode, Leaf>) {
    return std::none_of(node.entries.begin(), node.entries.end(),
                        [](const PageEntry& entry) { return entry.present(); });
  } else {
    const GuestRange part = range.intersect({base, base + (kEntries << shift)});
    if (part.empty()) return false;
    node.for_each_child((part.start - base) >> shift, (part.end - base - 1) >> shift, [&](u64 i) {
      if (prune_children(*node.children[i], part, base + (i << shift), shift - kBits))
        node.remove(i);
    });
    return std::all_of(node.present.begin(), node.present.end(),
                       [](u64 word) { return word == 0; });
  }
}

}  // namespace kemu
