#include "syscalls/leases.h"

#include "base/abi/capability.h"
#include "base/abi/fcntl_commands.h"
#include "syscalls/signal_io.h"

// Leases on files: fcntl_setlease and __break_lease of fs/locks.c.

namespace kemu {

namespace {

/// EACCES, EINVAL.
Result<Unit> check_holder(Task& task, FileDescription& file) {
  const Credentials& own = task.credentials;
  const bool owner = own.fsuid == TRY(file.status()).uid;
  if (!owner && !own.capable(abi::kCapLease)) return Errno::EACCES;
  if (file.inode().type() != FileType::Regular) return Errno::EINVAL;
  return Unit{};
}

}  // namespace

SyscallResult<u64> do_lease(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd,
                            u32 command, u64 argument) {
  Leases& leases = *task.kernel().leases();
  const Nanoseconds now = task.kernel().monotonic();
  if (command == abi::kFcntlGetLease) return static_cast<u64>(leases.type_of(*file, now));
  if (static_cast<u32>(argument) > static_cast<u32>(LeaseType::None)) return Errno::EINVAL;
  const auto type = static_cast<LeaseType>(argument);
  TRY(check_holder(task, *file));
  if (type == LeaseType::None) {
    TRY(leases.give_up(*file, now));
    forget_lease(*file);
    return u64{0};
  }
  TRY(leases.set(file, type, now, tell_lease_holder));
  keep_lease(task, file, fd);
  return u64{0};
}

SyscallResult<Unit> wait_for_leases(Task& task, const Inode& file, u32 flags) {
  Leases& leases = *task.kernel().leases();
  if (leases.empty()) return Unit{};
  const bool reads = (flags & abi::kOpenAccessMode) == abi::kOpenReadOnly;
  const auto until =
      leases.break_for(file, reads ? LeaseType::Read : LeaseType::Write, task.kernel().monotonic());
  if (!until) return Unit{};
  if ((flags & abi::kOpenNonBlock) != 0) return Errno::EAGAIN;
  task.wait_on(leases.changed());
  return Blocked{Restart::IfSaRestart, *until};
}

SyscallResult<Unit> wait_for_leases(Task& task, PathWalker& walker, const PathArgument& path,
                                    u32 flags) {
  const bool must_be_new = (flags & abi::kOpenCreate) != 0 && (flags & abi::kOpenExclusive) != 0;
  if (task.kernel().leases()->empty() || must_be_new || (flags & abi::kOpenPath) != 0)
    return Unit{};
  const bool keep = (flags & abi::kOpenNoFollow) != 0;
  const auto place = walker.find(path.base, path.text, keep ? FinalLink::Keep : FinalLink::Follow);
  // What cannot be opened is for the opening to tell.
  if (!place.ok() || (*place)->inode->type() != FileType::Regular) return Unit{};
  const u32 mode = flags & abi::kOpenAccessMode;
  const u32 wanted = (mode != abi::kOpenWriteOnly ? abi::kAccessRead : 0) |
                     (mode != abi::kOpenReadOnly ? abi::kAccessWrite : 0);
  if (!(*place)->inode->check_access(wanted).ok()) return Unit{};
  return wait_for_leases(task, *(*place)->inode, flags);
}

}  // namespace kemu
