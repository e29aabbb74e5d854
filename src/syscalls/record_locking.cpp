#include "syscalls/record_locking.h"

#include "base/abi/fcntl_commands.h"
#include "fs/machine_copy.h"

// Record locks: fs/locks.c's fcntl_getlk, fcntl_setlk and flock_to_posix_lock.

namespace kemu {

namespace {

constexpr i64 kLastByte = INT64_MAX;
constexpr i32 kDescriptionPid = -1;  // what F_GETLK tells of an open file description's lock

bool by_description(u32 command) { return command >= abi::kFcntlGetDescriptionLock; }

bool waits(u32 command) {
  return command == abi::kFcntlSetLockWait || command == abi::kFcntlSetDescriptionLockWait;
}

bool only_asks(u32 command) {
  return command == abi::kFcntlGetLock || command == abi::kFcntlGetDescriptionLock;
}

LockOwner owner_of(Task& task, const FileDescription& file, u32 command) {
  if (by_description(command)) return {kDescriptionPid, &file};
  return {task.process().pid(), nullptr};
}

Result<FileId> file_id(FileDescription& file) {
  const FileStatus status = TRY(file.status());
  return FileId{status.device, status.inode};
}

Result<i64> lock_base(FileDescription& file, i16 whence) {
  switch (whence) {
    case 0: return i64{0};
    case 1: return static_cast<i64>(TRY(file.seek(0, Whence::Current)));
    case 2: return static_cast<i64>(TRY(file.status()).size);
    default: return Errno::EINVAL;
  }
}

/// EINVAL for a range that begins before the file, EOVERFLOW for one beyond any file.
Result<LockRange> lock_range(FileDescription& file, const abi::RecordLock& lock) {
  const i64 base = TRY(lock_base(file, lock.whence));
  if (lock.start > kLastByte - base) return Errno::EOVERFLOW;
  const i64 start = base + lock.start;
  if (start < 0) return Errno::EINVAL;
  if (lock.length == 0) return LockRange{static_cast<u64>(start), kLockToEnd};
  if (lock.length < 0) {
    if (start + lock.length < 0) return Errno::EINVAL;
    return LockRange{static_cast<u64>(start + lock.length), static_cast<u64>(start)};
  }
  if (lock.length - 1 > kLastByte - start) return Errno::EOVERFLOW;
  const i64 last = start + (lock.length - 1);
  return LockRange{static_cast<u64>(start),
                   last == kLastByte ? kLockToEnd : static_cast<u64>(last) + 1};
}

/// What Linux writes back: where the lock in the way is, or F_UNLCK and the rest as it was.
void report_conflict(const std::optional<RecordLock>& held, abi::RecordLock& lock) {
  if (!held) {
    lock.type = abi::kLockNone;
    return;
  }
  const bool to_end = held->range.end == kLockToEnd;
  lock.type = held->kind == LockKind::Read ? abi::kLockRead : abi::kLockWrite;
  lock.whence = 0;
  lock.start = static_cast<i64>(held->range.start);
  lock.length = to_end ? 0 : static_cast<i64>(held->range.end - held->range.start);
  lock.pid = held->owner.pid;
}

/// EBADF for a lock of a kind the file is not open for.
Result<Unit> check_access_mode(const FileDescription& file, i16 type) {
  if (type == abi::kLockRead && !file.readable()) return Errno::EBADF;
  if (type == abi::kLockWrite && !file.writable()) return Errno::EBADF;
  return Unit{};
}

/// The locks of an open file description go when its last descriptor is closed.
class DescriptionLocks : public FileCompanion {
 public:
  DescriptionLocks(std::shared_ptr<RecordLocks> locks, const FileDescription& file)
      : locks_(std::move(locks)), owner_{kDescriptionPid, &file} {}
  ~DescriptionLocks() override { locks_->release_owner(owner_); }

  std::shared_ptr<FileCompanion> copy_for(
      MachineCopy& copy, const std::shared_ptr<FileDescription>& made) const override {
    auto locks = copy.of(locks_);
    auto companion = std::make_shared<DescriptionLocks>(locks, *made);
    locks->rename(owner_, companion->owner_);
    return companion;
  }

 private:
  std::shared_ptr<RecordLocks> locks_;
  LockOwner owner_;
};

SyscallResult<u64> set_lock(Task& task, const FileId& id, const RecordLock& wanted, bool wait) {
  RecordLocks& locks = *task.kernel().record_locks();
  const auto set = locks.set(id, wanted);
  if (set.ok()) return u64{0};
  if (set.error() != Errno::EAGAIN || !wait) return set.error();
  TRY(locks.wait(id, wanted, task));
  if (task.syscall.interrupted) locks.end_wait(wanted.owner);
  return Blocked{};
}

}  // namespace

SyscallResult<u64> do_record_lock(Task& task, FileDescription& file, u32 command,
                                  GuestAddr address) {
  auto lock = TRY(task.space->read_value<abi::RecordLock>(address));
  if (by_description(command) && lock.pid != 0) return Errno::EINVAL;
  const bool known = lock.type == abi::kLockRead || lock.type == abi::kLockWrite ||
                     (lock.type == abi::kLockNone && !only_asks(command));
  if (!known) return Errno::EINVAL;
  RecordLocks& locks = *task.kernel().record_locks();
  RecordLock wanted;
  wanted.owner = owner_of(task, file, command);
  wanted.kind = lock.type == abi::kLockRead ? LockKind::Read : LockKind::Write;
  wanted.range = TRY(lock_range(file, lock));
  const FileId id = TRY(file_id(file));
  if (only_asks(command)) {
    report_conflict(locks.conflict(id, wanted), lock);
    TRY(task.space->write_value(address, lock));
    return u64{0};
  }
  TRY(check_access_mode(file, lock.type));
  if (lock.type == abi::kLockNone) {
    locks.release(id, wanted.owner, wanted.range);
    return u64{0};
  }
  if (by_description(command) && !file.has_companion())
    file.keep_companion(std::make_shared<DescriptionLocks>(task.kernel().record_locks(), file));
  return set_lock(task, id, wanted, waits(command));
}

void release_record_locks(Task& task, FileDescription& file) {
  RecordLocks& locks = *task.kernel().record_locks();
  if (locks.empty()) return;
  const auto id = file_id(file);
  if (id.ok()) locks.release_owner(*id, LockOwner{task.process().pid()});
}

}  // namespace kemu
