#include "base/abi/io.h"
#include "syscalls/handlers.h"
#include "syscalls/transfer.h"

// preadv2(2), pwritev2(2), and sync_file_range(2).

namespace kemu {

namespace {

constexpr i64 kAtOwnOffset = -1;
constexpr u32 kSyncRangeKnown = 7;

/// EOPNOTSUPP for a flag unknown; then as preadv(2), where -1 stands for the file's own offset.
Result<std::shared_ptr<FileDescription>> get_file_at(Task& task, Fd fd, i64 offset) {
  if (offset < kAtOwnOffset) return Errno::EINVAL;
  auto file = TRY(get_file(task, fd));
  if (offset != kAtOwnOffset) TRY(file->seek(0, Whence::Current));
  return file;
}

std::optional<u64> position(i64 offset) {
  if (offset == kAtOwnOffset) return std::nullopt;
  return static_cast<u64>(offset);
}

/// RWF_NOWAIT: what would wait says so.
SyscallResult<u64> without_waiting(Task& task, RwFlags flags, const SyscallResult<u64>& result) {
  if (!result.is_blocked() || !flags.has(abi::kRwfNoWait)) return result;
  task.leave_all();
  if (task.syscall.progress > 0) return task.syscall.progress;
  return Errno::EAGAIN;
}

/// RWF_APPEND: at the end, whatever the offset; the file's own follows only when it was asked for.
SyscallResult<u64> append(Task& task, FileDescription& file, const GuestBuffer& buffer,
                          i64 offset) {
  const u64 end = TRY(file.status()).size;
  const u64 written = TRY_CALL(do_write(task, file, buffer, end));
  if (offset == kAtOwnOffset) TRY(file.seek(static_cast<i64>(end + written), Whence::Set));
  return written;
}

}  // namespace

SyscallResult<u64> sys_preadv2(Task& task, Fd fd, OutIovecs iov, i32 count, i64 offset, u64,
                               RwFlags flags) {
  const auto file = TRY(get_file_at(task, fd, offset));
  if (!file->readable()) return Errno::EBADF;
  const auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  if (flags.any_but(abi::kRwfKnown) || flags.has(abi::kRwfAppend)) return Errno::EOPNOTSUPP;
  return without_waiting(task, flags, do_read(task, *file, buffer, position(offset)));
}

SyscallResult<u64> sys_pwritev2(Task& task, Fd fd, InIovecs iov, i32 count, i64 offset, u64,
                                RwFlags flags) {
  const auto file = TRY(get_file_at(task, fd, offset));
  if (!file->writable()) return Errno::EBADF;
  const auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  if (flags.any_but(abi::kRwfKnown)) return Errno::EOPNOTSUPP;
  const bool regular = file->inode().type() == FileType::Regular;
  const auto written = flags.has(abi::kRwfAppend) && regular
                           ? append(task, *file, buffer, offset)
                           : do_write(task, *file, buffer, position(offset));
  const bool synced = flags.has(abi::kRwfDataSync) || flags.has(abi::kRwfSync);
  if (synced && written.ok() && regular) TRY(file->sync(!flags.has(abi::kRwfSync)));
  return without_waiting(task, flags, written);
}

SyscallResult<Unit> sys_sync_file_range(Task& task, Fd fd, i64 offset, i64 size,
                                        SyncRangeFlags flags) {
  const auto file = TRY(get_file(task, fd));
  if (flags.any_but(kSyncRangeKnown)) return Errno::EINVAL;
  if (offset < 0 || size < 0 || offset > INT64_MAX - size) return Errno::EINVAL;
  switch (file->inode().type()) {
    case FileType::Regular: break;
    case FileType::Directory:
    case FileType::BlockDevice: return Unit{};
    default: return Errno::ESPIPE;
  }
  if (flags.bits == 0) return Unit{};
  return file->sync(true);
}

}  // namespace kemu
