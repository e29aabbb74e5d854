#pragma once

#include <map>
#include <memory>

#include "base/time.h"
#include "fs/host_traffic.h"
#include "fs/wait_queue.h"

namespace kemu {

/// Waits for host descriptors on behalf of blocked tasks: the one place where kemu sleeps.
class HostPoller {
 public:
  /// The queue that is woken when the host's `fd` has any of `events` (kPoll… bits). Valid until
  /// `forget(fd)`.
  WaitQueue& queue(int fd, unsigned events);
  void forget(int fd);
  /// Whoever waits for `fd` here waits for `copied_fd` in a copy of the machine.
  void copy_queues(MachineCopy& copy, int fd, int copied_fd) const;
  /// True when somebody waits for a host descriptor.
  bool anybody_waiting() const;
  /// Sleeps until a watched descriptor is ready, a host signal arrives, or `timeout` passed (-1:
  /// no end; 0: just look), and wakes the queues concerned. False when the time passed.
  bool wait(Nanoseconds timeout);

  /// Of a reproducible run: who writes to a host stream that is full waits for room there and then,
  /// so that the order of tasks does not hang on the host's reader.
  void wait_for_room_at_once() { patient_ = true; }
  bool waits_for_room_at_once() const { return patient_; }
  /// What the machine's guests and the host's streams say to each other.
  HostTraffic& traffic() { return traffic_; }

 private:
  struct Watch {
    unsigned events = 0;
    WaitQueue queue;
  };
  std::map<int, std::map<unsigned, std::unique_ptr<Watch>>> watches_;
  bool patient_ = false;
  HostTraffic traffic_;
};

}  // namespace kemu
