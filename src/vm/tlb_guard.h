#pragma once

#include <algorithm>
#include <bitset>

#include "vm/address_space.h"

namespace kemu {

/// What an engine may put into its TLB for one fill.
struct TlbGrant {
  Frame frame = kNoFrame;
  bool writable = false;
  bool executable = false;
};

/// Decides what a software TLB, filled page by page from an AddressSpace and flushed only as a
/// whole, may hold, so that the guest never notices it:
/// - It never allows more than the page table: it is flushed before a run in which another space is
///   loaded or the same one took rights away (`AddressSpace::rights_reduced`).
/// - An entry is never writable and executable at once, and a frame that holds translations is not
///   writable: the write is refused, the translations forgotten, and the instruction run again. An
///   engine's own detection of self-modifying code may then miss what it likes; Unicorn's misses
///   writes through another address and the second of two writes to one page.
class TlbGuard {
 public:
  enum class Answer : u8 {
    Grant,
    Retry,  // flush, forget stale code, and run the instruction again
    Fault,  // the guest's own: `fault()`
  };

  explicit TlbGuard(FramePool& pool) : pool_(pool) {}

  /// Before a run in `space`: whether the TLB must be flushed first.
  bool must_flush(const AddressSpace& space) const {
    return space_id_ != space.id() || rights_ != space.rights_reduced();
  }
  /// The TLB is as good as empty, or right for `space` as it is now.
  void enter(AddressSpace& space) {
    space_ = &space;
    space_id_ = space.id();
    rights_ = space.rights_reduced();
    code_written_ = false;
  }
  void flushed() {
    copy_on_write_seen_.reset();
    // After a flush for another reason the TLB may be a small one again.
    if (!growing_) grow_after_ = std::clamp(grow_after_ / 2, kFirstGrowth, kLastGrowth / 2);
    growing_ = false;
    fills_ = 0;
  }

  /// An access at `addr` that the TLB has no entry for, by the instruction that `read_pc()` names.
  /// `addr` may be any number.
  template <typename ReadPc>
  Answer fill(GuestAddr addr, Access access, ReadPc&& read_pc, TlbGrant& grant) {
    if (fills_ == grow_after_) return grow();
    ++fills_;
    PageEntry page;
    const Answer answer = look_up(addr, access, page);
    if (answer != Answer::Grant) return answer;
    const bool writes_code = access == Access::Write && pool_.has_code(page.frame);
    if (writes_code && !write_code(page, GuestAddr(read_pc()))) return Answer::Retry;
    return hand_out(page, addr, access, grant);
  }
  const Fault& fault() const { return fault_; }

  /// The block that runs has written code next to its own: stop before the next one and retry.
  bool code_written() const { return code_written_; }
  /// What a system call served within a run may have changed.
  bool outdated() const { return pool_.any_stale_code() || must_flush(*space_); }

 private:
  Answer grow();
  Answer look_up(GuestAddr addr, Access access, PageEntry& page);
  bool write_code(const PageEntry& page, GuestAddr pc);
  Answer hand_out(const PageEntry& page, GuestAddr addr, Access access, TlbGrant& grant);

  /// The TLB doubles (up to what it needs) when it is flushed, so it is flushed on purpose after so
  /// many fills. The last makes it reach 8 MiB; a larger one costs more in translation than it
  /// saves, since Unicorn walks the whole TLB for each block it translates.
  static constexpr u32 kFirstGrowth = 256;
  static constexpr u32 kLastGrowth = 4096;
  static constexpr u32 kGrown = ~u32{0};

  FramePool& pool_;
  AddressSpace* space_ = nullptr;
  u64 space_id_ = 0;
  u64 rights_ = 0;
  u32 fills_ = 0;
  u32 grow_after_ = kFirstGrowth;
  bool growing_ = false;
  bool code_written_ = false;
  Fault fault_;
  // Copy-on-write pages handed out since the last flush, by a hash of the page number: their frames
  // may be replaced under the TLB.
  std::bitset<4096> copy_on_write_seen_;
};

}  // namespace kemu
