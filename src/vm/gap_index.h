#pragma once

#include <optional>
#include <vector>

#include "vm/guest_addr.h"

namespace kemu {

/// The free room between regions, so that the highest gap of a size is found in logarithmic time:
/// a treap by address in which every node knows the largest gap below it. Linux's twin is the
/// augmented tree behind vm_unmapped_area().
///
/// Nodes are numbers in a vector, so a copy of the index is a copy of the vector.
class GapIndex {
 public:
  /// The gap below the region that starts at `key` becomes `gap`; an empty one is forgotten.
  void set(GuestAddr key, GuestRange gap);
  /// The highest gap of at least `size` bytes among those whose key is below `limit`.
  std::optional<GuestRange> highest(u64 size, GuestAddr limit) const;

 private:
  using NodeNumber = u32;
  static constexpr NodeNumber kNone = 0;
  struct Node {
    GuestAddr key;
    GuestRange gap;
    u64 largest = 0;   // of the gaps in the subtree
    u32 priority = 0;  // no child's is higher
    NodeNumber lower = kNone;
    NodeNumber upper = kNone;
  };

  NodeNumber make(GuestAddr key, GuestRange gap);
  void refresh(NodeNumber number);
  NodeNumber insert(NodeNumber tree, NodeNumber added);
  NodeNumber erase(NodeNumber tree, GuestAddr key);
  NodeNumber change(NodeNumber tree, GuestAddr key, GuestRange gap);
  bool contains(GuestAddr key) const;
  struct Halves {
    NodeNumber lower = kNone;
    NodeNumber upper = kNone;
  };
  Halves split(NodeNumber tree, GuestAddr key);
  NodeNumber merge(NodeNumber lower, NodeNumber upper);

  std::vector<Node> nodes_ = std::vector<Node>(1);  // the first stands for no node
  std::vector<NodeNumber> unused_;
  NodeNumber root_ = kNone;
  u32 random_ = 2463534242;  // xorshift32's state: a treap wants any sequence, always the same
};

}  // namespace kemu
