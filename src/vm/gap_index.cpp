#include "vm/gap_index.h"

#include <algorithm>

namespace kemu {

void GapIndex::set(GuestAddr key, GuestRange gap) {
  const bool known = contains(key);
  if (gap.empty()) {
    if (known) root_ = erase(root_, key);
  } else {
    root_ = known ? change(root_, key, gap) : insert(root_, make(key, gap));
  }
}

std::optional<GuestRange> GapIndex::highest(u64 size, GuestAddr limit) const {
  // The last turn towards `limit` where the lower part has room: what to fall back on.
  NodeNumber fallback = kNone;
  NodeNumber number = root_;
  const auto has_room = [&](NodeNumber tree) {
    return tree != kNone && nodes_[tree].largest >= size;
  };
  while (number != kNone && nodes_[number].largest >= size) {
    const Node& node = nodes_[number];
    if (node.key >= limit) {
      number = node.lower;
      continue;
    }
    if (node.gap.size() >= size || has_room(node.lower)) fallback = number;
    number = node.upper;
  }
  if (fallback == kNone) return std::nullopt;
  if (nodes_[fallback].gap.size() >= size) return nodes_[fallback].gap;
  // Everything in there is below the limit: as high as it goes.
  number = nodes_[fallback].lower;
  for (;;) {
    const Node& node = nodes_[number];
    if (has_room(node.upper)) {
      number = node.upper;
    } else if (node.gap.size() >= size) {
      return node.gap;
    } else {
      number = node.lower;
    }
  }
}

bool GapIndex::contains(GuestAddr key) const {
  NodeNumber number = root_;
  while (number != kNone && nodes_[number].key != key)
    number = key < nodes_[number].key ? nodes_[number].lower : nodes_[number].upper;
  return number != kNone;
}

GapIndex::NodeNumber GapIndex::make(GuestAddr key, GuestRange gap) {
  NodeNumber number = static_cast<NodeNumber>(nodes_.size());
  if (unused_.empty()) {
    nodes_.emplace_back();
  } else {
    number = unused_.back();
    unused_.pop_back();
  }
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  nodes_[number] = Node{key, gap, gap.size(), random_, kNone, kNone};
  return number;
}

void GapIndex::refresh(NodeNumber number) {
  Node& node = nodes_[number];
  node.largest =
      std::max({node.gap.size(), nodes_[node.lower].largest, nodes_[node.upper].largest});
}

GapIndex::NodeNumber GapIndex::insert(NodeNumber tree, NodeNumber added) {
  if (tree == kNone) return added;
  const GuestAddr key = nodes_[added].key;
  if (nodes_[added].priority > nodes_[tree].priority) {
    const Halves halves = split(tree, key);
    nodes_[added].lower = halves.lower;
    nodes_[added].upper = halves.upper;
    refresh(added);
    return added;
  }
  if (key < nodes_[tree].key)
    nodes_[tree].lower = insert(nodes_[tree].lower, added);
  else
    nodes_[tree].upper = insert(nodes_[tree].upper, added);
  refresh(tree);
  return tree;
}

GapIndex::NodeNumber GapIndex::erase(NodeNumber tree, GuestAddr key) {
  if (nodes_[tree].key == key) {
    unused_.push_back(tree);
    return merge(nodes_[tree].lower, nodes_[tree].upper);
  }
  if (key < nodes_[tree].key)
    nodes_[tree].lower = erase(nodes_[tree].lower, key);
  else
    nodes_[tree].upper = erase(nodes_[tree].upper, key);
  refresh(tree);
  return tree;
}

GapIndex::NodeNumber GapIndex::change(NodeNumber tree, GuestAddr key, GuestRange gap) {
  if (nodes_[tree].key == key)
    nodes_[tree].gap = gap;
  else if (key < nodes_[tree].key)
    change(nodes_[tree].lower, key, gap);
  else
    change(nodes_[tree].upper, key, gap);
  refresh(tree);
  return tree;
}

/// Apart into the nodes below `key` and the others.
GapIndex::Halves GapIndex::split(NodeNumber tree, GuestAddr key) {
  if (tree == kNone) return {};
  if (nodes_[tree].key < key) {
    const Halves halves = split(nodes_[tree].upper, key);
    nodes_[tree].upper = halves.lower;
    refresh(tree);
    return {tree, halves.upper};
  }
  const Halves halves = split(nodes_[tree].lower, key);
  nodes_[tree].lower = halves.upper;
  refresh(tree);
  return {halves.lower, tree};
}

/// One tree of two, all of whose keys are below or above the other's.
GapIndex::NodeNumber GapIndex::merge(NodeNumber lower, NodeNumber upper) {
  if (lower == kNone) return upper;
  if (upper == kNone) return lower;
  if (nodes_[lower].priority > nodes_[upper].priority) {
    nodes_[lower].upper = merge(nodes_[lower].upper, upper);
    refresh(lower);
    return lower;
  }
  nodes_[upper].lower = merge(lower, nodes_[upper].lower);
  refresh(upper);
  return upper;
}

}  // namespace kemu
