#include "syscalls/handlers.h"
#include "syscalls/transfer.h"

// Moving bytes between files and guest memory, and telling where and whether they are on disk.

namespace kemu {

namespace {

enum class Direction : u8 { Read, Write };

/// EBADF when the file is not open for that.
Result<std::shared_ptr<FileDescription>> get_file_for(Task& task, Fd fd, Direction direction) {
  auto file = TRY(get_file(task, fd));
  const bool open_for_it = direction == Direction::Read ? file->readable() : file->writable();
  if (!open_for_it) return Errno::EBADF;
  return file;
}

/// pread and kin: a negative offset is EINVAL before all else, ESPIPE before the access mode.
Result<std::shared_ptr<FileDescription>> get_seekable_file_for(Task& task, Fd fd, i64 offset,
                                                               Direction direction) {
  if (offset < 0) return Errno::EINVAL;
  const auto file = TRY(get_file(task, fd));
  TRY(file->seek(0, Whence::Current));
  return get_file_for(task, fd, direction);
}

Result<Unit> do_sync(Task& task, Fd fd, bool data_only) {
  return TRY(get_file(task, fd))->sync(data_only);
}

constexpr i32 kLastFileAdvice = 5;  // POSIX_FADV_NOREUSE

}  // namespace

SyscallResult<u64> sys_read(Task& task, Fd fd, OutBytes buf, u64 count) {
  const auto file = TRY(get_file_for(task, fd, Direction::Read));
  return do_read(task, *file, TRY(GuestBuffer::from_range(buf.addr, count)), std::nullopt);
}

SyscallResult<u64> sys_write(Task& task, Fd fd, InBytes buf, u64 count) {
  const auto file = TRY(get_file_for(task, fd, Direction::Write));
  return do_write(task, *file, TRY(GuestBuffer::from_range(buf.addr, count)), std::nullopt);
}

SyscallResult<u64> sys_readv(Task& task, Fd fd, OutIovecs iov, i32 count) {
  const auto file = TRY(get_file_for(task, fd, Direction::Read));
  auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  return do_read(task, *file, std::move(buffer), std::nullopt);
}

SyscallResult<u64> sys_writev(Task& task, Fd fd, InIovecs iov, i32 count) {
  const auto file = TRY(get_file_for(task, fd, Direction::Write));
  auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  return do_write(task, *file, std::move(buffer), std::nullopt);
}

SyscallResult<u64> sys_pread64(Task& task, Fd fd, OutBytes buf, u64 count, i64 offset) {
  const auto file = TRY(get_seekable_file_for(task, fd, offset, Direction::Read));
  auto buffer = TRY(GuestBuffer::from_range(buf.addr, count));
  return do_read(task, *file, std::move(buffer), static_cast<u64>(offset));
}

SyscallResult<u64> sys_pwrite64(Task& task, Fd fd, InBytes buf, u64 count, i64 offset) {
  const auto file = TRY(get_seekable_file_for(task, fd, offset, Direction::Write));
  auto buffer = TRY(GuestBuffer::from_range(buf.addr, count));
  return do_write(task, *file, std::move(buffer), static_cast<u64>(offset));
}

SyscallResult<u64> sys_preadv(Task& task, Fd fd, OutIovecs iov, i32 count, i64 offset) {
  const auto file = TRY(get_seekable_file_for(task, fd, offset, Direction::Read));
  auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  return do_read(task, *file, std::move(buffer), static_cast<u64>(offset));
}

SyscallResult<u64> sys_pwritev(Task& task, Fd fd, InIovecs iov, i32 count, i64 offset) {
  const auto file = TRY(get_seekable_file_for(task, fd, offset, Direction::Write));
  auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, count));
  return do_write(task, *file, std::move(buffer), static_cast<u64>(offset));
}

SyscallResult<i64> sys_lseek(Task& task, Fd fd, i64 offset, SeekWhence whence) {
  const auto file = TRY(get_file(task, fd));
  if (whence.bits > static_cast<u32>(Whence::Hole)) return Errno::EINVAL;
  return static_cast<i64>(TRY(file->seek(offset, static_cast<Whence>(whence.bits))));
}

/// kemu keeps nothing back: what a guest wrote is the host's since then, and the host writes it out
/// when it likes. A machine has no business with the host's other files.
SyscallResult<Unit> sys_sync(Task&) { return Unit{}; }

SyscallResult<Unit> sys_syncfs(Task& task, Fd fd) {
  TRY(get_file(task, fd));
  return Unit{};
}

SyscallResult<Unit> sys_fsync(Task& task, Fd fd) { return do_sync(task, fd, false); }

SyscallResult<Unit> sys_fdatasync(Task& task, Fd fd) { return do_sync(task, fd, true); }

SyscallResult<Unit> sys_readahead(Task& task, Fd fd, i64, u64) {
  const auto file = TRY(get_file_for(task, fd, Direction::Read));
  if (file->inode().type() != FileType::Regular) return Errno::EINVAL;
  return Unit{};
}

SyscallResult<Unit> sys_fadvise64(Task& task, Fd fd, i64, i64 size, i32 advice) {
  const auto file = TRY(get_file(task, fd));
  if (file->inode().type() == FileType::Fifo) return Errno::ESPIPE;
  if (size < 0 || advice < 0 || advice > kLastFileAdvice) return Errno::EINVAL;
  return Unit{};
}

}  // namespace kemu
