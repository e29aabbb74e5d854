#pragma once

#include <vector>

#include "fs/host_stream.h"

namespace kemu {

/// inotify_init1(2): an instance of the host's, so that events come whoever changes a file, guest
/// or host program, in the host's order and with the host's cookies. Watches are the host's, on
/// what the inodes stand for, and so are their numbers.
///
/// Files of kemu's own (procfs, devices) have no host file to watch. A watch on one is accepted and
/// has a number, and stays silent until it is removed.
class Inotify : public HostStreamFile {
 public:
  /// EMFILE past the host's limit on instances.
  static Result<std::shared_ptr<Inotify>> create(u32 flags, u64 inode_number, HostPoller& poller);
  Inotify(Location location, u32 flags, UniqueFd fd, HostPoller& poller)
      : HostStreamFile(std::move(location), flags | abi::kOpenReadOnly, std::move(fd),
                       StreamGuard::NonBlocking, poller) {}

  /// The watch's number. EACCES without the right to read, EINVAL for a mask without events,
  /// EEXIST with IN_MASK_CREATE, ENOSPC past the host's limit.
  Result<i32> add_watch(const std::shared_ptr<Inode>& inode, u32 mask);
  /// EINVAL for a number that is none.
  Result<Unit> remove_watch(i32 watch);

  /// Whole events only: EINVAL for a buffer too small for the next one.
  Result<u64> read(const HostSpans& to) override;
  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  Result<FileStatus> status() override { return inode().status(); }
  bool pollable() const override { return true; }

 private:
  /// Stands for an inode of kemu's own in the host's instance: a nameless file nobody changes.
  struct Silent {
    std::shared_ptr<Inode> inode;
    UniqueFd stand_in;
    i32 watch = -1;
  };
  std::vector<Silent> silent_;
};

}  // namespace kemu
