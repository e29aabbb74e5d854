#pragma once

#include "process/kernel.h"

namespace kemu {

/// `size` rounded up to pages; 0 when that overflows (or for 0).
constexpr u64 page_align(u64 size) { return (size + kPageMask) & ~kPageMask; }

inline GuestRange pages_of(GuestAddr addr, u64 size) { return {addr, addr + page_align(size)}; }

/// A range of whole pages as mm/madvise.c and kin demand it. EINVAL for a misaligned start; the
/// error given for one that wraps around.
Result<GuestRange> checked_range(GuestAddr addr, u64 size, Errno wrapped);

/// Touches every page as mlock(2) does: writable private memory as a writer. ENOMEM at the first
/// page that cannot be had.
Result<Unit> fault_in(AddressSpace& space, GuestRange range);
/// The same as MAP_POPULATE and kin do it: a page that cannot be had ends it, and nobody hears.
void populate_quietly(AddressSpace& space, GuestRange range);

/// How many bytes more the caller may lock (RLIMIT_MEMLOCK).
u64 lockable_bytes(Task& task);
/// can_do_mlock(): nobody but root locks anything under a limit of 0. EPERM.
Result<Unit> check_may_lock(Task& task);
/// EAGAIN when `size` bytes that would be locked at once are too many (mlock_future_ok()).
Result<Unit> check_future_lock(Task& task, Locking locking, u64 size);

/// madvise(2) on any space. EINVAL, ENOMEM, EACCES, EFAULT.
Result<Unit> do_madvise(AddressSpace& space, GuestAddr addr, u64 size, u32 advice);

}  // namespace kemu
