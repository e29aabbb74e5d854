#include "fs/host_poller.h"

#include <poll.h>

#include <vector>

#include "base/errno_undef.h"
#include "fs/file_description.h"
#include "fs/machine_copy.h"

namespace kemu {

WaitQueue& HostPoller::queue(int fd, unsigned events) {
  auto& watch = watches_[fd][events];
  if (!watch) watch = std::make_unique<Watch>();
  watch->events = events;
  return watch->queue;
}

void HostPoller::forget(int fd) { watches_.erase(fd); }

void HostPoller::copy_queues(MachineCopy& copy, int fd, int copied_fd) const {
  const auto by_events = watches_.find(fd);
  if (by_events == watches_.end()) return;
  for (const auto& [events, watch] : by_events->second)
    copy.queue(watch->queue, copy.poller().queue(copied_fd, events));
}

bool HostPoller::anybody_waiting() const {
  for (const auto& [fd, by_events] : watches_)
    for (const auto& [events, watch] : by_events)
      if (!watch->queue.empty()) return true;
  return false;
}

bool HostPoller::wait(Nanoseconds timeout) {
  std::vector<pollfd> polled;
  std::vector<unsigned> asked;
  for (const auto& [fd, by_events] : watches_) {
    for (const auto& [events, watch] : by_events) {
      if (watch->queue.empty()) continue;
      polled.push_back({fd, static_cast<short>(events), 0});
      asked.push_back(events);
    }
  }
  const timespec until = {timeout / kSecond, timeout % kSecond};
  const int ready = ppoll(polled.data(), polled.size(), timeout < 0 ? nullptr : &until, nullptr);
  if (ready <= 0) return ready != 0;
  // By number again for each: what one wakes may forget the descriptors of others.
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    const auto by_events = watches_.find(polled[i].fd);
    if (by_events == watches_.end()) continue;
    const auto watch = by_events->second.find(asked[i]);
    if (watch != by_events->second.end()) watch->second->queue.wake_all();
  }
  return true;
}

}  // namespace kemu
