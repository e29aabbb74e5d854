#pragma once

#include <deque>
#include <map>
#include <string>

#include "base/abi/inotify.h"
#include "base/unique_fd.h"
#include "fs/file_description.h"
#include "fs/file_id.h"
#include "fs/host_poller.h"
#include "fs/watches.h"

namespace kemu {

/// inotify_init1(2). Files of the host are watched by an instance of the host's, so that events
/// come whoever changes a file, guest or host program; files of kemu's own by kemu itself. Events
/// of both stand in one queue in the order they happened.
class Inotify : public FileDescription {
 public:
  /// EMFILE past the host's limit on instances.
  static Result<std::shared_ptr<Inotify>> create(u32 flags, u64 inode_number, HostPoller& poller);
  Inotify(Location location, u32 flags, UniqueFd host, HostPoller& poller);
  ~Inotify() override;

  /// The watch's number. EINVAL for a mask without events, EEXIST with IN_MASK_CREATE, ENOSPC past
  /// the limit of watches.
  Result<i32> add_watch(const std::shared_ptr<Inode>& inode, u32 mask);
  /// EINVAL for a number that is none.
  Result<Unit> remove_watch(i32 watch);
  /// The file system that `device` names goes away: IN_UNMOUNT for all that is watched there.
  void unmounted(u64 device);

  /// Whole events only: EINVAL for a buffer too small for the next one.
  Result<u64> read(const HostSpans& to) override;
  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  bool pollable() const override { return true; }
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  /// Refused where a watched file of the host is no longer found by the name it had.
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  /// A watch of a file of kemu's own.
  class Watch : public InodeWatch {
   public:
    Watch(Inotify& inotify, i32 number, u32 mask, std::shared_ptr<Inode> inode);
    /// The copy of `original` in a copy of the machine.
    Watch(Inotify& inotify, const Watch& original, std::shared_ptr<Inode> inode);
    ~Watch() override;
    void event(u32 mask, u32 cookie, std::string_view name) override;

    Inotify& inotify;
    const i32 number;
    u32 mask;
    const std::shared_ptr<Inode> inode;
  };
  /// A watch of the host's. No descriptor is kept: it would keep a deleted file from going.
  struct HostWatch {
    i32 number;
    u32 mask;  // as the host was asked
    std::string path;
    FileId id;
  };
  struct Event {
    abi::InotifyEvent head;
    std::string name;
    u64 size() const { return sizeof head + head.length; }
  };

  Result<i32> add_own_watch(const std::shared_ptr<Inode>& inode, u32 mask);
  Result<i32> add_host_watch(int file, u32 mask);
  Result<Unit> copy_host_watch(const HostWatch& original);
  void end_watch(i32 number);
  void add_event(i32 watch, u32 mask, u32 cookie, std::string_view name);
  void take_host_events() const;

  UniqueFd host_;
  HostPoller& poller_;
  std::map<i32, std::unique_ptr<Watch>> own_;
  // By the host's numbers. What it has told is taken from it whenever somebody looks, even to copy.
  mutable std::map<i32, HostWatch> host_watches_;
  i32 last_number_ = 0;
  mutable std::deque<Event> queue_;
  WaitQueue arrived_;
};

}  // namespace kemu
