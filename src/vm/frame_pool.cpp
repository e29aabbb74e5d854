#include "vm/frame_pool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>

namespace kemu {

namespace {

/// Free frames that keep their bytes (and the host's memory) before they are punched out: 64 MiB.
constexpr std::size_t kMostDirtyFree = 16384;
/// Frames asked back at a time when the pool is at its limit.
constexpr u64 kReclaimAtOnce = 64;

}  // namespace

Result<std::unique_ptr<FramePool>> FramePool::create(u64 limit) {
  // Frame numbers are 32 bits wide, and frame 0 is no frame.
  const u64 most = u64{~u32{0}} * kPageSize;
  std::unique_ptr<FramePool> pool(new FramePool);
  TRY(pool->reserve(std::clamp<u64>(limit & ~kPageMask, kPageSize, most) + kPageSize));
  return pool;
}

Result<Unit> FramePool::reserve(u64 bytes) {
  // Growing a file over RLIMIT_FSIZE would raise SIGXFSZ in the host process.
  rlimit file_size{};
  if (::getrlimit(RLIMIT_FSIZE, &file_size) == 0 && file_size.rlim_cur < bytes) {
    return Errno::EFBIG;
  }
  memfd_ = UniqueFd(::memfd_create("kemu-frames", MFD_CLOEXEC));
  if (!memfd_) return host_errno();
  if (::ftruncate(memfd_.get(), static_cast<off_t>(bytes)) != 0) return host_errno();
  void* base =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memfd_.get(), 0);
  if (base == MAP_FAILED) return host_errno();
  base_ = static_cast<std::byte*>(base);
  frame_count_ = static_cast<u32>(bytes / kPageSize);
  limit_ = frame_count_ - 1;
  references_ = TRY(LazyArray<u32>::create(frame_count_));
  flags_ = TRY(LazyArray<u8>::create(frame_count_));
  return Unit{};
}

FramePool::~FramePool() {
  if (base_) ::munmap(base_, size());
}

Result<Frame> FramePool::allocate() {
  bool zeroed = false;
  const Frame frame = TRY(take(zeroed));
  if (!zeroed) std::memset(data(frame), 0, kPageSize);
  return frame;
}

Result<Frame> FramePool::allocate_copy(Frame source) {
  CHECK(references(source) > 0);
  bool zeroed = false;
  const Frame frame = TRY(take(zeroed));
  std::memcpy(data(frame), data(source), kPageSize);
  return frame;
}

Result<Frame> FramePool::take(bool& zeroed) {
  if (refuse_ && refuse_()) return Errno::ENOMEM;
  if (in_use_ >= limit_ && reclaim_) reclaim_(kReclaimAtOnce);
  if (in_use_ >= limit_) {
    if (refused_) refused_();
    return Errno::ENOMEM;
  }
  Frame frame = kNoFrame;
  if (!free_.empty()) {
    frame = free_.back();
    free_.pop_back();
    zeroed = false;
  } else if (!free_zeroed_.empty()) {
    frame = free_zeroed_.back();
    free_zeroed_.pop_back();
    zeroed = true;
  } else {
    CHECK(next_unused_ < frame_count_);
    frame = Frame{next_unused_++};
    zeroed = true;
  }
  CHECK(references_[index(frame)] == 0);
  references_[index(frame)] = 1;
  peak_ = std::max(peak_, ++in_use_);
  return frame;
}

void FramePool::free_frame(Frame frame) {
  invalidate_code(frame);
  flags_[index(frame)] = 0;
  --in_use_;
  free_.push_back(frame);
  if (free_.size() > kMostDirtyFree) punch_out_free_frames();
}

void FramePool::punch_out_free_frames() {
  std::sort(free_.begin(), free_.end());
  for (std::size_t first = 0; first < free_.size();) {
    std::size_t end = first + 1;
    while (end < free_.size() && index(free_[end]) == index(free_[end - 1]) + 1) ++end;
    const auto offset = static_cast<off_t>(u64{index(free_[first])} * kPageSize);
    const auto bytes = static_cast<off_t>((end - first) * kPageSize);
    if (::fallocate(memfd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes) != 0) {
      std::memset(data(free_[first]), 0, static_cast<std::size_t>(bytes));
    }
    first = end;
  }
  // Handed out from the back: lowest frames first, so that regions get contiguous runs again.
  free_zeroed_.insert(free_zeroed_.end(), free_.rbegin(), free_.rend());
  free_.clear();
}

void FramePool::invalidate_code(Frame frame) {
  if (!has_code(frame)) return;
  flags_[index(frame)] &= ~kHasCode;
  stale_code_.push_back(frame);
}

void FramePool::invalidate_all_code() {
  for (u32 i = 1; i < next_unused_; ++i) invalidate_code(Frame{i});
}

std::vector<Frame> FramePool::take_stale_code() { return std::exchange(stale_code_, {}); }

void FramePool::set_limit(u32 frames) { limit_ = std::min(frames, frame_count_ - 1); }

}  // namespace kemu
