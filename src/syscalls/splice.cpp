#include <algorithm>

#include "base/abi/inotify.h"
#include "base/abi/io.h"
#include "fs/pipe_end.h"
#include "fs/watches.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"
#include "syscalls/socket_access.h"
#include "syscalls/transfer.h"

// splice(2), tee(2), vmsplice(2). Pages are copied, not handed on: what a program changes after a
// vmsplice is not seen by the reader, as if SPLICE_F_GIFT's promise were kept.

namespace kemu {

namespace {

constexpr u64 kSlot = PipeBuffer::kSlotSize;

/// Either something moved, or why not.
using Moved = Result<u64>;

bool is_regular(const FileDescription& file) { return file.inode().type() == FileType::Regular; }

/// A call that found nothing to do ends, or waits on both sides.
SyscallResult<u64> end(Task& task, const Moved& moved, bool non_blocking,
                       const std::shared_ptr<FileDescription>& in,
                       const std::shared_ptr<FileDescription>& out) {
  if (moved.ok()) return *moved;
  if (moved.error() == Errno::EPIPE) send_to_self(task, abi::kSigPipe);
  if (moved.error() != Errno::EAGAIN || non_blocking) return moved.error();
  if (in) in->wait_on(kPollIn, task);
  if (out) out->wait_on(kPollOut, task);
  return Blocked{};
}

/// 0 at the end of the pipe; EAGAIN while it is empty.
Moved check_source(PipeEnd& from) {
  if (!from.buffer().empty()) return from.buffer().bytes();
  if (from.has_writers()) return Errno::EAGAIN;
  return u64{0};
}

Result<Unit> check_sink(PipeEnd& to) {
  if (!to.has_readers()) return Errno::EPIPE;
  if (to.buffer().full()) return Errno::EAGAIN;
  return Unit{};
}

Moved pipe_to_pipe(PipeEnd& from, PipeEnd& to, u64 count, bool keep) {
  if (!to.has_readers()) return Errno::EPIPE;
  if (TRY(check_source(from)) == 0) return u64{0};
  TRY(check_sink(to));
  const u64 moved =
      keep ? from.buffer().copy_to(to.buffer(), count) : from.buffer().move_to(to.buffer(), count);
  to.filled();
  if (!keep) from.drained();
  return moved;
}

/// A position the guest keeps or the file's own; nothing for a file without positions.
Result<std::optional<u64>> take_position(Task& task, FileDescription& file, InOutPtr<i64> where) {
  if (!where.is_null()) {
    const i64 given = TRY(task.space->read_value<i64>(where.addr));
    if (!file.seek(0, Whence::Current).ok()) return Errno::EINVAL;
    if (given < 0) return Errno::EINVAL;
    return std::optional(static_cast<u64>(given));
  }
  if (!is_regular(file)) return std::optional<u64>();
  return std::optional(TRY(file.seek(0, Whence::Current)));
}

Result<Unit> put_position(Task& task, FileDescription& file, InOutPtr<i64> where, u64 position) {
  if (!where.is_null()) return task.space->write_value(where.addr, static_cast<i64>(position));
  TRY(file.seek(static_cast<i64>(position), Whence::Set));
  return Unit{};
}

Moved pipe_to_file(Task& task, PipeEnd& from, FileDescription& sink, std::optional<u64> position,
                   u64 count) {
  const u64 there = TRY(check_source(from));
  if (there == 0) return u64{0};
  count = std::min(count, there);
  if (position) count = TRY(room_for_write(task, sink, *position, count));
  const HostSpans bytes = from.buffer().front(count);
  const u64 moved =
      TRY(position ? sink.write_at(bytes, *position) : write_as_sender(task, sink, bytes));
  from.buffer().drop(moved);
  from.drained();
  if (moved > 0) tell_watchers(sink.location(), abi::kInotifyModify);
  return moved;
}

/// As many whole slots as are free; the first of a file's ends where its page ends.
Moved file_to_pipe(FileDescription& source, std::optional<u64> position, PipeEnd& to, u64 count) {
  TRY(check_sink(to));
  const u64 first = kSlot - (position.value_or(0) & (kSlot - 1));
  count = std::min(count, first + (to.buffer().free_slots() - 1) * kSlot);
  std::vector<std::byte> bytes(count);
  const HostSpans whole{HostSpan(bytes)};
  const u64 got = TRY(position ? source.read_at(whole, *position) : source.read(whole));
  std::span<const std::byte> left(bytes.data(), got);
  for (u64 most = first; !left.empty(); most = kSlot) {
    const auto piece = left.first(std::min<u64>(left.size(), most));
    to.buffer().append(piece);
    left = left.subspan(piece.size());
  }
  if (got > 0) to.filled();
  if (got > 0) tell_watchers(source.location(), abi::kInotifyAccess);
  return got;
}

struct Ends {
  std::shared_ptr<FileDescription> in;
  std::shared_ptr<FileDescription> out;
  bool non_blocking = false;
};

/// EBADF for descriptors that are not open for it.
Result<Ends> get_ends(Task& task, Fd in, Fd out, SpliceFlags flags) {
  Ends ends;
  ends.in = TRY(get_file(task, in));
  ends.out = TRY(get_file(task, out));
  ends.non_blocking = flags.has(abi::kSpliceNonBlock);
  return ends;
}

Result<Unit> check_access(const Ends& ends) {
  if (!ends.in->readable() || !ends.out->writable()) return Errno::EBADF;
  return Unit{};
}

SyscallResult<u64> splice_out(Task& task, const Ends& ends, InOutPtr<i64> offset, u64 count) {
  const auto position = TRY(take_position(task, *ends.out, offset));
  if ((ends.out->flags() & abi::kOpenAppend) != 0) return Errno::EINVAL;
  if (ends.out->inode().type() == FileType::Directory) return Errno::EINVAL;
  const Moved moved = pipe_to_file(task, *ends.in->pipe_end(), *ends.out, position, count);
  if (moved.ok() && position) TRY(put_position(task, *ends.out, offset, *position + *moved));
  const bool sink_waits = !ends.in->pipe_end()->buffer().empty();
  const bool non_blocking =
      sink_waits ? ends.out->non_blocking() : ends.non_blocking || ends.in->non_blocking();
  return end(task, moved, non_blocking, sink_waits ? nullptr : ends.in,
             sink_waits ? ends.out : nullptr);
}

SyscallResult<u64> splice_in(Task& task, const Ends& ends, InOutPtr<i64> offset, u64 count) {
  const auto position = TRY(take_position(task, *ends.in, offset));
  if (ends.in->inode().type() == FileType::Directory) return Errno::EINVAL;
  const Moved moved = file_to_pipe(*ends.in, position, *ends.out->pipe_end(), count);
  if (moved.ok() && position) TRY(put_position(task, *ends.in, offset, *position + *moved));
  const bool pipe_waits = ends.out->pipe_end()->buffer().full();
  const bool non_blocking =
      pipe_waits ? ends.non_blocking || ends.out->non_blocking() : ends.in->non_blocking();
  return end(task, moved, non_blocking, pipe_waits ? nullptr : ends.in,
             pipe_waits ? ends.out : nullptr);
}

/// User memory into a pipe: a slot a page, as Linux takes the pages themselves.
Moved memory_to_pipe(AddressSpace& space, const GuestBuffer& buffer, PipeEnd& to) {
  TRY(check_sink(to));
  HostSpans spans;
  TRY(buffer.pin(space, 0, std::min(buffer.size(), to.buffer().free_slots() * kSlot), Access::Read,
                 spans));
  u64 moved = 0;
  for (HostSpan span : spans) {
    while (!span.empty() && !to.buffer().full()) {
      const u64 in_page = reinterpret_cast<std::uintptr_t>(span.data()) & (kSlot - 1);
      const auto piece = span.first(std::min<u64>(span.size(), kSlot - in_page));
      to.buffer().append(piece);
      moved += piece.size();
      span = span.subspan(piece.size());
    }
  }
  to.filled();
  return moved;
}

}  // namespace

SyscallResult<u64> sys_splice(Task& task, Fd in, InOutPtr<i64> in_offset, Fd out,
                              InOutPtr<i64> out_offset, u64 count, SpliceFlags flags) {
  if (count == 0) return u64{0};
  if (flags.any_but(abi::kSpliceKnown)) return Errno::EINVAL;
  const Ends ends = TRY(get_ends(task, in, out, flags));
  PipeEnd* from = ends.in->pipe_end();
  PipeEnd* to = ends.out->pipe_end();
  if ((from && !in_offset.is_null()) || (to && !out_offset.is_null())) return Errno::ESPIPE;
  for (const InOutPtr<i64>& offset : {in_offset, out_offset})
    if (!offset.is_null()) TRY(task.space->read_value<i64>(offset.addr));
  TRY(check_access(ends));
  count = std::min({count, abi::kMaxRwCount, task.syscall.most_bytes});
  if (from && to) {
    if (&from->buffer() == &to->buffer()) return Errno::EINVAL;
    const bool non_blocking =
        ends.non_blocking || ends.in->non_blocking() || ends.out->non_blocking();
    return end(task, pipe_to_pipe(*from, *to, count, false), non_blocking, ends.in, ends.out);
  }
  if (from) return splice_out(task, ends, out_offset, count);
  if (to) return splice_in(task, ends, in_offset, count);
  const bool of_host =
      ends.in->inode().type() == FileType::Fifo || ends.out->inode().type() == FileType::Fifo;
  return of_host ? refuse(task, "splice with a pipe of the host", Errno::EINVAL) : Errno::EINVAL;
}

SyscallResult<u64> sys_tee(Task& task, Fd in, Fd out, u64 count, SpliceFlags flags) {
  if (flags.any_but(abi::kSpliceKnown)) return Errno::EINVAL;
  if (count == 0) return u64{0};
  const Ends ends = TRY(get_ends(task, in, out, flags));
  TRY(check_access(ends));
  PipeEnd* from = ends.in->pipe_end();
  PipeEnd* to = ends.out->pipe_end();
  if (!from || !to || &from->buffer() == &to->buffer()) return Errno::EINVAL;
  const bool non_blocking =
      ends.non_blocking || ends.in->non_blocking() || ends.out->non_blocking();
  return end(task, pipe_to_pipe(*from, *to, count, true), non_blocking, ends.in, ends.out);
}

SyscallResult<u64> sys_vmsplice(Task& task, Fd fd, InIovecs iov, u64 count, SpliceFlags flags) {
  if (flags.any_but(abi::kSpliceKnown)) return Errno::EINVAL;
  const auto file = TRY(get_file(task, fd));
  if (count > abi::kIovMax) return Errno::EINVAL;
  const auto buffer = TRY(GuestBuffer::from_iovecs(*task.space, iov.addr, static_cast<i32>(count)));
  PipeEnd* pipe = file->pipe_end();
  if (!pipe) return Errno::EBADF;
  if (buffer.size() == 0) return u64{0};
  const bool non_blocking = flags.has(abi::kSpliceNonBlock) || file->non_blocking();
  if (file->writable())
    return end(task, memory_to_pipe(*task.space, buffer, *pipe), non_blocking, nullptr, file);
  if (non_blocking && pipe->buffer().empty() && pipe->has_writers()) return Errno::EAGAIN;
  return do_read(task, *file, buffer, std::nullopt);
}

}  // namespace kemu
