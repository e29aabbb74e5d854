#include "fs/flock.h"

#include <algorithm>

namespace kemu {

Result<Unit> Flock::acquire(const FileDescription& owner, FlockMode mode) {
  for (const Holder& holder : holders_)
    if (holder.owner == &owner && holder.mode == mode) return Unit{};
  release(owner);
  for (const Holder& holder : holders_)
    if (mode == FlockMode::Exclusive || holder.mode == FlockMode::Exclusive) return Errno::EAGAIN;
  holders_.push_back({&owner, mode});
  return Unit{};
}

std::optional<FlockMode> Flock::mode_of(const FileDescription& owner) const {
  for (const Holder& holder : holders_)
    if (holder.owner == &owner) return holder.mode;
  return std::nullopt;
}

void Flock::release(const FileDescription& owner) {
  const auto removed =
      std::erase_if(holders_, [&](const Holder& holder) { return holder.owner == &owner; });
  if (removed > 0) queue_.wake_all();
}

}  // namespace kemu
