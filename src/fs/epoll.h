#pragma once

#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/abi/io.h"
#include "base/unique_fd.h"
#include "fs/file_description.h"
#include "fs/host_poller.h"

namespace kemu {

/// A set of files to wait for, itself an open file that can be waited for. Linux's
/// `struct eventpoll`.
///
/// A level-triggered interest is asked for its state whenever somebody looks. An edge-triggered one
/// (EPOLLET) is reported only after its file woke it since the last report. Files of the host tell
/// states and no edges: those are in an epoll of the host behind this one, which knows their edges.
class Epoll : public FileDescription {
 public:
  Epoll(Location location, u32 flags, HostPoller& poller);
  ~Epoll() override;

  /// EEXIST; EPERM for a file that cannot be waited for; EINVAL for itself; ELOOP for a ring of
  /// epolls, or one nested too deep.
  Result<Unit> add(i32 fd, const std::shared_ptr<FileDescription>& file,
                   const abi::EpollEvent& event);
  /// ENOENT; EINVAL for an EPOLLEXCLUSIVE interest.
  Result<Unit> modify(i32 fd, const FileDescription& file, const abi::EpollEvent& event);
  /// ENOENT.
  Result<Unit> remove(i32 fd, const FileDescription& file);
  /// At most `most` events that are there; reported interests go to the end of the line.
  std::vector<abi::EpollEvent> collect(u64 most);

  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  bool pollable() const override { return true; }
  u32 poll() override { return poll_at(0); }
  void wait_on(u32, Waiter& waiter) override { wait_at(waiter, 0); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  class Interest;
  using Interests = std::list<std::unique_ptr<Interest>>;

  Interests::iterator find(i32 fd, const FileDescription& file);
  void drop_closed();
  bool reaches(const Epoll& target, u32 depth) const;
  /// Has the host tell when there is news of its `fd`; false if it cannot.
  bool watch_host(int fd, Interest& interest, u32 events);
  void unwatch_host(u64 watch, int fd);
  /// Edges of the host's files since the last time, noted with their interests.
  void take_host_edges() const;
  void forget_host_edges();
  u32 poll_at(u32 depth);
  void wait_at(Waiter& waiter, u32 depth);

  Interests interests_;
  WaitQueue queue_;  // woken by edges and by new interests
  HostPoller& poller_;
  UniqueFd host_;  // the epoll of the host, made when it is first wanted
  std::unordered_map<u64, Interest*> host_watches_;
  u64 next_watch_ = 1;
};

std::shared_ptr<Epoll> make_epoll(u64 inode_number, HostPoller& poller);

}  // namespace kemu
