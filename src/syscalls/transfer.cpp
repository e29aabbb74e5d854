#include "syscalls/transfer.h"

#include <algorithm>

#include "base/abi/inotify.h"
#include "fs/watches.h"
#include "syscalls/socket_access.h"

namespace kemu {

namespace {

using TerminalUse = Kernel::TerminalUse;

/// Files are moved in large pieces; what gives a little at a time has only as much memory made
/// ready as one turn can fill.
constexpr u64 kFileChunk = u64{1} << 20;
constexpr u64 kStreamChunk = u64{64} << 10;

/// Bytes moved, and what ended the transfer early.
struct Moved {
  u64 bytes = 0;
  std::optional<Errno> error;
};

bool is_stream(const FileDescription& file) {
  const FileType type = file.inode().type();
  return type == FileType::Fifo || type == FileType::CharDevice || type == FileType::Socket;
}

/// Why nothing was moved. A file that cannot be read or written at all says so before memory is
/// looked at; one that had too little memory to fill blames that.
Errno reason(Errno error, u64 wanted, const Result<u64>& ready) {
  if (!ready.ok() && error == Errno::EAGAIN) return Errno::EFAULT;
  const bool fell_short = !ready.ok() || *ready < wanted;
  return fell_short && error == Errno::EINVAL ? Errno::EFAULT : error;
}

enum class AfterShort : u8 { Stop, GoOn };

/// Moves bytes of `buffer` from `start` on, a chunk after the other. `move` moves one: (host bytes,
/// bytes moved so far) → bytes or an errno.
template <typename Move>
Moved move_bytes(AddressSpace& space, const GuestBuffer& buffer, u64 start, u64 chunk,
                 Access access, AfterShort after_short, Move&& move) {
  Moved moved;
  HostSpans spans;
  do {
    spans.clear();
    const u64 wanted = std::min(chunk, buffer.size() - start - moved.bytes);
    const auto ready = buffer.pin(space, start + moved.bytes, wanted, access, spans);
    const auto some = move(spans, moved.bytes);
    if (!some.ok())
      moved.error = reason(some.error(), wanted, ready);
    else if (!ready.ok())
      moved.error = Errno::EFAULT;
    else
      moved.bytes += *some;
    if (moved.error || *some == 0) break;
    if (*some < *ready && after_short == AfterShort::Stop) break;
  } while (start + moved.bytes < buffer.size());
  return moved;
}

/// Where the next write goes, for RLIMIT_FSIZE.
Result<u64> write_position(FileDescription& file, std::optional<u64> offset) {
  if ((file.flags() & abi::kOpenAppend) != 0) return TRY(file.status()).size;
  if (offset) return *offset;
  return file.seek(0, Whence::Current);
}

/// Shortens `buffer` to what RLIMIT_FSIZE lets be written.
Result<Unit> keep_below_size_limit(Task& task, FileDescription& file, GuestBuffer& buffer,
                                   std::optional<u64> offset) {
  if (file.inode().type() != FileType::Regular) return Unit{};
  if (task.process().limits.soft(Resource::FileSize) == kUnlimited) return Unit{};
  const auto position = write_position(file, offset);
  if (!position.ok()) return Unit{};
  buffer.truncate(TRY(room_for_write(task, file, *position, buffer.size())));
  return Unit{};
}

SyscallResult<u64> block_reader(Task& task, FileDescription& file) {
  // A terminal with VMIN = 0 and VTIME > 0 gives up, with nothing.
  if (task.syscall.timed_out) return u64{0};
  // With VMIN > 0, VTIME is the time between two bytes.
  const u64 gathered = file.waiting_to_be_read();
  if (gathered != task.syscall.progress) task.syscall.deadline = -1;
  task.syscall.progress = gathered;
  file.wait_on(kPollIn, task);
  Blocked blocked;
  if (const auto patience = file.read_timeout()) blocked.deadline = task.deadline_after(*patience);
  return blocked;
}

/// For /proc/PID/io, and whoever watches the file.
u64 count_read(Task& task, const FileDescription& file, u64 bytes) {
  if (bytes > 0) tell_watchers(file.location(), abi::kInotifyAccess);
  IoCounters& io = task.process().io;
  ++io.reads;
  io.bytes_read += bytes;
  return bytes;
}

}  // namespace

SyscallResult<u64> do_read(Task& task, FileDescription& file, GuestBuffer buffer,
                           std::optional<u64> offset) {
  buffer.truncate(task.syscall.most_bytes);
  if (Socket* socket = as_socket(file); socket && !offset)
    return read_socket(task, *socket, buffer);
  if (Terminal* terminal = file.terminal())
    TRY_CALL(task.kernel().check_terminal_access(task, *terminal, TerminalUse::Read));
  const u64 chunk = is_stream(file) ? kStreamChunk : kFileChunk;
  const Moved moved = move_bytes(*task.space, buffer, 0, chunk, Access::Write, AfterShort::Stop,
                                 [&](const HostSpans& to, u64 done) {
                                   return offset ? file.read_at(to, *offset + done) : file.read(to);
                                 });
  // n_tty_read(): who waited when the line went is told so.
  const bool line_went = moved.bytes == 0 && task.syscall.has_waited && file.hung_up();
  if (line_went) return Errno::EIO;
  if (moved.bytes > 0 || !moved.error) return count_read(task, file, moved.bytes);
  if (moved.error != Errno::EAGAIN) return *moved.error;
  if (file.non_blocking() || task.syscall.timed_out || task.syscall.interrupted) {
    const Moved rest = move_bytes(*task.space, buffer, 0, chunk, Access::Write, AfterShort::Stop,
                                  [&](const HostSpans& to, u64) { return file.read_rest(to); });
    if (rest.bytes > 0) return count_read(task, file, rest.bytes);
  }
  if (file.non_blocking()) return *moved.error;
  return block_reader(task, file);
}

SyscallResult<u64> do_write(Task& task, FileDescription& file, GuestBuffer buffer,
                            std::optional<u64> offset) {
  buffer.truncate(task.syscall.most_bytes);
  if (Socket* socket = as_socket(file); socket && !offset)
    return write_socket(task, *socket, buffer);
  if (Terminal* terminal = file.terminal())
    TRY_CALL(task.kernel().check_terminal_access(task, *terminal, TerminalUse::Write));
  TRY(keep_below_size_limit(task, file, buffer, offset));
  const u64 chunk = is_stream(file) ? kStreamChunk : kFileChunk;
  const AfterShort after_short = is_stream(file) ? AfterShort::GoOn : AfterShort::Stop;
  u64& done = task.syscall.progress;
  const Moved moved =
      move_bytes(*task.space, buffer, done, chunk, Access::Read, after_short,
                 [&](const HostSpans& from, u64 so_far) {
                   return offset ? file.write_at(from, *offset + so_far) : file.write(from);
                 });
  done += moved.bytes;
  if (moved.bytes > 0) tell_watchers(file.location(), abi::kInotifyModify);
  IoCounters& io = task.process().io;
  io.bytes_written += moved.bytes;
  if (moved.error != Errno::EAGAIN) ++io.writes;
  return end_write(task, file, done, moved.error);
}

SyscallResult<u64> end_write(Task& task, FileDescription& file, u64 done,
                             std::optional<Errno> error) {
  if (error == Errno::EPIPE) send_to_self(task, abi::kSigPipe);
  const bool may_block = error == Errno::EAGAIN && !file.non_blocking();
  if (may_block && !(task.syscall.interrupted && done > 0)) {
    file.wait_on(kPollOut, task);
    return Blocked{};
  }
  if (done > 0 || !error) return done;
  return *error;
}

}  // namespace kemu
