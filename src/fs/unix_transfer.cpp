#include <algorithm>
#include <bit>

#include "fs/unix_socket.h"

// Messages of AF_UNIX sockets, from the sender into the receiver's queue and out of it.

namespace kemu {

namespace {

// What a message costs its sender, as sock_alloc_send_pskb() counts it on a 64-bit machine: a
// struct sk_buff, a block for the head of the message with its skb_shared_info, and pages.
constexpr u64 kBufferCost = 256;
constexpr u64 kHeadExtra = 320;
constexpr u64 kLeastHead = 512;
constexpr u64 kPage = 4096;
constexpr u64 kStreamHead = kPage - kHeadExtra;      // SKB_MAX_HEAD(0)
constexpr u64 kPacketHead = 4 * kPage - kHeadExtra;  // SKB_MAX_ALLOC
constexpr u64 kStreamPiece = kStreamHead + (u64{32} << 10);
constexpr u64 kPieceLess = 64;        // a piece is so much shorter than half the send buffer
constexpr u64 kGlueCapacity = kPage;  // small messages leave room for more of their kind
constexpr u32 kMostPacketLess = 32;   // a datagram is at most this much shorter than the buffer
constexpr SocketUser kNobody{0, 65534, 65534};

u64 cost_of(u64 size, u64 most_in_head) {
  const u64 beyond = size > most_in_head ? size - most_in_head : 0;
  const u64 paged = std::min(size, (beyond + kPage - 1) & ~(kPage - 1));
  return kBufferCost + std::max(std::bit_ceil(size - paged + kHeadExtra), kLeastHead) + paged;
}

u64 total_size(const HostSpans& spans) {
  u64 size = 0;
  for (const HostSpan& span : spans) size += span.size();
  return size;
}

/// For what follows the first bytes, with which the files go.
Outgoing without_files(const Outgoing& message) {
  Outgoing rest = message;
  rest.with.files.clear();
  return rest;
}

/// Bytes into spans from a place on; how many fit.
u64 copy_out(const HostSpans& to, u64 offset, const std::byte* from, u64 size) {
  u64 moved = 0;
  for (const HostSpan& span : to) {
    if (offset >= span.size()) {
      offset -= span.size();
      continue;
    }
    const u64 piece = std::min<u64>(span.size() - offset, size - moved);
    if (piece > 0) std::memcpy(span.data() + offset, from + moved, piece);
    moved += piece;
    offset = 0;
    if (moved == size) break;
  }
  return moved;
}

}  // namespace

/// A place in a list of spans that moves along as bytes are taken.
class SpanReader {
 public:
  explicit SpanReader(const HostSpans& spans) : spans_(spans), left_(total_size(spans)) {}
  u64 left() const { return left_; }
  void take(std::byte* to, u64 size) {
    left_ -= size;
    while (size > 0) {
      const HostSpan& span = spans_[index_];
      const u64 piece = std::min<u64>(size, span.size() - offset_);
      if (piece > 0) std::memcpy(to, span.data() + offset_, piece);
      to += piece;
      size -= piece;
      offset_ += piece;
      if (offset_ == span.size()) ++index_, offset_ = 0;
    }
  }

 private:
  const HostSpans& spans_;
  std::size_t index_ = 0;
  u64 offset_ = 0;
  u64 left_;
};

bool UnixSocket::may_send_to(const UnixSocket& other) const {
  const auto peer = other.peer_.lock();
  return !other.had_peer_ || peer.get() == this;
}

/// unix_recvq_full(): two that are each other's peers are only bound by their buffers.
bool UnixSocket::queue_full_for(const UnixSocket& sender) const {
  if (peer_.lock().get() == &sender) return false;
  return queue_.size() > backlog_;
}

UnixMessage UnixSocket::make_message(const Outgoing& message, const UnixSocket& to, u32 capacity) {
  UnixMessage made;
  made.bytes = std::make_unique_for_overwrite<std::byte[]>(capacity);
  made.capacity = capacity;
  made.room = send_room_;
  made.files = message.with.files;
  made.user = message.with.credentials.value_or(message.sender);
  made.has_user = message.with.credentials || pass_credentials_ || to.pass_credentials_;
  made.counted_for = message.sender.uid;
  made.from = address_;
  for (const auto& file : made.files)
    if (auto* sent = dynamic_cast<UnixSocket*>(file.get())) ++sent->in_flight_;
  domain_->count_sent(made.counted_for, made.files.size());
  return made;
}

void UnixSocket::drop_message(std::deque<UnixMessage>::iterator message) {
  for (const auto& file : message->files)
    if (auto* sent = dynamic_cast<UnixSocket*>(file.get())) --sent->in_flight_;
  domain_->count_received(message->counted_for, message->files.size());
  queued_bytes_ -= message->size();
  const UnixMessage gone = std::move(*message);  // its files may end sockets that look at the queue
  queue_.erase(message);
  gone.room->release(gone.charged);
}

/// Of several sends in one message those that were read no longer count.
void UnixSocket::release_part(UnixMessage& message, u64 read) {
  const u64 freed = message.charged * read / (message.size() + read);
  message.charged -= freed;
  message.room->release(freed);
}

Result<u64> UnixSocket::send(const Outgoing& message) {
  blocked_on_.reset();
  if ((message.flags & abi::kMsgOutOfBand) != 0 && !is_stream()) return Errno::EOPNOTSUPP;
  return is_stream() ? send_stream(message) : send_packet(message);
}

/// Adds to the newest message what it has room for, when nobody can tell the two apart.
bool UnixSocket::glue(const Outgoing& message, UnixSocket& to, SpanReader& from) {
  if (to.queue_.empty() || !message.with.files.empty()) return false;
  UnixMessage& last = to.queue_.back();
  const SocketUser user = message.with.credentials.value_or(message.sender);
  const bool has_user = message.with.credentials || pass_credentials_ || to.pass_credentials_;
  const bool same =
      last.has_user == has_user && (!has_user || std::memcmp(&last.user, &user, sizeof user) == 0);
  const bool fits = from.left() <= last.capacity - last.end;
  if (!same || !fits || last.urgent || !last.files.empty() || last.room != send_room_) return false;
  const u32 size = static_cast<u32>(from.left());
  from.take(last.bytes.get() + last.end, size);
  last.end += size;
  last.glued = true;
  const u64 cost = cost_of(size, kStreamHead);
  last.charged += cost;
  send_room_->used += cost;
  to.queued_bytes_ += size;
  return true;
}

Result<u64> UnixSocket::send_stream(const Outgoing& message) {
  if (message.to) return state_ == State::Connected ? Errno::EISCONN : Errno::EOPNOTSUPP;
  if (state_ != State::Connected) return Errno::ENOTCONN;
  if (shut_writing_) return Errno::EPIPE;
  const auto peer = peer_.lock();
  if (!peer || peer->shut_reading_) return Errno::EPIPE;
  if (error_ != Errno{}) return std::exchange(error_, Errno{});
  SpanReader from(message.from);
  const u64 wanted = from.left();
  const bool urgent = (message.flags & abi::kMsgOutOfBand) != 0;
  if (urgent && wanted == 0) return Errno::EOPNOTSUPP;
  queue_bytes(message, *peer, from, urgent ? 1 : 0);
  const bool told = urgent && from.left() == 1 && queue_urgent(message, *peer, from);
  const u64 sent = wanted - from.left();
  if (sent == 0 && wanted > 0) return Errno::EAGAIN;
  if (sent > 0) peer->readable_.wake_all();
  if (told) peer->urgent_came_.wake_all();
  return sent;
}

/// As much as there is room for, but for the last `keep` bytes.
void UnixSocket::queue_bytes(const Outgoing& message, UnixSocket& to, SpanReader& from, u64 keep) {
  const u64 longest = std::min(send_room_->limit / 2 - kPieceLess, kStreamPiece);
  bool first = true;
  while (from.left() > keep && send_room_->open()) {
    if (first && keep == 0 && glue(message, to, from)) continue;
    const u32 piece = static_cast<u32>(std::min(from.left() - keep, longest));
    const u32 capacity = std::max(piece, static_cast<u32>(kGlueCapacity));
    UnixMessage made = make_message(first ? message : without_files(message), to, capacity);
    first = false;
    from.take(made.bytes.get(), piece);
    made.end = piece;
    made.charged = cost_of(piece, kStreamHead);
    send_room_->used += made.charged;
    to.queued_bytes_ += piece;
    to.queue_.push_back(std::move(made));
  }
}

/// queue_oob(): an urgent byte that was not received yet becomes one like the others. False when
/// there is no room.
bool UnixSocket::queue_urgent(const Outgoing& message, UnixSocket& to, SpanReader& from) {
  if (!send_room_->open()) return false;
  for (UnixMessage& before : to.queue_) before.urgent = false;
  const bool alone = total_size(message.from) == 1;
  UnixMessage made = make_message(alone ? message : without_files(message), to, 1);
  from.take(made.bytes.get(), 1);
  made.end = 1;
  made.urgent = true;
  made.charged = cost_of(1, kStreamHead);
  send_room_->used += made.charged;
  ++to.queued_bytes_;
  to.queue_.push_back(std::move(made));
  to.has_urgent_ = true;
  return true;
}

Result<std::shared_ptr<UnixSocket>> UnixSocket::packet_receiver(const Outgoing& message) {
  const bool named = message.to && is_datagram();
  if (!is_datagram() && state_ != State::Connected) return Errno::ENOTCONN;
  if (named) return find(*message.to, message.to_file);
  if (!had_peer_) return Errno::ENOTCONN;
  auto peer = peer_.lock();
  if (peer) return peer;
  if (!is_datagram()) return Errno::EPIPE;
  had_peer_ = false;
  state_ = State::Unconnected;
  return Errno::ECONNREFUSED;
}

/// unix_dgram_sendmsg() and unix_seqpacket_sendmsg().
Result<u64> UnixSocket::send_packet(const Outgoing& message) {
  if (!is_datagram() && error_ != Errno{}) return std::exchange(error_, Errno{});
  TRY(autobind_for_credentials());
  const bool unnamed_peerless = !message.to && !had_peer_;
  if (unnamed_peerless) return Errno::ENOTCONN;
  SpanReader from(message.from);
  const u64 size = from.left();
  if (size + kMostPacketLess > send_room_->limit) return Errno::EMSGSIZE;
  if (error_ != Errno{}) return std::exchange(error_, Errno{});
  if (shut_writing_) return Errno::EPIPE;
  if (!send_room_->open()) return Errno::EAGAIN;
  const auto other = TRY(packet_receiver(message));
  if (!may_send_to(*other)) return Errno::EPERM;
  if (other->shut_reading_) return Errno::EPIPE;
  if (other.get() != this && other->queue_full_for(*this)) {
    blocked_on_ = other;
    return Errno::EAGAIN;
  }
  UnixMessage made = make_message(message, *other, static_cast<u32>(size));
  from.take(made.bytes.get(), size);
  made.end = static_cast<u32>(size);
  made.charged = cost_of(size, kPacketHead);
  send_room_->used += made.charged;
  other->queued_bytes_ += size;
  other->queue_.push_back(std::move(made));
  other->readable_.wake_all();
  return size;
}

void UnixSocket::take_ancillary(UnixMessage& message, bool peek, Incoming& incoming) {
  if (pass_credentials_) incoming.with.credentials = message.has_user ? message.user : kNobody;
  incoming.with.files = message.files;
  if (peek || message.files.empty()) return;
  for (const auto& file : message.files)
    if (auto* sent = dynamic_cast<UnixSocket*>(file.get())) --sent->in_flight_;
  domain_->count_received(message.counted_for, message.files.size());
  message.files.clear();
}

Result<Incoming> UnixSocket::receive(const HostSpans& to, u32 flags) {
  const bool urgent = (flags & abi::kMsgOutOfBand) != 0;
  if (urgent) return is_stream() ? receive_urgent(to, flags) : Errno::EOPNOTSUPP;
  return is_stream() ? receive_stream(to, flags) : receive_packet(to, flags);
}

/// manage_oob(): a read stops before an urgent byte, and passes over one that it begins at, unless
/// that lies in line.
bool UnixSocket::takes_urgent(Incoming& incoming, std::size_t& index, bool peek) {
  incoming.at_mark = incoming.bytes > 0;
  if (incoming.at_mark) return false;
  if (!peek) has_urgent_ = false;
  if (urgent_in_line()) {
    queue_[index].urgent = peek;
    return true;
  }
  if (peek)
    ++index;
  else
    drop_message(queue_.begin() + static_cast<i64>(index));
  return false;
}

/// unix_stream_read_generic(), once.
Result<Incoming> UnixSocket::receive_stream(const HostSpans& to, u32 flags) {
  if (state_ != State::Connected) return Errno::EINVAL;
  const u64 wanted = total_size(to);
  const bool peek = (flags & abi::kMsgPeek) != 0;
  u64 skip = peek && peek_offset_ > 0 ? static_cast<u64>(peek_offset_) : 0;
  Incoming incoming;
  const UnixMessage* first = nullptr;
  std::size_t index = 0;
  while (index < queue_.size() && (incoming.bytes < wanted || (wanted == 0 && !first))) {
    UnixMessage& message = queue_[index];
    if (skip >= message.size()) {
      skip -= message.size();
      ++index;
      continue;
    }
    if (message.urgent && !takes_urgent(incoming, index, peek)) {
      if (incoming.at_mark) break;
      continue;
    }
    // Bytes of different senders are not mixed when the receiver asked who they are.
    const bool other_user = first && pass_credentials_ &&
                            (first->has_user != message.has_user ||
                             std::memcmp(&first->user, &message.user, sizeof message.user) != 0);
    if (other_user) break;
    if (!first && message.from.size > 0) incoming.from = message.from;
    const bool has_files = !message.files.empty();
    if (has_files && first && incoming.bytes > 0 && peek) break;
    take_ancillary(message, peek, incoming);
    const u64 piece = copy_out(to, incoming.bytes, message.bytes.get() + message.start + skip,
                               message.size() - skip);
    incoming.bytes += piece;
    skip = 0;
    first = &message;
    if (peek) {
      if (has_files) break;
      ++index;
      continue;
    }
    message.start += static_cast<u32>(piece);
    queued_bytes_ -= piece;
    if (message.size() > 0) {
      if (message.glued) release_part(message, piece);
      break;
    }
    const UnixMessage gone = std::move(message);
    queue_.pop_front();
    gone.room->release(gone.charged);
    if (has_files) break;
    first = queue_.empty() || !pass_credentials_ ? nullptr : &queue_.front();
    if (first && pass_credentials_ &&
        (first->has_user != gone.has_user ||
         std::memcmp(&first->user, &gone.user, sizeof gone.user) != 0))
      break;
  }
  incoming.full_size = incoming.bytes;
  const i32 moved = static_cast<i32>(incoming.bytes);
  if (peek_offset_ >= 0)
    peek_offset_ = peek ? peek_offset_ + moved : std::max(0, peek_offset_ - moved);
  if (incoming.bytes > 0 || wanted == 0 || index < queue_.size()) return incoming;
  if (error_ != Errno{}) return std::exchange(error_, Errno{});
  if (shut_reading_) return incoming;
  return Errno::EAGAIN;
}

/// unix_stream_recv_urg().
Result<Incoming> UnixSocket::receive_urgent(const HostSpans& to, u32 flags) {
  if (state_ != State::Connected || urgent_in_line() || !has_urgent_) return Errno::EINVAL;
  if (total_size(to) == 0) return Errno::EFAULT;
  const auto message = std::ranges::find_if(queue_, &UnixMessage::urgent);
  Incoming incoming;
  incoming.bytes = incoming.full_size = copy_out(to, 0, message->bytes.get(), 1);
  incoming.flags = abi::kMsgOutOfBand;
  const bool peek = (flags & abi::kMsgPeek) != 0;
  take_ancillary(*message, peek, incoming);
  if (peek) return incoming;
  has_urgent_ = false;
  drop_message(message);
  return incoming;
}

/// unix_dgram_recvmsg().
Result<Incoming> UnixSocket::receive_packet(const HostSpans& to, u32 flags) {
  if (!is_datagram() && state_ != State::Connected) return Errno::ENOTCONN;
  if (error_ != Errno{}) return std::exchange(error_, Errno{});
  const bool peek = (flags & abi::kMsgPeek) != 0;
  u64 skip = peek && peek_offset_ > 0 ? static_cast<u64>(peek_offset_) : 0;
  auto message = queue_.begin();
  while (message != queue_.end() && skip > 0 && skip >= message->size())
    skip -= (message++)->size();
  Incoming incoming;
  if (message == queue_.end()) {
    const bool waits = (flags & abi::kMsgDontWait) == 0;
    if (shut_reading_ && (!is_datagram() || waits)) return incoming;
    return Errno::EAGAIN;
  }
  incoming.full_size = message->size() - skip;
  incoming.bytes =
      copy_out(to, 0, message->bytes.get() + message->start + skip, incoming.full_size);
  if (incoming.bytes < incoming.full_size) incoming.flags |= abi::kMsgTruncated;
  if (message->from.size > 0) incoming.from = message->from;
  take_ancillary(*message, peek, incoming);
  const i32 moved = static_cast<i32>(incoming.bytes);
  if (peek_offset_ >= 0)
    peek_offset_ =
        peek ? peek_offset_ + moved : std::max(0, peek_offset_ - static_cast<i32>(message->size()));
  if (!peek) drop_message(message);
  writable_.wake_all();
  return incoming;
}

Result<u64> UnixSocket::read(const HostSpans& to) { return TRY(receive(to, 0)).bytes; }

Result<u64> UnixSocket::write(const HostSpans& from) {
  return send({from, nullptr, {}, 0, peer_user_});
}

}  // namespace kemu
