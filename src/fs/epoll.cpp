#include "fs/epoll.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "base/abi/events.h"
#include "fs/anonymous_place.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr u32 kMaxNests = 4;  // EP_MAX_NESTS
constexpr u32 kAlways = kPollError | kPollHangUp;
/// Bits of an interest that are no events.
constexpr u32 kPrivateBits =
    abi::kEpollEdgeTriggered | abi::kEpollOneShot | abi::kEpollWakeUp | abi::kEpollExclusive;

}  // namespace

/// One file waited for; Linux's `struct epitem`.
class Epoll::Interest : public Waiter {
 public:
  Interest(Epoll& owner, i32 fd, std::weak_ptr<FileDescription> file, const abi::EpollEvent& event)
      : owner_(owner), fd_(fd), file_(std::move(file)) {
    set(event);
  }
  /// The copy of `original` in a copy of the machine, except for whether there is news.
  Interest(Epoll& owner, const Interest& original, MachineCopy& copy)
      : owner_(owner), fd_(original.fd_), file_(copy.of(original.file_)), event_(original.event_) {
    const auto file = file_.lock();
    if (file && original.watch_ != 0) owner_.watch_host(file->host_fd(), *this, wanted());
    copy.waiter(original, *this);
  }
  ~Interest() override { unwatch(); }

  bool is(i32 fd, const FileDescription& file) const {
    return fd == fd_ && file_.lock().get() == &file;
  }
  bool closed() const { return file_.expired(); }
  std::shared_ptr<FileDescription> file() const { return file_.lock(); }
  bool exclusive() const { return (event_.events & abi::kEpollExclusive) != 0; }

  void set(const abi::EpollEvent& event) {
    leave_all();
    unwatch();
    event_ = event;
    edge_ = true;  // what is there already counts as news
    const auto file = file_.lock();
    if (file && edge_triggered()) owner_.watch_host(file->host_fd(), *this, wanted());
  }
  void watched_as(u64 watch) { watch_ = watch; }
  void host_edge() { edge_ = true; }
  void set_news(const Interest& original) { edge_ = original.edge_; }

  /// What there is to report now; no bits for nothing.
  u32 ready(u32 depth) const {
    const auto file = file_.lock();
    if (!file || !enabled() || !edge_) return 0;
    auto* nested = dynamic_cast<Epoll*>(file.get());
    const u32 found = nested ? nested->poll_at(depth + 1) : file->poll();
    return found & (wanted() | kAlways);
  }
  abi::EpollEvent report(u32 events) {
    if ((event_.events & abi::kEpollOneShot) != 0) {
      event_.events &= kPrivateBits;
    } else if (edge_triggered()) {
      edge_ = false;
      if (watch_ == 0) file_.lock()->wait_on(wanted(), *this);
    }
    return {events, 0, event_.data};
  }
  /// An edge to come wakes the epoll by itself; whatever else is waited for directly.
  void wait(Waiter& waiter, u32 depth) const {
    const auto file = file_.lock();
    if (!file || !enabled() || !edge_) return;
    if (auto* nested = dynamic_cast<Epoll*>(file.get()))
      nested->wait_at(waiter, depth + 1);
    else
      file->wait_on(wanted(), waiter);
  }

 protected:
  void woken() override {
    edge_ = true;
    owner_.queue_.wake_all();
  }

 private:
  bool edge_triggered() const { return (event_.events & abi::kEpollEdgeTriggered) != 0; }
  void unwatch() {
    const auto file = file_.lock();
    if (watch_ != 0) owner_.unwatch_host(watch_, file ? file->host_fd() : -1);
    watch_ = 0;
  }
  u32 wanted() const { return event_.events & ~kPrivateBits; }
  /// After its one shot only its private bits are left, and not even errors are told.
  bool enabled() const { return (event_.events & abi::kEpollOneShot) == 0 || wanted() != 0; }

  Epoll& owner_;
  i32 fd_;
  std::weak_ptr<FileDescription> file_;
  abi::EpollEvent event_;
  bool edge_ = true;
  u64 watch_ = 0;  // its number in the host's epoll
};

namespace {

/// `told`: called with the number of each watch that a host epoll has news of.
template <typename Told>
void for_each_host_edge(int host, Told&& told) {
  if (host < 0) return;
  std::array<epoll_event, 64> events;
  int count;
  do {
    count = epoll_wait(host, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) told(events[static_cast<std::size_t>(i)].data.u64);
  } while (count == static_cast<int>(events.size()));
}

}  // namespace

Epoll::Epoll(Location location, u32 flags, HostPoller& poller)
    : FileDescription(std::move(location), flags), poller_(poller) {}

Epoll::~Epoll() {
  interests_.clear();  // while there is something to take them from
  if (host_) poller_.forget(host_.get());
}

bool Epoll::watch_host(int fd, Interest& interest, u32 events) {
  if (fd < 0) return false;
  if (!host_) host_ = UniqueFd(epoll_create1(EPOLL_CLOEXEC));
  if (!host_) return false;
  epoll_event event = {};
  event.events = events | EPOLLET;
  event.data.u64 = next_watch_;
  // EEXIST where a duplicate is waited for already: that one is asked for its state.
  if (epoll_ctl(host_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return false;
  interest.watched_as(next_watch_);
  host_watches_[next_watch_++] = &interest;
  return true;
}

/// `fd`: -1 for a file that is closed, which the host has forgotten by itself.
void Epoll::unwatch_host(u64 watch, int fd) {
  host_watches_.erase(watch);
  if (fd >= 0) (void)epoll_ctl(host_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Epoll::take_host_edges() const {
  for_each_host_edge(host_.get(), [&](u64 watch) {
    const auto found = host_watches_.find(watch);
    if (found != host_watches_.end()) found->second->host_edge();
  });
}

/// What there is when a file is added counts as an edge; in a copy of the machine it was told.
void Epoll::forget_host_edges() {
  for_each_host_edge(host_.get(), [](u64) {});
}

std::shared_ptr<FileDescription> Epoll::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<Epoll>(copy.of(location_), flags_, copy.poller());
  copy_common(copy, made);
  copy.queue(queue_, made->queue_);
  copy.later([this, &copy, made] {
    std::vector<std::pair<Interest*, const Interest*>> pairs;
    for (const auto& interest : interests_) {
      if (interest->closed()) continue;
      made->interests_.push_back(std::make_unique<Interest>(*made, *interest, copy));
      pairs.push_back({made->interests_.back().get(), interest.get()});
    }
    made->forget_host_edges();
    take_host_edges();
    for (const auto& [interest, original] : pairs) interest->set_news(*original);
    if (host_ && made->host_) poller_.copy_queues(copy, host_.get(), made->host_.get());
  });
  return made;
}

void Epoll::drop_closed() {
  std::erase_if(interests_, [](const auto& interest) { return interest->closed(); });
}

Epoll::Interests::iterator Epoll::find(i32 fd, const FileDescription& file) {
  return std::find_if(interests_.begin(), interests_.end(),
                      [&](const auto& interest) { return interest->is(fd, file); });
}

bool Epoll::reaches(const Epoll& target, u32 depth) const {
  if (this == &target || depth > kMaxNests) return true;
  return std::any_of(interests_.begin(), interests_.end(), [&](const auto& interest) {
    const auto file = interest->file();
    const auto* nested = dynamic_cast<const Epoll*>(file.get());
    return nested && nested->reaches(target, depth + 1);
  });
}

Result<Unit> Epoll::add(i32 fd, const std::shared_ptr<FileDescription>& file,
                        const abi::EpollEvent& event) {
  if (!file->pollable()) return Errno::EPERM;
  if (file.get() == this) return Errno::EINVAL;
  drop_closed();
  const auto* nested = dynamic_cast<const Epoll*>(file.get());
  if (nested && nested->reaches(*this, 1)) return Errno::ELOOP;
  if (find(fd, *file) != interests_.end()) return Errno::EEXIST;
  interests_.push_back(std::make_unique<Interest>(*this, fd, file, event));
  queue_.wake_all();
  return Unit{};
}

Result<Unit> Epoll::modify(i32 fd, const FileDescription& file, const abi::EpollEvent& event) {
  const auto found = find(fd, file);
  if (found == interests_.end()) return Errno::ENOENT;
  if ((*found)->exclusive()) return Errno::EINVAL;
  (*found)->set(event);
  queue_.wake_all();
  return Unit{};
}

Result<Unit> Epoll::remove(i32 fd, const FileDescription& file) {
  const auto found = find(fd, file);
  if (found == interests_.end()) return Errno::ENOENT;
  interests_.erase(found);
  return Unit{};
}

std::vector<abi::EpollEvent> Epoll::collect(u64 most) {
  drop_closed();
  take_host_edges();
  std::vector<abi::EpollEvent> events;
  Interests reported;
  for (auto next = interests_.begin(); next != interests_.end() && events.size() < most;) {
    const auto interest = next++;
    const u32 ready = (*interest)->ready(0);
    if (ready == 0) continue;
    events.push_back((*interest)->report(ready));
    reported.splice(reported.end(), interests_, interest);
  }
  interests_.splice(interests_.end(), reported);
  return events;
}

u32 Epoll::poll_at(u32 depth) {
  if (depth > kMaxNests) return 0;
  take_host_edges();
  const bool any = std::any_of(interests_.begin(), interests_.end(),
                               [&](const auto& interest) { return interest->ready(depth) != 0; });
  return any ? kPollIn | kPollReadNormal : 0;
}

void Epoll::wait_at(Waiter& waiter, u32 depth) {
  if (depth > kMaxNests) return;
  waiter.wait_on(queue_);
  if (!host_watches_.empty()) waiter.wait_on(poller_.queue(host_.get(), kPollIn));
  for (const auto& interest : interests_) interest->wait(waiter, depth);
}

std::shared_ptr<Epoll> make_epoll(u64 inode_number, HostPoller& poller) {
  return std::make_shared<Epoll>(make_anonymous_place("anon_inode:[eventpoll]", inode_number),
                                 abi::kOpenReadWrite, poller);
}

}  // namespace kemu
