#include <cstring>

#include "loader/loader.h"

namespace kemu {
namespace {

/// What a signal handler returns to. Debuggers and libgcc's unwinder know these two instructions.
constexpr u32 kTrampolineCode[] = {
    0xd2801168,  // mov x8, #139 (rt_sigreturn)
    0xd4000001,  // svc #0
};

/// The one page of the trampoline, made when a guest first touches it.
class Trampoline final : public MappedObject {
 public:
  explicit Trampoline(FramePool& pool) : pool_(pool) {}
  ~Trampoline() override {
    if (frame_ != kNoFrame) pool_.release(frame_);
  }

  Result<Frame> page(u64 index) override {
    if (index != 0) return Errno::ENXIO;
    if (frame_ == kNoFrame) {
      frame_ = TRY(pool_.allocate());
      std::memcpy(pool_.data(frame_), kTrampolineCode, sizeof kTrampolineCode);
    }
    pool_.retain(frame_);
    return frame_;
  }

  // It is mapped without the right to write, and privately.
  Result<Unit> write_back(u64) override { return Errno::EIO; }

  Identity identity() const override { return {.path = "[vdso]"}; }

 private:
  FramePool& pool_;
  Frame frame_ = kNoFrame;
};

}  // namespace

std::shared_ptr<MappedObject> make_trampoline(FramePool& pool) {
  return std::make_shared<Trampoline>(pool);
}

}  // namespace kemu
