#pragma once

#include <unordered_map>
#include <unordered_set>

#include "base/object_copies.h"
#include "vm/frame_pool.h"

namespace kemu {

/// One copying of address spaces and of the objects they map. Copies use the same FramePool:
/// private pages and files that nobody maps share frames copy-on-write; frames that guests share
/// writably are copied at once, since a write to one is noticed by nobody.
class MemoryCopies : public ObjectCopies {
 public:
  template <typename T>
  std::shared_ptr<T> of(const std::shared_ptr<T>& original) {
    return copy_of(original, *this);
  }

  /// Said of every frame of a shared mapping, in all address spaces, before anything is copied.
  void note_shared(Frame frame) { shared_.insert(frame); }
  bool is_shared(Frame frame) const { return shared_.contains(frame); }
  /// The copy of a shared frame; refused when there is no memory (kNoFrame then).
  Frame copy_shared(FramePool& pool, Frame frame) {
    auto made = pool.allocate_copy(frame);
    if (!made.ok()) refuse("out of guest memory");
    return frames_[frame] = made.ok() ? *made : kNoFrame;
  }
  /// What became of a frame: its copy, or itself.
  Frame frame(Frame original) const {
    const auto found = frames_.find(original);
    return found == frames_.end() || found->second == kNoFrame ? original : found->second;
  }

 private:
  std::unordered_set<Frame> shared_;
  std::unordered_map<Frame, Frame> frames_;
};

}  // namespace kemu
