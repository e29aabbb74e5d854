#include "vm/tlb_guard.h"

namespace kemu {

TlbGuard::Answer TlbGuard::grow() {
  grow_after_ = grow_after_ < kLastGrowth ? grow_after_ * 2 : kGrown;
  growing_ = true;
  return Answer::Retry;
}

TlbGuard::Answer TlbGuard::look_up(GuestAddr addr, Access access, PageEntry& page) {
  const PageEntry* present = space_->pages().find(addr);
  if (present && present->present() && present->effective().allows(access)) {
    page = *present;
    return Answer::Grant;
  }
  const auto resolved = space_->resolve_fault(addr, access);
  if (!resolved.ok()) {
    fault_ = resolved.error();
    return Answer::Fault;
  }
  page = *resolved;
  if (rights_ != space_->rights_reduced()) {
    // A copy-on-write page got a frame of its own. That matters when the old one is in the TLB.
    if (copy_on_write_seen_[addr.value() / kPageSize % copy_on_write_seen_.size()]) {
      return Answer::Retry;
    }
    rights_ = space_->rights_reduced();
  }
  return Answer::Grant;
}

/// False when translations of the frame must go first. An instruction that writes into its own
/// frame would then be refused for ever: it is let through, and its translations go right after it.
bool TlbGuard::write_code(const PageEntry& page, GuestAddr pc) {
  pool_.invalidate_code(page.frame);
  const PageEntry* own = space_->pages().find(pc);
  if (!own || own->frame != page.frame) return false;
  code_written_ = true;
  return true;
}

TlbGuard::Answer TlbGuard::hand_out(const PageEntry& page, GuestAddr addr, Access access,
                                    TlbGrant& grant) {
  grant = {page.frame, false, false};
  if (access == Access::Execute) {
    if (pool_.has_shared_write(page.frame)) {
      // Another mapping of it may be writable in the TLB.
      pool_.clear_shared_write(page.frame);
      return Answer::Retry;
    }
    pool_.mark_code(page.frame);
    grant.executable = true;
  } else if (access == Access::Write) {
    if (page.shared) pool_.mark_shared_write(page.frame);
    grant.writable = true;
  } else {
    // Spares the fill of a write soon after the read.
    grant.writable = page.effective().writable() && !page.shared && !pool_.has_code(page.frame);
  }
  if (page.copy_on_write) {
    copy_on_write_seen_.set(addr.value() / kPageSize % copy_on_write_seen_.size());
  }
  return Answer::Grant;
}

}  // namespace kemu

/// After each block it has translated Unicorn walks its whole TLB, all of its dozen modes, to have
/// stores to the block's page noticed: a fifth of what a program's start takes. TlbGuard sees to
/// them by itself, so the linker puts this in that function's place (CMakeLists.txt).
extern "C" void __wrap_tlb_reset_dirty_by_vaddr_aarch64(  // NOLINT: the linker names it
    void* /*cpu*/, kemu::u64 /*address*/, kemu::u64 /*size*/);
extern "C" void __wrap_tlb_reset_dirty_by_vaddr_aarch64(  // NOLINT
    void*, kemu::u64, kemu::u64) {}
