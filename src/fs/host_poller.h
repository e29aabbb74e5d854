#pragma once

#include <map>
#include <memory>

#include "base/time.h"
#include "fs/wait_queue.h"

namespace kemu {

/// Waits for host descriptors on behalf of blocked tasks: the one place where kemu sleeps.
class HostPoller {
 public:
  /// The queue that is woken when the host's `fd` has any of `events` (kPoll… bits). Valid until
  /// `forget(fd)`.
  WaitQueue& queue(int fd, unsigned events);
  void forget(int fd);
  /// True when somebody waits for a host descriptor.
  bool anybody_waiting() const;
  /// Sleeps until a watched descriptor is ready, a host signal arrives, or `timeout` passed (-1:
  /// no end; 0: just look), and wakes the queues concerned.
  void wait(Nanoseconds timeout);

 private:
  struct Watch {
    unsigned events = 0;
    WaitQueue queue;
  };
  std::map<int, std::map<unsigned, std::unique_ptr<Watch>>> watches_;
};

}  // namespace kemu
