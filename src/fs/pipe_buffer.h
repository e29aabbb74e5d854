#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "base/abi/fcntl.h"
#include "base/types.h"
#include "vm/address_space.h"

namespace kemu {

/// How the bytes of one write are kept apart from the next one's: packets for O_DIRECT pipes.
enum class PipeFraming : u8 { Stream, Packets };

/// The bytes in a pipe: a queue of page-sized slots, with exactly Linux's rules for when a write
/// fits (`struct pipe_buffer` and fs/pipe.c: a write goes on in the last slot only if its odd part
/// fits there whole), because those show in the counts that programs see.
class PipeBuffer {
 public:
  static constexpr u64 kSlotSize = 4096;
  static constexpr u64 kDefaultSlots = 16;

  bool empty() const { return slots_.empty(); }
  bool full() const { return slots_.size() >= slot_limit_; }
  u64 slots_in_use() const { return slots_.size(); }
  u64 slot_limit() const { return slot_limit_; }
  /// The caller sees to it that no fewer slots than in use are left.
  void set_slot_limit(u64 slots) { slot_limit_ = slots; }
  u64 bytes() const { return bytes_; }
  u64 free_slots() const { return full() ? 0 : slot_limit_ - slots_.size(); }

  /// Takes bytes out; a packet's unread rest is dropped.
  u64 read(const HostSpans& to);
  /// Puts bytes in as far as they fit: a write of at most kSlotSize bytes goes in whole or not at
  /// all.
  u64 write(const HostSpans& from, PipeFraming framing);

  // For splice(2) and kin.
  /// The first bytes, at most `most`, where they lie: good until the buffer changes.
  HostSpans front(u64 most) const;
  /// Drops that many bytes from the front.
  void drop(u64 size);
  /// One slot more, of at most kSlotSize bytes; the caller asked for free_slots().
  void append(std::span<const std::byte> bytes);
  /// Slot by slot what fits, at most `most` bytes: moved, or copied and kept.
  u64 move_to(PipeBuffer& to, u64 most);
  u64 copy_to(PipeBuffer& to, u64 most) const;

  /// The same bytes in the same slots, for a copy of the machine.
  PipeBuffer duplicate() const;

 private:
  struct Slot {
    std::unique_ptr<std::array<std::byte, kSlotSize>> page;
    u32 offset = 0;
    u32 size = 0;
    PipeFraming framing = PipeFraming::Stream;
  };
  class Cursor;

  Slot& new_slot(u64 size, PipeFraming framing);
  void append_slot(Cursor& from, u64 size, PipeFraming framing);
  void drop_front();

  std::deque<Slot> slots_;
  std::vector<std::unique_ptr<std::array<std::byte, kSlotSize>>> spare_;
  u64 slot_limit_ = kDefaultSlots;
  u64 bytes_ = 0;
};

}  // namespace kemu
