#include "fs/machine_copy.h"
#include "fs/unix_socket.h"

// AF_UNIX sockets in a copy of their machine.

namespace kemu {

namespace {

UnixMessage copy_of(const UnixMessage& message, MachineCopy& copy) {
  UnixMessage made;
  made.bytes = std::make_unique_for_overwrite<std::byte[]>(message.capacity);
  if (message.size() > 0)
    std::memcpy(made.bytes.get() + message.start, message.bytes.get() + message.start,
                message.size());
  made.capacity = message.capacity;
  made.start = message.start;
  made.end = message.end;
  made.charged = message.charged;
  made.glued = message.glued;
  made.urgent = message.urgent;
  made.room = copy.of(message.room);
  for (const auto& file : message.files) made.files.push_back(copy.of(file));
  made.user = message.user;
  made.has_user = message.has_user;
  made.counted_for = message.counted_for;
  made.from = message.from;
  return made;
}

}  // namespace

std::shared_ptr<SendRoom> SendRoom::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<SendRoom>();
  made->used = used;
  made->limit = limit;
  copy.queue(freed, made->freed);
  return made;
}

std::shared_ptr<FileDescription> UnixSocket::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<UnixSocket>(copy.of(location_), flags_, type_, copy.of(domain_));
  copy_common(copy, made);
  made->domain_->add_like(*domain_, *this, *made);
  copy_state(copy, *made);
  copy.later([this, &copy, made] { copy_links(copy, *made); });
  return made;
}

void UnixSocket::copy_state(MachineCopy& copy, UnixSocket& made) const {
  made.flags_ = flags_;
  made.receive_timeout = receive_timeout;
  made.send_timeout = send_timeout;
  made.state_ = state_;
  made.address_ = address_;
  made.file_ = copy.of(file_);
  made.had_peer_ = had_peer_;
  made.peer_address_ = peer_address_;
  made.shut_reading_ = shut_reading_;
  made.shut_writing_ = shut_writing_;
  made.error_ = error_;
  made.pass_credentials_ = pass_credentials_;
  made.peer_user_ = peer_user_;
  made.queued_bytes_ = queued_bytes_;
  made.has_urgent_ = has_urgent_;
  made.backlog_ = backlog_;
  made.send_room_ = copy.of(send_room_);
  made.receive_limit_ = receive_limit_;
  made.receive_low_water_ = receive_low_water_;
  made.peek_offset_ = peek_offset_;
  made.linger_ = linger_;
  made.plain_options_ = plain_options_;
  made.in_flight_ = in_flight_;
  copy.queue(readable_, made.readable_);
  copy.queue(urgent_came_, made.urgent_came_);
  copy.queue(writable_, made.writable_);
}

void UnixSocket::copy_links(MachineCopy& copy, UnixSocket& made) const {
  const auto socket = [&](const std::shared_ptr<UnixSocket>& original) {
    return copy.as<FileDescription>(original);
  };
  made.peer_ = socket(peer_.lock());
  made.blocked_on_ = socket(blocked_on_.lock());
  for (const auto& connection : connections_) made.connections_.push_back(socket(connection));
  for (const UnixMessage& message : queue_) made.queue_.push_back(copy_of(message, copy));
}

}  // namespace kemu
