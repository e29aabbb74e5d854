#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "base/unique_fd.h"
#include "vm/guest_addr.h"
#include "vm/lazy_array.h"

namespace kemu {

/// The number of one 4 KiB frame of guest "physical" memory; 0 is no frame.
enum class Frame : u32 {};
inline constexpr Frame kNoFrame{0};

/// Pages of an object that nobody is to map any longer.
struct ObjectPages {
  const void* contents = nullptr;  // see MappedObject
  u64 first = 0;
  u64 end = ~u64{0};
  /// Whether the object's page is still the frame that somebody maps, and no private copy of it:
  /// copies stay mapped then. All go when empty.
  std::function<bool(u64 page, Frame frame)> holds;
};

/// Guest physical memory: one reserved host mapping of a memfd, handed out in zeroed 4 KiB frames
/// with reference counts. Linux's twin is the page allocator with `struct page`'s refcount.
///
/// A frame that holds translated code is marked; when such a frame is freed or written by the
/// kernel it is queued, and the engine forgets its translations before it runs again.
class FramePool {
 public:
  /// A pool of at most `limit` bytes (rounded down to frames). ENOMEM when the host refuses the
  /// reservation, EFBIG when it is over the host's RLIMIT_FSIZE.
  static Result<std::unique_ptr<FramePool>> create(u64 limit);
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  /// A zeroed frame with one reference; ENOMEM at the limit.
  Result<Frame> allocate();
  /// A frame with `source`'s bytes and one reference; ENOMEM at the limit.
  Result<Frame> allocate_copy(Frame source);
  void retain(Frame frame) { ++references_[index(frame)]; }
  /// Drops one reference; the last one frees the frame.
  void release(Frame frame) {
    u32& references = references_[index(frame)];
    CHECK(references > 0);
    if (--references == 0) free_frame(frame);
  }
  u32 references(Frame frame) const { return references_[index(frame)]; }

  /// The frame's 4096 bytes on the host.
  std::byte* data(Frame frame) const { return base_ + u64{index(frame)} * kPageSize; }

  /// Who can give frames back at the limit, before it is ENOMEM (the page cache): called with how
  /// many are wanted, it releases frames and says how many. None when empty.
  using Reclaim = std::function<u64(u64)>;
  void set_reclaim(Reclaim reclaim) { reclaim_ = std::move(reclaim); }

  /// Asked before each frame is handed out: yes makes it ENOMEM (faults on purpose). None when
  /// empty.
  using Refuse = std::function<bool()>;
  void set_refuse(Refuse refuse) { refuse_ = std::move(refuse); }
  /// Who is told when a frame is refused after all. Nobody when empty.
  void set_refused(std::function<void()> refused) { refused_ = std::move(refused); }

  /// Who knows every address space (the kernel): takes pages of an object out of all of them. None
  /// when empty.
  using Unmap = std::function<void(const ObjectPages&)>;
  void set_unmap(Unmap unmap) { unmap_ = std::move(unmap); }
  /// What an object calls that got shorter, once it has let go of those pages itself, or is about
  /// to have a hole there.
  void unmap(const ObjectPages& pages) {
    if (unmap_) unmap_(pages);
  }

  void mark_code(Frame frame) { flags_[index(frame)] |= kHasCode; }
  bool has_code(Frame frame) const { return flags_[index(frame)] & kHasCode; }
  /// Queues a marked frame for `take_stale_code` and unmarks it; nothing for an unmarked one.
  void invalidate_code(Frame frame);
  /// The same of every frame.
  void invalidate_all_code();
  bool any_stale_code() const { return !stale_code_.empty(); }
  /// Frames whose translations must be forgotten; empties the queue.
  std::vector<Frame> take_stale_code();

  /// Whether a guest may be writing the frame through a shared mapping right now: another mapping
  /// of it must not start to execute it before that right is gone from the TLB.
  void mark_shared_write(Frame frame) { flags_[index(frame)] |= kSharedWrite; }
  void clear_shared_write(Frame frame) { flags_[index(frame)] &= ~kSharedWrite; }
  bool has_shared_write(Frame frame) const { return flags_[index(frame)] & kSharedWrite; }

  /// Where the engine maps the whole pool: its host base and size in bytes.
  std::byte* base() const { return base_; }
  u64 size() const { return u64{frame_count_} * kPageSize; }
  /// Frames in use now, and at most so far.
  u32 in_use() const { return in_use_; }
  u32 peak() const { return peak_; }
  /// Lowers or raises the limit in frames within what was reserved (memory-limit tests). Frames in
  /// use beyond a lowered limit stay; new ones are refused.
  void set_limit(u32 frames);

  /// A number no other address space over this pool has had.
  u64 next_space_id() { return ++last_space_id_; }

 private:
  static constexpr u8 kHasCode = 1;
  static constexpr u8 kSharedWrite = 2;

  FramePool() = default;
  static u32 index(Frame frame) { return static_cast<u32>(frame); }
  Result<Unit> reserve(u64 bytes);
  /// A frame with one reference and any bytes in it; `zeroed` says whether they are zeros.
  Result<Frame> take(bool& zeroed);
  void free_frame(Frame frame);
  void punch_out_free_frames();

  UniqueFd memfd_;
  std::byte* base_ = nullptr;
  u32 frame_count_ = 0;
  Reclaim reclaim_;
  Refuse refuse_;
  std::function<void()> refused_;
  Unmap unmap_;
  u32 limit_ = 0;        // frames that may be in use
  u32 next_unused_ = 1;  // frames from here on were never handed out and are zero
  u32 in_use_ = 0;
  u32 peak_ = 0;
  u64 last_space_id_ = 0;
  LazyArray<u32> references_;
  LazyArray<u8> flags_;
  std::vector<Frame> free_;         // their old bytes still in them
  std::vector<Frame> free_zeroed_;  // given back to the host, so zeros
  std::vector<Frame> stale_code_;
};

}  // namespace kemu
