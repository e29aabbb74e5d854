#include <algorithm>

#include "fs/unix_socket.h"
#include "syscalls/handlers.h"
#include "syscalls/socket_access.h"

// Moving bytes through sockets: what all the sending and receiving calls come down to.

namespace kemu {

namespace {

/// A stream is given so much at a time; no datagram that can be sent or come is longer.
constexpr u64 kStreamChunk = u64{256} << 10;
constexpr u64 kLongestDatagram = u64{1} << 20;

bool is_stream(const Socket& socket) { return socket.type() == abi::kSockStream; }

/// sock_rcvlowat(). The host sees to its own sockets' low-water mark.
u64 enough_bytes(const Socket& socket, const GuestBuffer& buffer, u32 flags) {
  if ((flags & abi::kMsgWaitAll) != 0) return buffer.size();
  const auto* own = dynamic_cast<const UnixSocket*>(&socket);
  return own ? std::min(own->receive_low_water(), buffer.size()) : 0;
}

/// Waits when the call may, or tells the error.
SyscallResult<Unit> wait_or_fail(Task& task, Socket& socket, u32 flags, u32 events, Errno error) {
  if (error != Errno::EAGAIN || (flags & abi::kMsgDontWait) != 0) return error;
  const auto timeout = events == kPollIn ? socket.receive_timeout : socket.send_timeout;
  return wait_for_socket(task, socket, {events, timeout});
}

/// Whether there is something to receive for which there is no memory: EFAULT only then. A datagram
/// is lost by it, as Linux loses it.
Errno fault_in_receive(Socket& socket, u32 flags) {
  const auto probe = socket.receive({}, is_stream(socket) ? flags | abi::kMsgPeek : flags);
  return probe.ok() ? Errno::EFAULT : probe.error();
}

Result<Incoming> receive_piece(Task& task, Socket& socket, const GuestBuffer& buffer, u64 start,
                               u32 flags) {
  const u64 most = is_stream(socket) ? kStreamChunk : kLongestDatagram;
  const u64 wanted = std::min(most, buffer.size() - start);
  HostSpans spans;
  const auto ready = buffer.pin(*task.space, start, wanted, Access::Write, spans);
  if (!ready.ok()) return fault_in_receive(socket, flags);
  auto incoming = TRY(socket.receive(spans, flags));
  // A datagram that memory has no room for is lost, as Linux loses it.
  const bool cut_by_fault = *ready < wanted && incoming.bytes == *ready;
  if (!is_stream(socket) && cut_by_fault && incoming.full_size > incoming.bytes)
    return Errno::EFAULT;
  return incoming;
}

void add_piece(Incoming& all, Incoming piece) {
  const u64 before = all.bytes;
  all.bytes += piece.bytes;
  all.full_size += piece.full_size;
  all.flags |= piece.flags;
  if (before == 0) all.from = piece.from;
  all.with = std::move(piece.with);
}

}  // namespace

SyscallResult<u64> do_send(Task& task, Socket& socket, const GuestBuffer& buffer,
                           const SendRequest& request, u64& done) {
  const u32 flags = request.flags | (socket.non_blocking() ? abi::kMsgDontWait : 0);
  const bool stream = is_stream(socket);
  if (!stream && buffer.size() > kLongestDatagram) return Errno::EMSGSIZE;
  HostSpans spans;
  for (;;) {
    spans.clear();
    const u64 wanted = stream ? std::min(kStreamChunk, buffer.size() - done) : buffer.size();
    const auto ready = buffer.pin(*task.space, done, wanted, Access::Read, spans);
    Errno error = Errno::EFAULT;
    if (ready.ok() && (stream || *ready == wanted)) {
      // Files and credentials go with the first bytes; it is the last one that is urgent.
      const bool last = done + wanted == buffer.size();
      Outgoing message{spans,
                       request.to ? &*request.to : nullptr,
                       done == 0 ? request.with : Ancillary{},
                       last ? flags : flags & ~abi::kMsgOutOfBand,
                       real_user(task),
                       request.to_file.get()};
      const auto sent = socket.send(message);
      if (sent.ok()) done += *sent;
      if (sent.ok() && (!stream || done >= buffer.size() || *sent == 0)) return done;
      if (sent.ok()) continue;
      error = sent.error();
    }
    if (error == Errno::EPIPE && stream && done == 0 && (flags & abi::kMsgNoSignal) == 0)
      send_to_self(task, abi::kSigPipe);
    const bool partly = done > 0;
    if (partly && (error != Errno::EAGAIN || task.syscall.interrupted)) return done;
    const auto waited = wait_or_fail(task, socket, flags, kPollOut, error);
    if (waited.is_blocked()) return waited.blocked();
    if (partly) return done;
    return waited.error();
  }
}

SyscallResult<Incoming> do_receive(Task& task, Socket& socket, const GuestBuffer& buffer, u32 flags,
                                   u64& done) {
  // Nobody waits for an error to come (ip(7), MSG_ERRQUEUE).
  const bool no_wait = socket.non_blocking() || (flags & abi::kMsgErrorQueue) != 0;
  flags |= no_wait ? abi::kMsgDontWait : 0;
  const u64 enough = enough_bytes(socket, buffer, flags);
  Incoming all;
  all.bytes = all.full_size = done;
  for (;;) {
    auto piece = receive_piece(task, socket, buffer, done, flags);
    if (!piece.ok()) {
      const bool wait_for_rest = done < enough && !task.syscall.interrupted;
      if (done > 0 && (piece.error() != Errno::EAGAIN || !wait_for_rest)) return all;
      const auto waited = wait_or_fail(task, socket, flags, kPollIn, piece.error());
      if (waited.is_blocked()) return waited.blocked();
      if (done > 0) return all;
      return waited.error();
    }
    if (!is_stream(socket)) return std::move(*piece);
    const u64 got = piece->bytes;
    const bool cut =
        !piece->with.files.empty() || (flags & abi::kMsgPeek) != 0 || got == 0 || piece->at_mark;
    const u64 wanted = std::min(kStreamChunk, buffer.size() - done);
    add_piece(all, std::move(*piece));
    done += got;
    const bool go_on = got == wanted || done < enough;
    if (cut || done >= buffer.size() || !go_on) return all;
  }
}

u64 received_size(const Socket& socket, const Incoming& incoming, u32 flags) {
  const bool whole = !is_stream(socket) && (flags & abi::kMsgTruncated) != 0;
  return whole ? incoming.full_size : incoming.bytes;
}

Result<u64> write_as_sender(Task& task, FileDescription& file, const HostSpans& from) {
  Socket* socket = as_socket(file);
  if (!socket) return file.write(from);
  return socket->send({from, nullptr, {}, 0, real_user(task)});
}

SyscallResult<u64> read_socket(Task& task, Socket& socket, const GuestBuffer& buffer) {
  if (buffer.size() == 0) return u64{0};
  return TRY_CALL(do_receive(task, socket, buffer, 0, task.syscall.progress)).bytes;
}

SyscallResult<u64> write_socket(Task& task, Socket& socket, const GuestBuffer& buffer) {
  SendRequest request;
  if (socket.type() == abi::kSockSeqPacket) request.flags = abi::kMsgEndOfRecord;
  return do_send(task, socket, buffer, request, task.syscall.progress);
}

}  // namespace kemu
