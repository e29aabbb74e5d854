#pragma once

#include "base/types.h"

struct uc_struct;

namespace kemu {

/// An engine's buffer for translated code, which has to be emptied before it is full: see the .cpp.
class TranslationBuffer {
 public:
  /// The largest size that the host has address space for now; false when there is none for the
  /// smallest. Asked before an engine is opened that would end the process where its reservation
  /// fails.
  bool choose_size();
  /// In bytes.
  u32 size() const { return size_; }

  /// A block was made.
  void note(const void* block) {
    newest_ = reinterpret_cast<u64>(block);
    if (first_ == 0 || newest_ < first_) first_ = newest_;
  }
  /// What is left is kept for the blocks that are made before somebody asks again.
  bool is_nearly_full() const { return newest_ - first_ > size_ - size_ / 4; }
  /// Between runs.
  void empty(uc_struct* engine);

  /// While it lives, blocks made on this host thread are this buffer's.
  class Use {
   public:
    explicit Use(TranslationBuffer& buffer);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();
  };

 private:
  u32 size_ = 0;
  u64 first_ = 0;
  u64 newest_ = 0;
};

}  // namespace kemu
