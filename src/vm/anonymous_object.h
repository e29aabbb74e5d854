#pragma once

#include <unordered_map>

#include "vm/mapped_object.h"

namespace kemu {

/// Anonymous memory that processes share: what MAP_SHARED | MAP_ANONYMOUS maps. Linux's twin is the
/// unlinked shmem file behind such a mapping ("/dev/zero (deleted)" in /proc/PID/maps).
class AnonymousObject : public MappedObject {
 public:
  AnonymousObject(FramePool& pool, u64 pages) : pool_(pool), pages_(pages) {}
  ~AnonymousObject() override;
  AnonymousObject(const AnonymousObject&) = delete;
  AnonymousObject& operator=(const AnonymousObject&) = delete;

  Result<Frame> page(u64 index) override;
  Result<Unit> write_back(u64) override { return Unit{}; }
  Result<Unit> punch_hole(u64 offset, u64 size) override;
  std::shared_ptr<MappedObject> copy_to(MemoryCopies& copies) override;
  Identity identity() const override { return {0, 0, "/dev/zero (deleted)"}; }

 private:
  FramePool& pool_;
  u64 pages_;
  std::unordered_map<u64, Frame> frames_;  // those touched so far
};

}  // namespace kemu
