#include "fs/pipe_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace kemu {

namespace {

/// Emptied pages kept for the next write; Linux keeps two (tmp_page).
constexpr std::size_t kSparePages = 2;

}  // namespace

/// A place in a list of spans, moved along by what was copied.
class PipeBuffer::Cursor {
 public:
  explicit Cursor(const HostSpans& spans) : spans_(spans) {
    for (const HostSpan& span : spans_) left_ += span.size();
  }
  u64 left() const { return left_; }

  void copy_out(std::byte* to, u64 size) {
    step(size, [&](std::byte* here, u64 piece) {
      std::memcpy(to, here, piece);
      to += piece;
    });
  }
  void copy_in(const std::byte* from, u64 size) {
    step(size, [&](std::byte* here, u64 piece) {
      std::memcpy(here, from, piece);
      from += piece;
    });
  }

 private:
  template <typename Copy>
  void step(u64 size, Copy&& copy) {
    CHECK(size <= left_);
    left_ -= size;
    while (size > 0) {
      const HostSpan& span = spans_[index_];
      const u64 piece = std::min<u64>(size, span.size() - offset_);
      if (piece > 0) copy(span.data() + offset_, piece);
      size -= piece;
      offset_ += piece;
      if (offset_ < span.size()) continue;
      ++index_;
      offset_ = 0;
    }
  }

  const HostSpans& spans_;
  std::size_t index_ = 0;
  u64 offset_ = 0;
  u64 left_ = 0;
};

PipeBuffer::Slot& PipeBuffer::new_slot(u64 size, PipeFraming framing) {
  Slot slot;
  if (spare_.empty()) {
    slot.page.reset(new std::array<std::byte, kSlotSize>);
  } else {
    slot.page = std::move(spare_.back());
    spare_.pop_back();
  }
  slot.size = static_cast<u32>(size);
  slot.framing = framing;
  slots_.push_back(std::move(slot));
  bytes_ += size;
  return slots_.back();
}

void PipeBuffer::append_slot(Cursor& from, u64 size, PipeFraming framing) {
  from.copy_out(new_slot(size, framing).page->data(), size);
}

void PipeBuffer::drop_front() {
  bytes_ -= slots_.front().size;
  if (spare_.size() < kSparePages) spare_.push_back(std::move(slots_.front().page));
  slots_.pop_front();
}

u64 PipeBuffer::read(const HostSpans& to) {
  Cursor cursor(to);
  const u64 wanted = cursor.left();
  while (!slots_.empty() && cursor.left() > 0) {
    Slot& slot = slots_.front();
    const u64 piece = std::min<u64>(cursor.left(), slot.size);
    cursor.copy_in(slot.page->data() + slot.offset, piece);
    slot.offset += static_cast<u32>(piece);
    slot.size -= static_cast<u32>(piece);
    bytes_ -= piece;
    const bool packet = slot.framing == PipeFraming::Packets;
    if (packet || slot.size == 0) drop_front();
    if (packet) break;
  }
  return wanted - cursor.left();
}

HostSpans PipeBuffer::front(u64 most) const {
  HostSpans spans;
  for (const Slot& slot : slots_) {
    const u64 piece = std::min<u64>(most, slot.size);
    if (piece == 0) break;
    spans.push_back(HostSpan(slot.page->data() + slot.offset, piece));
    most -= piece;
  }
  return spans;
}

void PipeBuffer::drop(u64 size) {
  CHECK(size <= bytes_);
  while (size > 0) {
    Slot& slot = slots_.front();
    const u64 piece = std::min<u64>(size, slot.size);
    slot.offset += static_cast<u32>(piece);
    slot.size -= static_cast<u32>(piece);
    bytes_ -= piece;
    size -= piece;
    if (slot.size == 0) drop_front();
  }
}

void PipeBuffer::append(std::span<const std::byte> bytes) {
  CHECK(!full() && !bytes.empty() && bytes.size() <= kSlotSize);
  Slot& slot = new_slot(bytes.size(), PipeFraming::Stream);
  std::memcpy(slot.page->data(), bytes.data(), bytes.size());
}

u64 PipeBuffer::copy_to(PipeBuffer& to, u64 most) const {
  u64 copied = 0;
  for (const Slot& slot : slots_) {
    const u64 piece = std::min<u64>(most - copied, slot.size);
    if (piece == 0 || to.full()) break;
    Slot& copy = to.new_slot(piece, slot.framing);
    std::memcpy(copy.page->data(), slot.page->data() + slot.offset, piece);
    copied += piece;
  }
  return copied;
}

PipeBuffer PipeBuffer::duplicate() const {
  PipeBuffer made;
  made.slot_limit_ = slot_limit_;
  for (const Slot& slot : slots_) {
    Slot& copy = made.new_slot(slot.size, slot.framing);
    copy.offset = slot.offset;
    std::memcpy(copy.page->data() + slot.offset, slot.page->data() + slot.offset, slot.size);
  }
  return made;
}

u64 PipeBuffer::move_to(PipeBuffer& to, u64 most) {
  const u64 moved = copy_to(to, most);
  drop(moved);
  return moved;
}

u64 PipeBuffer::write(const HostSpans& from, PipeFraming framing) {
  Cursor cursor(from);
  const u64 wanted = cursor.left();
  const u64 odd = wanted % kSlotSize;
  if (odd > 0 && !slots_.empty() && slots_.back().framing == PipeFraming::Stream) {
    Slot& last = slots_.back();
    const u64 end = last.offset + last.size;
    if (end + odd <= kSlotSize) {
      cursor.copy_out(last.page->data() + end, odd);
      last.size += static_cast<u32>(odd);
      bytes_ += odd;
    }
  }
  while (cursor.left() > 0 && !full())
    append_slot(cursor, std::min(cursor.left(), kSlotSize), framing);
  return wanted - cursor.left();
}

}  // namespace kemu
