#include "fs/inotify.h"

#include <sys/inotify.h>
#include <sys/mman.h>

#include <algorithm>

#include "base/abi/inotify.h"
#include "base/errno_undef.h"
#include "fs/anonymous_place.h"
#include "fs/host_io.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

/// What one read hands over at most, however long the guest's buffer is.
constexpr u64 kMostAtOnce = u64{64} << 10;
/// Silent watches of one instance: each costs a host descriptor.
constexpr u64 kMostSilent = 256;

}  // namespace

Result<std::shared_ptr<Inotify>> Inotify::create(u32 flags, u64 inode_number, HostPoller& poller) {
  const int made = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (made < 0) return host_errno();
  const UniqueFd low(made);
  return std::make_shared<Inotify>(make_anonymous_place("anon_inode:inotify", inode_number), flags,
                                   TRY(host_duplicate(low.get())), poller);
}

Result<i32> Inotify::add_watch(const std::shared_ptr<Inode>& inode, u32 mask) {
  int file = inode->host_fd();
  if (file < 0) {
    auto known = std::find_if(silent_.begin(), silent_.end(),
                              [&](const Silent& silent) { return silent.inode == inode; });
    if (known == silent_.end()) {
      if (silent_.size() >= kMostSilent) return Errno::ENOSPC;
      UniqueFd stand_in(memfd_create("kemu-inotify", MFD_CLOEXEC));
      if (stand_in.get() < 0) return host_errno();
      known = silent_.insert(silent_.end(), Silent{inode, std::move(stand_in), -1});
    }
    file = known->stand_in.get();
  }
  // The link in /proc has to be followed; what it leads to is not followed any further.
  const u32 host_mask = mask & ~(abi::kInotifyDontFollow | abi::kInotifyOnlyDirectory);
  const int watch = inotify_add_watch(host_fd(), FdLink(file).path(), host_mask);
  const Result<i32> added = watch < 0 ? Result<i32>(host_errno()) : Result<i32>(watch);
  if (inode->host_fd() >= 0) return added;
  for (Silent& silent : silent_)
    if (added.ok() && silent.inode == inode) silent.watch = *added;
  std::erase_if(silent_, [](const Silent& silent) { return silent.watch < 0; });
  return added;
}

Result<Unit> Inotify::remove_watch(i32 watch) {
  TRY(host_result(inotify_rm_watch(host_fd(), watch)));
  std::erase_if(silent_, [watch](const Silent& silent) { return silent.watch == watch; });
  return Unit{};
}

Result<u64> Inotify::read(const HostSpans& to) {
  // In one piece: the host would look at each page of the guest's buffer by itself.
  std::vector<std::byte> events(std::min(total_size(to), kMostAtOnce));
  const HostSpans whole{HostSpan(events)};
  const u64 got = TRY(host_read(host_fd(), whole));
  return copy_to_spans(to, std::span(events).first(got));
}

}  // namespace kemu
