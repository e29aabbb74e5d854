#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/result.h"
#include "fs/file_id.h"
#include "fs/inode.h"

namespace kemu {

class MachineCopy;
class UnixSocket;

/// All AF_UNIX sockets of one machine: the names they are found by, and the files that are on their
/// way in messages. Linux's unix_socket_table and net/unix/garbage.c.
class UnixDomain {
 public:
  /// The socket bound to an abstract name, or to a file; null.
  std::shared_ptr<UnixSocket> find(const std::string& abstract_name) const;
  std::shared_ptr<UnixSocket> find(Inode& file) const;
  /// False when the name is taken.
  bool add(const std::string& abstract_name, UnixSocket& socket);
  void add(FileId file, UnixSocket& socket);
  /// A free abstract name of five digits (unix(7), "Autobind feature"); nothing when all are taken.
  Result<std::string> free_name();

  void add(UnixSocket& socket) { sockets_.insert(&socket); }
  /// For sockets that no system call makes: the ends that accept(2) hands out.
  u64 next_inode() { return next_inode_++; }
  /// Forgets the socket and its names.
  void remove(UnixSocket& socket);

  /// Files sent and not yet received, by the user who sent them.
  u64 in_flight_of(u32 uid) const;
  void count_sent(u32 uid, u64 files);
  void count_received(u32 uid, u64 files);

  /// Drops the messages of sockets that only their own messages keep alive: unix_gc(). Called when
  /// a socket is closed.
  void collect_garbage();

  /// Without sockets: their copies add themselves, by `add_like`.
  std::shared_ptr<UnixDomain> copy_to(MachineCopy& copy) const;
  /// Adds `socket`, the copy of `original` of the domain that this one is a copy of, by its names.
  void add_like(const UnixDomain& domain, const UnixSocket& original, UnixSocket& socket);

 private:
  std::map<std::string, UnixSocket*> by_name_;
  std::map<FileId, UnixSocket*> by_file_;
  std::set<UnixSocket*> sockets_;
  std::map<u32, u64> in_flight_;
  u32 next_name_ = 0;
  u64 next_inode_ = u64{1} << 32;  // beyond the kernel's own
  bool collecting_ = false;
};

}  // namespace kemu
