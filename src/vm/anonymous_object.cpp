#include "vm/anonymous_object.h"

#include <algorithm>
#include <cstring>

#include "vm/memory_copies.h"

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

std::shared_ptr<MappedObject> AnonymousObject::copy_to(MemoryCopies& copies) {
  auto made = std::make_shared<AnonymousObject>(pool_, pages_);
  for (const auto& [index, frame] : frames_)
    if (const Frame copy = copies.copy_shared(pool_, frame); copy != kNoFrame)
      made->frames_.emplace(index, copy);
  return made;
}

Result<Unit> AnonymousObject::punch_hole(u64 offset, u64 size) {
  const u64 first = offset / kPageSize, end = std::min(pages_, (offset + size) / kPageSize);
  pool_.unmap({this, first, end, [this](u64 index, Frame frame) {
                 const auto found = frames_.find(index);
                 return found != frames_.end() && found->second == frame;
               }});
  std::erase_if(frames_, [&](const auto& page) {
    if (page.first < first || page.first >= end) return false;
    if (pool_.references(page.second) == 1) {
      pool_.release(page.second);
      return true;
    }
    // Where nobody knows all spaces: whoever maps it sees zeros in place.
    pool_.invalidate_code(page.second);
    std::memset(pool_.data(page.second), 0, kPageSize);
    return false;
  });
  return Unit{};
}

}  // namespace kemu
