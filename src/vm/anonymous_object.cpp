#include "vm/anonymous_object.h"

namespace kemu {

AnonymousObject::~AnonymousObject() {
  for (const auto& [index, frame] : frames_) pool_.release(frame);
}

Result<Frame> AnonymousObject::page(u64 index) {
  if (index >= pages_) return Errno::ENXIO;
  auto it = frames_.find(index);
  if (it == frames_.end()) it = frames_.emplace(index, TRY(pool_.allocate())).first;
  pool_.retain(it->second);
  return it->second;
}

}  // namespace kemu
