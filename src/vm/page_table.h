#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include "vm/frame_pool.h"
#include "vm/guest_addr.h"
#include "vm/protection.h"

namespace kemu {

/// What one guest page maps to: frame, protection, copy-on-write, shared. Linux's `pte_t`.
struct PageEntry {
  Frame frame = kNoFrame;
  Protection protection;       // what the Vma allows
  bool copy_on_write = false;  // writing needs a copy first
  bool shared = false;         // stays shared across fork
  bool clean = false;          // of a shared object: the first write must be noticed

  bool present() const { return frame != kNoFrame; }
  /// What may be done without a fault: a copy-on-write or clean page is not writable yet.
  Protection effective() const {
    return copy_on_write || clean ? protection.without_write() : protection;
  }
};
static_assert(sizeof(PageEntry) == 8);

/// Guest virtual page → PageEntry: a radix tree of four levels over 48-bit addresses. It is the
/// only translation there is. It owns no references to frames; AddressSpace does the counting.
class PageTable {
 public:
  PageTable();
  ~PageTable();
  PageTable(PageTable&&) noexcept;
  PageTable& operator=(PageTable&&) noexcept;

  /// The entry of a page, or null when none was ever made there or `addr` is not below kUserEnd.
  PageEntry* find(GuestAddr addr) {
    return const_cast<PageEntry*>(std::as_const(*this).find(addr));
  }
  const PageEntry* find(GuestAddr addr) const {
    if (addr >= kUserEnd) return nullptr;
    const Level1* level1 = root_->children[slot(addr, kLevel1Shift)].get();
    const Level2* level2 = level1 ? level1->children[slot(addr, kLevel2Shift)].get() : nullptr;
    const Leaf* leaf = level2 ? level2->children[slot(addr, kLeafShift)].get() : nullptr;
    return leaf ? &leaf->entries[slot(addr, kPageShift)] : nullptr;
  }
  /// The entry of a page below kUserEnd, made absent when there was none.
  PageEntry& get(GuestAddr addr);

  /// Calls visit(GuestAddr, PageEntry&) for every present entry of the range, in order, skipping
  /// absent subtrees whole.
  template <typename Visit>
  void for_each(GuestRange range, Visit&& visit) {
    visit_children(*root_, range, GuestAddr(), kLevel1Shift, visit);
  }
  template <typename Visit>
  void for_each(GuestRange range, Visit&& visit) const {
    visit_children(std::as_const(*root_), range, GuestAddr(), kLevel1Shift, visit);
  }

  /// A table with the same entries, for fork: leaves are copied whole.
  PageTable copy() const;
  /// Frees the tables of the range that hold nothing any more.
  void prune(GuestRange range);

 private:
  static constexpr int kBits = 9;
  static constexpr u64 kEntries = u64{1} << kBits;
  static constexpr int kPageShift = 12;
  static constexpr int kLeafShift = kPageShift + kBits;      // a leaf spans 2 MiB
  static constexpr int kLevel2Shift = kLeafShift + kBits;    // 1 GiB
  static constexpr int kLevel1Shift = kLevel2Shift + kBits;  // 512 GiB

  struct Leaf {
    std::array<PageEntry, kEntries> entries{};
  };
  /// 512 children, with a bit set for each there is: tables are sparse, and fork walks them whole.
  template <typename Child>
  struct Node {
    std::array<std::unique_ptr<Child>, kEntries> children;
    std::array<u64, kEntries / 64> present{};

    Child& child(u64 slot) {
      if (!children[slot]) {
        children[slot] = std::make_unique<Child>();
        present[slot / 64] |= u64{1} << slot % 64;
      }
      return *children[slot];
    }
    void remove(u64 slot) {
      children[slot].reset();
      present[slot / 64] &= ~(u64{1} << slot % 64);
    }
    /// Calls visit(slot) for each child from `first` to `last`, in order.
    template <typename Visit>
    void for_each_child(u64 first, u64 last, Visit&& visit) const {
      for (u64 word = first / 64; word <= last / 64; ++word) {
        u64 bits = present[word];
        if (word == first / 64) bits &= ~u64{0} << first % 64;
        if (word == last / 64) bits &= ~u64{0} >> (63 - last % 64);
        for (; bits != 0; bits &= bits - 1) visit(word * 64 + std::countr_zero(bits));
      }
    }
  };
  using Level2 = Node<Leaf>;
  using Level1 = Node<Level2>;
  using Level0 = Node<Level1>;

  static constexpr u64 slot(GuestAddr addr, int shift) {
    return (addr.value() >> shift) & (kEntries - 1);
  }

  template <typename AnyNode, typename Visit>
  static void visit_children(AnyNode& node, GuestRange range, GuestAddr base, int shift,
                             Visit& visit);

  template <typename AnyNode>
  static bool prune_children(AnyNode& node, GuestRange range, GuestAddr base, int shift);

  std::unique_ptr<Level0> root_;
};

/// `base` is the first address of `node`, each of whose children spans 2^shift bytes.
template <typename AnyNode, typename Visit>
void PageTable::visit_children(AnyNode& node, GuestRange range, GuestAddr base, int shift,
                               Visit& visit) {
  const GuestRange span{base, base + (kEntries << shift)};
  const GuestRange part = range.intersect(span);
  if (part.empty()) return;
  const u64 first = (part.start - base) >> shift;
  const u64 last = (part.end - base - 1) >> shift;
  if constexpr (std::is_same_v<std::remove_const_t<AnyNode>, Leaf>) {
    for (u64 i = first; i <= last; ++i) {
      if (node.entries[i].present()) visit(base + (i << shift), node.entries[i]);
    }
  } else {
    node.for_each_child(first, last, [&](u64 i) {
      using Child = std::remove_reference_t<decltype(*node.children[i])>;
      using SameConst = std::conditional_t<std::is_const_v<AnyNode>, const Child, Child>;
      SameConst& child = *node.children[i];
      visit_children(child, part, base + (i << shift), shift - kBits, visit);
    });
  }
}

}  // namespace kemu
