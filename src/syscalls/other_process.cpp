#include <algorithm>

#include "base/abi/kcmp.h"
#include "base/abi/mman.h"
#include "syscalls/handlers.h"
#include "syscalls/memory_pages.h"
#include "syscalls/pidfd.h"
#include "syscalls/refuse.h"

// Looking into other processes: kcmp(2), process_vm_readv(2) and kin.

namespace kemu {

namespace {

/// The task a pid names, which the caller may look into. ESRCH, EPERM.
Result<Task*> inspected_task(Task& task, i32 pid) {
  Task* target = task.kernel().find_task(pid);
  if (!target || !target->is_alive()) return Errno::ESRCH;
  TRY(check_inspection(task, target->process()));
  return target;
}

/// KCMP_…'s answer: an order of objects that says nothing of where they are.
i32 order(const void* one, const void* other) {
  if (one == other) return 0;
  return std::less<>()(one, other) ? 1 : 2;
}

}  // namespace

SyscallResult<i32> sys_kcmp(Task& task, i32 pid1, i32 pid2, KcmpType type, u64 index1, u64 index2) {
  Task* one = task.kernel().find_task(pid1);
  Task* other = task.kernel().find_task(pid2);
  if (!one || !other) return Errno::ESRCH;
  TRY(check_inspection(task, one->process()));
  TRY(check_inspection(task, other->process()));
  switch (type.bits) {
    case abi::kKcmpFile: {
      if (!one->files || !other->files) return Errno::EBADF;
      const auto first = TRY(one->files->get(static_cast<i32>(index1)));
      const auto second = TRY(other->files->get(static_cast<i32>(index2)));
      return order(first.get(), second.get());
    }
    case abi::kKcmpVm: return order(one->space.get(), other->space.get());
    case abi::kKcmpFiles: return order(one->files.get(), other->files.get());
    case abi::kKcmpFs: return order(one->fs.get(), other->fs.get());
    case abi::kKcmpSighand: return order(one->actions.get(), other->actions.get());
    // Nobody has an I/O context or System V undo list: all have the same, none.
    case abi::kKcmpIo:
    case abi::kKcmpSysVSem: return 0;
    default: return Errno::EINVAL;
  }
}

namespace {

enum class Direction : u8 { FromOther, ToOther };

/// import_iovec()'s checks. EINVAL for too many or a length below zero, EFAULT.
Result<std::vector<abi::Iovec>> copy_iovecs(Task& task, GuestAddr from, u64 count) {
  constexpr u64 kMost = 1024;  // UIO_MAXIOV
  if (count > kMost) return Errno::EINVAL;
  std::vector<abi::Iovec> pieces(count);
  if (count > 0) TRY(task.space->read(from, std::as_writable_bytes(std::span(pieces))));
  u64 total = 0;
  for (abi::Iovec& piece : pieces) {
    if (static_cast<i64>(piece.size) < 0) return Errno::EINVAL;
    piece.size = std::min(piece.size, abi::kMaxRwCount - total);
    total += piece.size;
  }
  return pieces;
}

/// A place in a list of pieces.
class Cursor {
 public:
  explicit Cursor(const std::vector<abi::Iovec>& pieces) : pieces_(pieces) { skip_empty(); }
  bool at_end() const { return index_ == pieces_.size(); }
  GuestAddr addr() const { return GuestAddr(pieces_[index_].base + done_); }
  u64 left() const { return pieces_[index_].size - done_; }
  void advance(u64 size) {
    done_ += size;
    skip_empty();
  }

 private:
  void skip_empty() {
    while (!at_end() && left() == 0) ++index_, done_ = 0;
  }
  const std::vector<abi::Iovec>& pieces_;
  std::size_t index_ = 0;
  u64 done_ = 0;
};

/// process_vm_rw(): what was moved before a page that is not there counts; EFAULT only when
/// nothing was.
SyscallResult<u64> move_memory(Task& task, i32 pid, Direction direction, InIovecs local,
                               u64 local_count, InIovecs remote, u64 remote_count, u64 flags) {
  if (flags != 0) return Errno::EINVAL;
  const auto own = TRY(copy_iovecs(task, local.addr, local_count));
  Cursor here(own);
  if (here.at_end()) return u64{0};
  const auto others = TRY(copy_iovecs(task, remote.addr, remote_count));
  Cursor there(others);
  if (there.at_end()) return u64{0};
  Task* target = TRY(inspected_task(task, pid));
  AddressSpace& from = direction == Direction::FromOther ? *target->space : *task.space;
  AddressSpace& to = direction == Direction::FromOther ? *task.space : *target->space;
  std::array<std::byte, kPageSize> bytes;
  u64 moved = 0;
  while (!here.at_end() && !there.at_end()) {
    const u64 size = std::min({here.left(), there.left(), bytes.size()});
    const GuestAddr source = direction == Direction::FromOther ? there.addr() : here.addr();
    const GuestAddr target_addr = direction == Direction::FromOther ? here.addr() : there.addr();
    const auto got = from.read_some(source, std::span(bytes).first(size));
    const auto put = got.ok() ? to.write_some(target_addr, std::span(bytes).first(*got)) : got;
    if (!put.ok() && moved == 0) return put.error();
    if (!put.ok()) break;
    moved += *put;
    if (*put < size) break;
    here.advance(size);
    there.advance(size);
  }
  return moved;
}

}  // namespace

SyscallResult<u64> sys_process_vm_readv(Task& task, i32 pid, InIovecs local, u64 local_count,
                                        InIovecs remote, u64 remote_count, u64 flags) {
  return move_memory(task, pid, Direction::FromOther, local, local_count, remote, remote_count,
                     flags);
}

SyscallResult<u64> sys_process_vm_writev(Task& task, i32 pid, InIovecs local, u64 local_count,
                                         InIovecs remote, u64 remote_count, u64 flags) {
  return move_memory(task, pid, Direction::ToOther, local, local_count, remote, remote_count,
                     flags);
}

namespace {

/// The live task behind a pidfd. EBADF; ESRCH for one that ended.
Result<Task*> task_of_pidfd(Task& task, Fd pidfd) {
  const auto file = TRY(get_pidfd(task, pidfd));
  Process* process = process_of(task.kernel(), *file);
  if (!process) return Errno::ESRCH;
  return process->living();
}

/// process_madvise_behavior_valid(), but for MADV_COLLAPSE: there are no huge pages.
bool is_advice_about_others(u32 advice) {
  return advice == abi::kMadviseCold || advice == abi::kMadvisePageOut ||
         advice == abi::kMadviseWillNeed;
}

}  // namespace

// Ranges in turn: bytes advised on before one that fails count more than the error.
SyscallResult<u64> sys_process_madvise(Task& task, Fd pidfd, InIovecs ranges, u64 count,
                                       MadviseAdvice advice, u32 flags) {
  if (flags != 0) return Errno::EINVAL;
  const auto pieces = TRY(copy_iovecs(task, ranges.addr, count));
  Task* target = TRY(task_of_pidfd(task, pidfd));
  if (!is_advice_about_others(advice.bits)) return Errno::EINVAL;
  TRY(check_inspection(task, target->process()));
  if (target->space != task.space && !task.credentials.capable(abi::kCapSysNice))
    return Errno::EPERM;
  u64 done = 0;
  for (const abi::Iovec& piece : pieces) {
    const auto advised = do_madvise(*target->space, GuestAddr(piece.base), piece.size, advice.bits);
    if (!advised.ok() && done == 0) return advised.error();
    if (!advised.ok()) break;
    done += piece.size;
  }
  return done;
}

// The memory of a process that SIGKILL is about to end goes now (__oom_reap_task_mm()).
SyscallResult<Unit> sys_process_mrelease(Task& task, Fd pidfd, u32 flags) {
  if (flags != 0) return Errno::EINVAL;
  Task* target = TRY(task_of_pidfd(task, pidfd));
  const SigSet coming = target->pending.set() | target->process().pending.set();
  AddressSpace& space = *target->space;
  if (!coming.has(Signal(abi::kSigKill)) || target->space.use_count() > 1) return Errno::EINVAL;
  std::vector<GuestRange> reaped;
  for (const auto& [start, vma] : space.map().vmas())
    if (vma.sharing == Sharing::Private) reaped.push_back(vma.range);
  for (const GuestRange& range : reaped)
    TRY(space.discard(range, AddressSpace::OfLocked::Discarded));
  return Unit{};
}

// There is nothing here that a debugger of guests could work with: it hears of that when it
// attaches, and nobody is ever its tracee.
SyscallResult<i64> sys_ptrace(Task& task, u64 request, i32 pid, u64, u64) {
  constexpr u64 kTraceMe = 0, kAttach = 16, kSeize = 0x4206;
  if (request == kTraceMe) return refuse(task, "ptrace", Errno::EPERM);
  const Task* target = task.kernel().find_task(pid);
  if (!target || (request != kAttach && request != kSeize)) return Errno::ESRCH;
  if (target == &task) return Errno::EPERM;
  return refuse(task, "ptrace", Errno::EPERM);
}

}  // namespace kemu
