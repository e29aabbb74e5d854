#include "fs/epoll.h"

#include <algorithm>

#include "base/abi/events.h"
#include "fs/anonymous_place.h"

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

  bool is(i32 fd, const FileDescription& file) const {
    return fd == fd_ && file_.lock().get() == &file;
  }
  bool closed() const { return file_.expired(); }
  std::shared_ptr<FileDescription> file() const { return file_.lock(); }
  bool exclusive() const { return (event_.events & abi::kEpollExclusive) != 0; }

  void set(const abi::EpollEvent& event) {
    leave_all();
    event_ = event;
    edge_ = true;  // what is there already counts as news
  }

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
    } else if ((event_.events & abi::kEpollEdgeTriggered) != 0) {
      edge_ = false;
      file_.lock()->wait_on(wanted(), *this);
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
  u32 wanted() const { return event_.events & ~kPrivateBits; }
  /// After its one shot only its private bits are left, and not even errors are told.
  bool enabled() const { return (event_.events & abi::kEpollOneShot) == 0 || wanted() != 0; }

  Epoll& owner_;
  i32 fd_;
  std::weak_ptr<FileDescription> file_;
  abi::EpollEvent event_;
  bool edge_ = true;
};

Epoll::Epoll(Location location, u32 flags) : FileDescription(std::move(location), flags) {}
Epoll::~Epoll() = default;

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
  const bool any = std::any_of(interests_.begin(), interests_.end(),
                               [&](const auto& interest) { return interest->ready(depth) != 0; });
  return any ? kPollIn | kPollReadNormal : 0;
}

void Epoll::wait_at(Waiter& waiter, u32 depth) {
  if (depth > kMaxNests) return;
  waiter.wait_on(queue_);
  for (const auto& interest : interests_) interest->wait(waiter, depth);
}

std::shared_ptr<Epoll> make_epoll(u64 inode_number) {
  return std::make_shared<Epoll>(make_anonymous_place("anon_inode:[eventpoll]", inode_number),
                                 abi::kOpenReadWrite);
}

}  // namespace kemu
