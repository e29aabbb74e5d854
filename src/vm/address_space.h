#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vm/frame_pool.h"
#include "vm/guest_addr.h"
#include "vm/memory_map.h"
#include "vm/page_table.h"

namespace kemu {

class MemoryCopies;

/// An access of the guest that could not be resolved. `process/` makes a signal of it.
struct Fault {
  enum class Kind : u8 {
    NotMapped,     // SIGSEGV, SEGV_MAPERR
    NoPermission,  // SIGSEGV, SEGV_ACCERR
    BeyondObject,  // SIGBUS, BUS_ADRERR
    OutOfMemory,   // no frame left; kemu kills with SIGKILL, as Linux's OOM killer does
    Misaligned,    // SIGBUS, BUS_ADRALN: pc, or an exclusive or atomic access
  };
  GuestAddr address;
  Access access = Access::Read;
  Kind kind = Kind::NotMapped;
};

/// Host bytes that back a piece of guest memory, valid until the guest or the kernel next changes
/// the address space. An I/O buffer is a list of them (struct iovec's shape, see `as_iovecs`).
using HostSpan = std::span<std::byte>;
using HostSpans = std::vector<HostSpan>;

enum class Placement : u8 { Hint, Fixed, FixedNoReplace };

struct MapRequest {
  GuestAddr address;  // a hint, or the place when fixed
  u64 size = 0;       // bytes, rounded up to pages
  Protection protection;
  Protection most = Protection::rwx();  // what mprotect may raise it to: a shared mapping of a
                                        // file opened read-only never becomes writable
  Placement placement = Placement::Hint;
  VmaKind kind = VmaKind::Mmap;
  Sharing sharing = Sharing::Private;
  Growth growth = Growth::Fixed;
  Locking locking = Locking::None;
  std::shared_ptr<MappedObject> object;  // null: zeros
  u64 object_offset = 0;
};

struct RemapRequest {
  GuestRange old_range;
  u64 new_size = 0;
  bool may_move = false;
  std::optional<GuestAddr> fixed;  // MREMAP_FIXED
  bool keep_old = false;           // MREMAP_DONTUNMAP
  u64 locked_left = ~u64{0};       // bytes that may be locked in addition
};

enum class ForkMode : u8 { CopyOnWrite, Eager };

/// What became of one region in a fork, in pages.
struct ForkedRegion {
  VmaKind kind;
  GuestRange range;
  u64 shared = 0;  // both map the frame (copy-on-write or shared)
  u64 copied = 0;  // the child got bytes of its own (--fork=eager)
  u64 absent = 0;  // never touched
};
using ForkReport = std::vector<ForkedRegion>;

/// What a memory limit counts; set by the process that owns the space (setrlimit).
struct MemoryLimits {
  u64 address_space = ~u64{0};  // RLIMIT_AS
  u64 data = ~u64{0};           // RLIMIT_DATA
  u64 stack = u64{8} << 20;     // RLIMIT_STACK
};

/// One guest virtual memory: its MemoryMap (what may be mapped), PageTable (what is mapped) and
/// brk. Linux's `struct mm_struct`. Shared by the tasks that clone(2) with CLONE_VM.
class AddressSpace {
 public:
  explicit AddressSpace(FramePool& pool);
  ~AddressSpace();
  AddressSpace(const AddressSpace&) = delete;
  AddressSpace& operator=(const AddressSpace&) = delete;

  /// A deep copy of the whole memory map: every Vma, none skipped, and every page: copy-on-write
  /// in both, or bytes at once when Eager. ENOMEM leaves this space as it was and undoes only what
  /// the failed fork made. `report`, when given, gets a row a region.
  Result<std::unique_ptr<AddressSpace>> fork(ForkMode mode, ForkReport* report);

  /// The whole space for a copy of the machine, objects included: see MemoryCopies. `note_shared`
  /// comes first, for all spaces.
  std::shared_ptr<AddressSpace> copy_to(MemoryCopies& copies);
  void note_shared(MemoryCopies& copies) const;

  /// mmap(2). EINVAL (size 0, misaligned fixed address or offset), ENOMEM (no room, limits),
  /// EEXIST (FixedNoReplace), EPERM (fixed below kUserStart). Returns the start.
  /// Shared without an object is anonymous memory that stays shared across fork.
  Result<GuestAddr> map(MapRequest request);
  /// munmap(2): holes are fine. EINVAL for a misaligned or empty range.
  Result<Unit> unmap(GuestRange range);
  /// mprotect(2). ENOMEM when part of the range has no Vma, EACCES when it asks for more than
  /// Vma::most (what came before has changed).
  Result<Unit> protect(GuestRange range, Protection protection);
  /// mremap(2). EINVAL (alignment, sizes, overlap), EFAULT (not one region), EAGAIN (a locked one
  /// would pass `locked_left`), ENOMEM (no room here and may not move, limits).
  Result<GuestAddr> remap(const RemapRequest& request);
  /// madvise(MADV_DONTNEED): drops pages; the next touch reads zeros or the object again.
  /// Locked regions keep their pages (EINVAL) unless `of_locked` says so.
  enum class OfLocked : u8 { Refused, Discarded };
  Result<Unit> discard(GuestRange range, OfLocked of_locked = OfLocked::Refused);
  /// madvise(MADV_REMOVE): a hole in the objects behind shared mappings. EINVAL (no object,
  /// locked), EACCES (not shared and writable), EOPNOTSUPP, ENOMEM for holes after the rest was
  /// served.
  Result<Unit> remove(GuestRange range);
  /// mlock(2) and munlock(2) without the pages: marks the regions of a range. ENOMEM at the first
  /// hole, after what is before it.
  Result<Unit> set_locking(GuestRange range, Locking locking);
  /// mlockall(2): what every region gets, and what those to come get (MCL_FUTURE).
  void set_locking_of_all(Locking locking);
  Locking future_locking = Locking::None;
  /// An object got shorter, or a hole: drops those pages, so that the next touch asks it again.
  /// Linux's unmap_mapping_range().
  void drop_object_pages(const ObjectPages& gone);
  /// Applies `change` to every Vma of a range (madvise's DONTFORK and kin); ENOMEM for holes.
  Result<Unit> update_vmas(GuestRange range, const std::function<void(Vma&)>& change);
  /// msync(2): carries shared pages of the range to their objects. ENOMEM for holes.
  Result<Unit> sync(GuestRange range);

  /// The heap begins here (end of the last segment, rarely page aligned).
  void set_brk_start(GuestAddr start);
  /// brk(2): the new break, or the old one when it cannot be had.
  GuestAddr set_brk(GuestAddr wanted);
  GuestAddr brk() const { return brk_; }

  /// Makes the page at `addr` ready for `access`: zero-fills, pages in, copies copy-on-write, grows
  /// the stack. `rights_reduced()` moves on when a translation already handed out became wrong.
  Result<PageEntry, Fault> resolve_fault(GuestAddr addr, Access access);

  /// All bytes or EFAULT (nothing is written on a fault).
  Result<Unit> read(GuestAddr from, std::span<std::byte> to);
  Result<Unit> write(GuestAddr to, std::span<const std::byte> from);
  /// Bytes moved before the first fault; EFAULT only when none.
  Result<u64> read_some(GuestAddr from, std::span<std::byte> to);
  Result<u64> write_some(GuestAddr to, std::span<const std::byte> from);
  /// A NUL-terminated string without its NUL. EFAULT; ENAMETOOLONG when no NUL within `limit`.
  Result<std::string> read_c_string(GuestAddr from, u64 limit);
  /// A plain value: all or EFAULT.
  template <typename T>
  Result<T> read_value(GuestAddr from) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    TRY(read(from, std::as_writable_bytes(std::span(&value, 1))));
    return value;
  }
  template <typename T>
  Result<Unit> write_value(GuestAddr to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return write(to, std::as_bytes(std::span(&value, 1)));
  }
  /// Appends the host bytes behind [from, from + size) up to the first fault, for I/O straight into
  /// guest memory; `access` Write makes the pages writable first and forgets translated code in
  /// them. Returns the bytes appended; EFAULT when none of a non-empty range can be had.
  Result<u64> pin(GuestAddr from, u64 size, Access access, HostSpans& spans);

  const MemoryMap& map() const { return map_; }
  const PageTable& pages() const { return pages_; }
  FramePool& pool() { return pool_; }
  MemoryLimits& limits() { return limits_; }
  /// Counts changes that take rights away from translations handed out (unmap, protect, fork,
  /// copy-on-write breaks): the CPU flushes its TLB when it differs from what it loaded.
  u64 rights_reduced() const { return rights_reduced_; }
  /// Never the same for two address spaces of one pool, even when one takes over another's memory.
  u64 id() const { return id_; }
  /// Resident pages (VmRSS).
  u64 resident_pages() const { return resident_; }
  u64 most_resident_pages() const { return most_resident_; }
  /// Pages made ready so far, as getrusage(2) counts minor faults.
  u64 faults() const { return faults_; }

  /// CHECKs that every present page lies in exactly one Vma and agrees with its protection.
  void check_consistency() const;

 private:
  /// After each change, in builds with the debug checks.
  void changed() const {
#ifndef NDEBUG
    check_consistency();
#endif
  }
  u64 address_space_left() const;
  /// may_expand_vm(): ENOMEM where a region of `vma`'s kind and size would pass a limit.
  Result<Unit> check_expansion(const Vma& vma) const;
  Result<Unit> check_becoming_data(const Vma& vma, GuestRange part, Protection protection) const;
  GuestAddr mmap_base() const;
  Result<GuestAddr> place(const MapRequest& request, u64 size) const;
  Result<Unit> check_remap(const RemapRequest& request, u64 old_size, u64 new_size) const;
  Result<GuestAddr> remap_move(const RemapRequest& request, u64 old_size, u64 new_size);
  void move_pages(GuestRange from, GuestAddr to);
  /// Drops the pages of a range, carrying written shared ones to their objects first.
  void drop_pages(GuestRange range);
  void drop_page(const Vma& vma, GuestAddr addr, PageEntry& entry);
  void write_back(const Vma& vma, GuestAddr addr, PageEntry& entry);

  const Vma* grow_stack(GuestAddr addr);
  Result<PageEntry, Fault> make_present(const Vma& vma, PageEntry& entry, GuestAddr addr,
                                        Access access);
  Result<Unit, Fault> make_writable(PageEntry& entry, GuestAddr addr);

  /// The host bytes of one page's piece [addr, addr + size), or null on a fault.
  std::byte* host_bytes(GuestAddr addr, Access access);
  template <typename Move>
  u64 for_each_piece(GuestAddr addr, u64 size, Access access, Move&& move);

  u64 share_pages_with_copy(ForkMode mode);
  Result<Unit> copy_private_pages();
  void apply_on_fork();
  void report_fork(ForkMode mode, ForkReport& report) const;

  FramePool& pool_;
  u64 id_;
  MemoryMap map_;
  PageTable pages_;
  MemoryLimits limits_;
  GuestAddr brk_start_;
  GuestAddr brk_;
  u64 rights_reduced_ = 0;
  u64 resident_ = 0;
  u64 most_resident_ = 0;
  u64 faults_ = 0;
};

}  // namespace kemu
