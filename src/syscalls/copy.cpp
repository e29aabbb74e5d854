#include <algorithm>

#include "base/abi/inotify.h"
#include "fs/watches.h"
#include "syscalls/handlers.h"
#include "syscalls/socket_access.h"
#include "syscalls/transfer.h"

// Moving bytes between two files: sendfile(2), copy_file_range(2).

namespace kemu {

namespace {

constexpr u64 kChunk = u64{64} << 10;

enum class Writing : u8 { AtOffset, AtPosition };

/// From where to where bytes go. Sources are read by position, so nothing is lost when the sink
/// takes less than was read; offsets move when the call ends.
struct Copy {
  Task& task;
  FileDescription& source;
  u64 source_start = 0;
  FileDescription& sink;
  Writing writing = Writing::AtOffset;
  u64 sink_start = 0;
  u64 count = 0;
};

struct Copied {
  u64 bytes = 0;
  std::optional<Errno> error;
};

Result<u64> write_piece(const Copy& copy, const HostSpans& from, u64 done) {
  if (copy.writing == Writing::AtPosition) return copy.sink.write_at(from, copy.sink_start + done);
  return write_as_sender(copy.task, copy.sink, from);
}

/// Goes on from `done` bytes until everything is copied, the source ends, or something is in the
/// way.
Copied copy_bytes(const Copy& copy, u64 done) {
  std::vector<std::byte> buffer(std::min(kChunk, copy.count - done));
  Copied copied{done, std::nullopt};
  while (copied.bytes < copy.count) {
    const u64 wanted = std::min<u64>(buffer.size(), copy.count - copied.bytes);
    const HostSpans to{HostSpan(buffer.data(), wanted)};
    const auto got = copy.source.read_at(to, copy.source_start + copied.bytes);
    if (!got.ok()) copied.error = got.error();
    if (!got.ok() || *got == 0) break;
    const HostSpans from{HostSpan(buffer.data(), *got)};
    const auto put = write_piece(copy, from, copied.bytes);
    if (!put.ok()) copied.error = put.error();
    if (!put.ok() || *put == 0) break;
    copied.bytes += *put;
  }
  if (copied.bytes > done) {
    tell_watchers(copy.source.location(), abi::kInotifyAccess);
    tell_watchers(copy.sink.location(), abi::kInotifyModify);
  }
  return copied;
}

/// A position the guest keeps (`where` not null) or the file's own.
Result<u64> position_of(Task& task, FileDescription& file, InOutPtr<i64> where) {
  if (where.is_null()) return file.seek(0, Whence::Current);
  const i64 offset = TRY(task.space->read_value<i64>(where.addr));
  if (offset < 0) return Errno::EINVAL;
  return static_cast<u64>(offset);
}

Result<Unit> set_position(Task& task, FileDescription& file, InOutPtr<i64> where, u64 position) {
  if (!where.is_null()) return task.space->write_value(where.addr, static_cast<i64>(position));
  TRY(file.seek(static_cast<i64>(position), Whence::Set));
  return Unit{};
}

/// sendfile(2)'s source: what cannot be read by position is EINVAL, ESPIPE with an offset given.
Result<u64> sendfile_start(Task& task, FileDescription& source, InOutPtr<i64> offset) {
  if (source.inode().type() == FileType::Directory) return Errno::EINVAL;
  if (!source.seek(0, Whence::Current).ok())
    return offset.is_null() ? Errno::EINVAL : Errno::ESPIPE;
  return position_of(task, source, offset);
}

Result<Unit> check_range_files(const FileDescription& source, const FileDescription& sink) {
  for (const FileDescription* file : {&source, &sink}) {
    if (file->inode().type() == FileType::Directory) return Errno::EISDIR;
    if (file->inode().type() != FileType::Regular) return Errno::EINVAL;
  }
  if (!source.readable() || !sink.writable()) return Errno::EBADF;
  if ((sink.flags() & abi::kOpenAppend) != 0) return Errno::EBADF;
  return Unit{};
}

bool same_file(FileDescription& one, FileDescription& other) {
  const auto first = one.status();
  const auto second = other.status();
  return first.ok() && second.ok() && first->device == second->device &&
         first->inode == second->inode;
}

}  // namespace

SyscallResult<u64> sys_sendfile(Task& task, Fd out_fd, Fd in_fd, InOutPtr<i64> offset, u64 count) {
  if (!offset.is_null()) TRY(task.space->read_value<i64>(offset.addr));
  const auto source = TRY(get_file(task, in_fd));
  if (!source->readable()) return Errno::EBADF;
  const u64 start = TRY(sendfile_start(task, *source, offset));
  const auto sink = TRY(get_file(task, out_fd));
  if (!sink->writable()) return Errno::EBADF;
  if ((sink->flags() & abi::kOpenAppend) != 0) return Errno::EINVAL;
  count = std::min({count, abi::kMaxRwCount, task.syscall.most_bytes});
  if (sink->inode().type() == FileType::Regular) {
    const u64 position = TRY(sink->seek(0, Whence::Current));
    count = TRY(room_for_write(task, *sink, position, count));
  }
  const Copied copied =
      copy_bytes({task, *source, start, *sink, Writing::AtOffset, 0, count}, task.syscall.progress);
  task.syscall.progress = copied.bytes;
  const u64 moved = TRY_CALL(end_write(task, *sink, copied.bytes, copied.error));
  TRY(set_position(task, *source, offset, start + moved));
  return moved;
}

SyscallResult<u64> sys_copy_file_range(Task& task, Fd in_fd, InOutPtr<i64> in_offset, Fd out_fd,
                                       InOutPtr<i64> out_offset, u64 count, u32 flags) {
  const auto source = TRY(get_file(task, in_fd));
  const auto sink = TRY(get_file(task, out_fd));
  const auto from = position_of(task, *source, in_offset);
  if (!from.ok() && from.error() != Errno::ESPIPE) return from.error();
  const auto to = position_of(task, *sink, out_offset);
  if (!to.ok() && to.error() != Errno::ESPIPE) return to.error();
  if (flags != 0) return Errno::EINVAL;
  TRY(check_range_files(*source, *sink));
  if (!from.ok() || !to.ok()) return Errno::EINVAL;
  // What the file does not hold is not compared either (generic_copy_file_checks).
  const u64 size = TRY(source->status()).size;
  count =
      std::min({count, abi::kMaxRwCount, size > *from ? size - *from : 0, task.syscall.most_bytes});
  if (count > INT64_MAX - *to) return Errno::EFBIG;
  const bool overlapping = *from < *to + count && *to < *from + count;
  if (overlapping && same_file(*source, *sink)) return Errno::EINVAL;
  count = TRY(room_for_write(task, *sink, *to, count));
  const Copied copied =
      copy_bytes({task, *source, *from, *sink, Writing::AtPosition, *to, count}, 0);
  if (copied.bytes == 0 && copied.error) return *copied.error;
  TRY(set_position(task, *source, in_offset, *from + copied.bytes));
  TRY(set_position(task, *sink, out_offset, *to + copied.bytes));
  return copied.bytes;
}

}  // namespace kemu
