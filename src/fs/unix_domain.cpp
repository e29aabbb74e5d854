#include "fs/unix_domain.h"

#include <fmt/format.h>

#include <algorithm>

#include "fs/machine_copy.h"
#include "fs/unix_socket.h"

namespace kemu {

namespace {

constexpr u32 kAutobindNames = 1 << 20;  // five hexadecimal digits

std::shared_ptr<UnixSocket> alive(UnixSocket* socket) {
  return socket ? socket->weak_from_this().lock() : nullptr;
}

template <typename Map, typename Key>
UnixSocket* value_of(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

Result<FileId> id_of(Inode& file) {
  const FileStatus status = TRY(file.status());
  return FileId{status.device, status.inode};
}

}  // namespace

std::shared_ptr<UnixSocket> UnixDomain::find(const std::string& abstract_name) const {
  return alive(value_of(by_name_, abstract_name));
}

std::shared_ptr<UnixSocket> UnixDomain::find(Inode& file) const {
  const auto id = id_of(file);
  return id.ok() ? alive(value_of(by_file_, *id)) : nullptr;
}

bool UnixDomain::add(const std::string& abstract_name, UnixSocket& socket) {
  return by_name_.emplace(abstract_name, &socket).second;
}

void UnixDomain::add(FileId file, UnixSocket& socket) { by_file_[file] = &socket; }

Result<std::string> UnixDomain::free_name() {
  for (u32 tries = 0; tries < kAutobindNames; ++tries) {
    next_name_ = (next_name_ + 1) % kAutobindNames;
    std::string name = fmt::format("{:05x}", next_name_);
    if (!by_name_.contains(name)) return name;
  }
  return Errno::ENOSPC;
}

void UnixDomain::remove(UnixSocket& socket) {
  sockets_.erase(&socket);
  std::erase_if(by_name_, [&](const auto& entry) { return entry.second == &socket; });
  std::erase_if(by_file_, [&](const auto& entry) { return entry.second == &socket; });
}

std::shared_ptr<UnixDomain> UnixDomain::copy_to(MachineCopy&) const {
  auto made = std::make_shared<UnixDomain>();
  made->in_flight_ = in_flight_;
  made->next_name_ = next_name_;
  made->next_inode_ = next_inode_;
  return made;
}

void UnixDomain::add_like(const UnixDomain& domain, const UnixSocket& original,
                          UnixSocket& socket) {
  sockets_.insert(&socket);
  for (const auto& [name, named] : domain.by_name_)
    if (named == &original) by_name_[name] = &socket;
  for (const auto& [file, bound] : domain.by_file_)
    if (bound == &original) by_file_[file] = &socket;
}

u64 UnixDomain::in_flight_of(u32 uid) const {
  const auto found = in_flight_.find(uid);
  return found == in_flight_.end() ? 0 : found->second;
}

void UnixDomain::count_sent(u32 uid, u64 files) {
  if (files > 0) in_flight_[uid] += files;
}

void UnixDomain::count_received(u32 uid, u64 files) {
  if (files == 0) return;
  u64& count = in_flight_[uid];
  count -= std::min(count, files);
  if (count == 0) in_flight_.erase(uid);
}

/// One search for sockets that nothing but messages holds, whose receivers are of the same kind.
class GarbageSearch {
 public:
  explicit GarbageSearch(const std::set<UnixSocket*>& sockets) {
    for (UnixSocket* socket : sockets) {
      const auto holders = static_cast<u64>(socket->weak_from_this().use_count());
      if (socket->in_flight_ > 0 && holders == socket->in_flight_)
        outside_holders_[socket] = holders;
    }
  }

  /// The sockets to be emptied, kept alive until the caller is done.
  std::vector<std::shared_ptr<UnixSocket>> run() {
    for (const auto& [socket, count] : outside_holders_)
      for_each_sent(*socket, [&](UnixSocket& sent) {
        if (const auto found = outside_holders_.find(&sent); found != outside_holders_.end())
          --found->second;
      });
    std::vector<UnixSocket*> reachable;
    for (const auto& [socket, count] : outside_holders_)
      if (count > 0) reachable.push_back(socket);
    while (!reachable.empty()) {
      UnixSocket* socket = reachable.back();
      reachable.pop_back();
      if (outside_holders_.erase(socket) == 0) continue;
      for_each_sent(*socket, [&](UnixSocket& sent) { reachable.push_back(&sent); });
    }
    std::vector<std::shared_ptr<UnixSocket>> garbage;
    for (const auto& [socket, count] : outside_holders_) garbage.push_back(alive(socket));
    return garbage;
  }

  static void empty(UnixSocket& socket) {
    while (!socket.queue_.empty()) socket.drop_message(socket.queue_.begin());
    socket.connections_.clear();
  }

 private:
  /// Every AF_UNIX socket in messages that wait for `socket`, or for a connection it has not taken.
  template <typename Visit>
  static void for_each_sent(UnixSocket& socket, Visit&& visit) {
    for (const UnixMessage& message : socket.queue_)
      for (const auto& file : message.files)
        if (auto* sent = dynamic_cast<UnixSocket*>(file.get())) visit(*sent);
    for (const auto& connection : socket.connections_) for_each_sent(*connection, visit);
  }

  std::map<UnixSocket*, u64> outside_holders_;
};

void UnixDomain::collect_garbage() {
  if (in_flight_.empty() || collecting_) return;
  collecting_ = true;
  for (const auto& socket : GarbageSearch(sockets_).run()) GarbageSearch::empty(*socket);
  collecting_ = false;
}

}  // namespace kemu
