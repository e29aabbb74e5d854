#include "fs/inotify.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/abi/ioctl.h"
#include "base/errno_undef.h"
#include "fs/anonymous_place.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

/// What one read hands over at most, however long the guest's buffer is.
constexpr u64 kMostAtOnce = u64{64} << 10;
/// fs.inotify.max_queued_events.
constexpr u64 kMostEvents = 16384;
/// Of files of kemu's own; the host has a limit for its own.
constexpr u64 kMostWatches = u64{1} << 16;
constexpr u64 kHostBuffer = u64{16} << 10;
/// A name is filled up to a multiple of an event's head (round_event_name_len).
constexpr u32 kNameUnit = sizeof(abi::InotifyEvent);

u32 name_length(std::string_view name) {
  if (name.empty()) return 0;
  return (static_cast<u32>(name.size()) / kNameUnit + 1) * kNameUnit;
}

Result<UniqueFd> make_host_instance() {
  const int made = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (made < 0) return host_errno();
  const UniqueFd low(made);
  return host_duplicate(low.get());
}

std::string host_path_of(int file) {
  char text[PATH_MAX];
  const ssize_t size = readlink(FdLink(file).path(), text, sizeof text);
  return size > 0 ? std::string(text, static_cast<u64>(size)) : "";
}

Result<FileId> host_id_of(int file) {
  const FileStatus status = TRY(host_status(file));
  return FileId{status.device, status.inode};
}

}  // namespace

Inotify::Watch::Watch(Inotify& owner, i32 with_number, u32 with_mask, std::shared_ptr<Inode> of)
    : inotify(owner), number(with_number), mask(with_mask), inode(std::move(of)) {
  inode->make_watchers().add(*this);
}

Inotify::Watch::Watch(Inotify& owner, const Watch& original, std::shared_ptr<Inode> of)
    : inotify(owner), number(original.number), mask(original.mask), inode(std::move(of)) {
  inode->make_watchers().add_like(*this, original);
}

Inotify::Watch::~Watch() {
  if (inode->watchers()->remove(*this)) inode->drop_watchers();
}

/// inotify_handle_inode_event.
void Inotify::Watch::event(u32 happened, u32 cookie, std::string_view name) {
  const bool ends = name.empty() && (happened & (abi::kInotifyDeleteSelf | abi::kInotifyUnmount));
  const bool wanted =
      (happened & mask & abi::kInotifyAllEvents) != 0 || (happened & abi::kInotifyUnmount) != 0;
  // What a file did itself is never said to be a directory's doing.
  if ((happened & (abi::kInotifyDeleteSelf | abi::kInotifyMoveSelf)) != 0)
    happened &= ~abi::kInotifyIsDirectory;
  if (wanted) inotify.add_event(number, happened, cookie, name);
  if (ends || (wanted && (mask & abi::kInotifyOnce) != 0)) inotify.end_watch(number);
}

Result<std::shared_ptr<Inotify>> Inotify::create(u32 flags, u64 inode_number, HostPoller& poller) {
  UniqueFd own = TRY(make_host_instance());
  return std::make_shared<Inotify>(make_anonymous_place("anon_inode:inotify", inode_number), flags,
                                   std::move(own), poller);
}

Inotify::Inotify(Location location, u32 flags, UniqueFd host, HostPoller& poller)
    : FileDescription(std::move(location), flags | abi::kOpenReadOnly),
      host_(std::move(host)),
      poller_(poller) {}

Inotify::~Inotify() { poller_.forget(host_.get()); }

Result<i32> Inotify::add_watch(const std::shared_ptr<Inode>& inode, u32 mask) {
  if (inode->host_raises_events()) return add_host_watch(inode->host_fd(), mask);
  return add_own_watch(inode, mask);
}

Result<i32> Inotify::add_host_watch(int file, u32 mask) {
  // What happened before stands before it in the queue.
  take_host_events();
  // The link in /proc has to be followed; what it leads to is not followed any further.
  const u32 host_mask = mask & ~(abi::kInotifyDontFollow | abi::kInotifyOnlyDirectory);
  const int watch = inotify_add_watch(host_.get(), FdLink(file).path(), host_mask);
  if (watch < 0) return host_errno();
  const auto [known, added] = host_watches_.try_emplace(watch);
  HostWatch& kept = known->second;
  if (added) kept = {++last_number_, 0, host_path_of(file), host_id_of(file).value_or(FileId{})};
  const bool adds = (mask & abi::kInotifyMaskAdd) != 0;
  const u32 asked = host_mask & ~(abi::kInotifyMaskAdd | abi::kInotifyMaskCreate);
  kept.mask = adds ? kept.mask | asked : asked;
  return kept.number;
}

Result<i32> Inotify::add_own_watch(const std::shared_ptr<Inode>& inode, u32 mask) {
  const u32 kept =
      mask & (abi::kInotifyAllEvents | abi::kInotifyOnce | abi::kInotifyExcludeUnlinked);
  for (const auto& [number, watch] : own_) {
    if (watch->inode != inode) continue;
    if ((mask & abi::kInotifyMaskCreate) != 0) return Errno::EEXIST;
    watch->mask = (mask & abi::kInotifyMaskAdd) != 0 ? watch->mask | kept : kept;
    return number;
  }
  if (own_.size() >= kMostWatches) return Errno::ENOSPC;
  const i32 number = ++last_number_;
  own_.emplace(number, std::make_unique<Watch>(*this, number, kept, inode));
  return number;
}

Result<Unit> Inotify::remove_watch(i32 watch) {
  if (own_.contains(watch)) {
    end_watch(watch);
    return Unit{};
  }
  const auto known = std::ranges::find_if(
      host_watches_, [watch](const auto& pair) { return pair.second.number == watch; });
  if (known == host_watches_.end()) return Errno::EINVAL;
  return host_result(inotify_rm_watch(host_.get(), known->first));
}

void Inotify::end_watch(i32 number) {
  // The watch may be at work on an event: it is destroyed last.
  const auto ended = own_.extract(number);
  add_event(number, abi::kInotifyIgnored, 0, {});
}

void Inotify::unmounted(u64 device) {
  std::vector<i32> there;
  for (const auto& [number, watch] : own_) {
    const auto status = watch->inode->status();
    if (status.ok() && status->device == device) there.push_back(number);
  }
  for (const i32 number : there) {
    Watch& watch = *own_.at(number);
    const bool directory = watch.inode->type() == FileType::Directory;
    watch.event(abi::kInotifyUnmount | (directory ? abi::kInotifyIsDirectory : 0), 0, {});
  }
}

void Inotify::add_event(i32 watch, u32 mask, u32 cookie, std::string_view name) {
  take_host_events();
  if (!queue_.empty()) {
    const Event& last = queue_.back();
    const bool same = last.head.watch == watch && last.head.mask == mask && last.name == name;
    if (same && (mask & abi::kInotifyIgnored) == 0) return;
    if (last.head.mask == abi::kInotifyOverflow) return;
  }
  if (queue_.size() >= kMostEvents)
    queue_.push_back({{-1, abi::kInotifyOverflow, 0, 0}, {}});
  else
    queue_.push_back({{watch, mask, cookie, name_length(name)}, std::string(name)});
  arrived_.wake_all();
}

/// What the host has noted so far, numbered as the guest knows its watches.
void Inotify::take_host_events() const {
  alignas(inotify_event) std::array<char, kHostBuffer> bytes;
  while (queue_.size() < kMostEvents) {
    const ssize_t got = ::read(host_.get(), bytes.data(), bytes.size());
    if (got <= 0) return;
    for (u64 at = 0; at < static_cast<u64>(got);) {
      inotify_event event;
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* name = bytes.data() + at + sizeof event;
      at += sizeof event + event.len;
      const auto known = host_watches_.find(event.wd);
      if (event.wd >= 0 && known == host_watches_.end()) continue;
      const i32 watch = event.wd < 0 ? -1 : known->second.number;
      const std::string_view text(name, event.len == 0 ? 0 : strnlen(name, event.len));
      queue_.push_back({{watch, event.mask, event.cookie, event.len}, std::string(text)});
      if ((event.mask & abi::kInotifyIgnored) != 0) host_watches_.erase(known);
    }
  }
}

Result<u64> Inotify::read(const HostSpans& to) {
  take_host_events();
  if (queue_.empty()) return Errno::EAGAIN;
  const u64 room = std::min(total_size(to), kMostAtOnce);
  std::vector<std::byte> events;
  while (!queue_.empty() && events.size() + queue_.front().size() <= room) {
    const Event& next = queue_.front();
    const u64 at = events.size();
    events.resize(at + next.size());
    std::memcpy(events.data() + at, &next.head, sizeof next.head);
    std::memcpy(events.data() + at + sizeof next.head, next.name.data(), next.name.size());
    queue_.pop_front();
  }
  if (events.empty()) return Errno::EINVAL;
  return copy_to_spans(to, std::span(std::as_const(events)));
}

Result<u64> Inotify::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  if (request != abi::kFioReadable) return Errno::ENOTTY;
  take_host_events();
  u64 bytes = 0;
  for (const Event& event : queue_) bytes += event.size();
  TRY(space.write_value(argument, static_cast<i32>(bytes)));
  return u64{0};
}

u32 Inotify::poll() {
  take_host_events();
  return queue_.empty() ? 0 : kPollIn | kPollReadNormal;
}

void Inotify::wait_on(u32, Waiter& waiter) {
  waiter.wait_on(arrived_);
  waiter.wait_on(poller_.queue(host_.get(), kPollIn));
}

/// The host's watch of the file by the name it had; ENOENT when that is another one now.
Result<Unit> Inotify::copy_host_watch(const HostWatch& original) {
  const UniqueFd file = TRY(host_open(original.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (TRY(host_id_of(file.get())) != original.id) return Errno::ENOENT;
  const int made = inotify_add_watch(host_.get(), FdLink(file.get()).path(), original.mask);
  if (made < 0) return host_errno();
  host_watches_[made] = original;
  return Unit{};
}

std::shared_ptr<FileDescription> Inotify::copy_to(MachineCopy& copy) const {
  auto host = make_host_instance();
  if (!host.ok()) copy.refuse("the host has no more instances of inotify to give");
  auto made = std::make_shared<Inotify>(copy.of(location_), flags_,
                                        host.ok() ? std::move(*host) : UniqueFd(), copy.poller());
  copy_common(copy, made);
  made->last_number_ = last_number_;
  for (const auto& [number, watch] : own_) {
    auto inode = copy.of(watch->inode);
    made->own_.emplace(number, std::make_unique<Watch>(*made, *watch, std::move(inode)));
  }
  take_host_events();  // a file that was deleted is no longer watched
  for (const auto& [watch, kept] : host_watches_)
    if (!made->copy_host_watch(kept).ok())
      copy.refuse("'" + kept.path + "' is watched (inotify) and no longer has that name");
  take_host_events();
  made->queue_ = queue_;
  copy.queue(arrived_, made->arrived_);
  poller_.copy_queues(copy, host_.get(), made->host_.get());
  return made;
}

}  // namespace kemu
