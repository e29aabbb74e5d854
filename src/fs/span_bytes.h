#pragma once

#include <algorithm>
#include <cstring>

#include "vm/address_space.h"

namespace kemu {

/// Copies bytes into an I/O buffer's host spans; how many fit.
inline u64 copy_to_spans(const HostSpans& to, std::span<const std::byte> from) {
  u64 moved = 0;
  for (const HostSpan& span : to) {
    const u64 piece = std::min<u64>(span.size(), from.size() - moved);
    if (piece > 0) std::memcpy(span.data(), from.data() + moved, piece);
    moved += piece;
  }
  return moved;
}

/// Copies bytes out of an I/O buffer's host spans; how many there were.
inline u64 copy_from_spans(std::span<std::byte> to, const HostSpans& from) {
  u64 moved = 0;
  for (const HostSpan& span : from) {
    const u64 piece = std::min<u64>(span.size(), to.size() - moved);
    if (piece > 0) std::memcpy(to.data() + moved, span.data(), piece);
    moved += piece;
  }
  return moved;
}

/// read(2) of a counter (eventfd, timerfd): its eight bytes, or EINVAL when they do not fit.
inline Result<u64> read_counter(const HostSpans& to, u64 value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  u64 room = 0;
  for (const HostSpan& span : to) room += span.size();
  if (room < bytes.size()) return Errno::EINVAL;
  return copy_to_spans(to, bytes);
}

}  // namespace kemu
