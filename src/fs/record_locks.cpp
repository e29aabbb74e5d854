#include "fs/record_locks.h"

#include <algorithm>

#include "fs/machine_copy.h"

namespace kemu {

namespace {

bool conflicting(const RecordLock& held, const RecordLock& wanted) {
  return held.owner != wanted.owner && held.range.overlaps(wanted.range) &&
         (held.kind == LockKind::Write || wanted.kind == LockKind::Write);
}

}  // namespace

std::optional<RecordLock> RecordLocks::conflict(const FileId& file,
                                                const RecordLock& wanted) const {
  const auto found = files_.find(file);
  if (found == files_.end()) return std::nullopt;
  for (const RecordLock& held : found->second.locks)
    if (conflicting(held, wanted)) return held;
  return std::nullopt;
}

void RecordLocks::remove_range(File& file, const LockOwner& owner, const LockRange& range) {
  std::vector<RecordLock> left;
  for (const RecordLock& held : file.locks) {
    if (held.owner != owner || !held.range.overlaps(range)) {
      left.push_back(held);
      continue;
    }
    if (held.range.start < range.start)
      left.push_back({owner, held.kind, {held.range.start, range.start}});
    if (held.range.end > range.end) left.push_back({owner, held.kind, {range.end, held.range.end}});
  }
  file.locks = std::move(left);
}

Result<Unit> RecordLocks::set(const FileId& file, const RecordLock& wanted) {
  if (wanted.range.start >= wanted.range.end) return Errno::EINVAL;
  if (conflict(file, wanted)) return Errno::EAGAIN;
  end_wait(wanted.owner);
  File& held = files_[file];
  remove_range(held, wanted.owner, wanted.range);
  // Neighbours of the same kind become one, so that F_GETLK reports them as Linux does.
  RecordLock merged = wanted;
  std::erase_if(held.locks, [&](const RecordLock& lock) {
    const bool touches =
        lock.owner == merged.owner && lock.kind == merged.kind &&
        (lock.range.end == wanted.range.start || lock.range.start == wanted.range.end);
    if (!touches) return false;
    merged.range.start = std::min(merged.range.start, lock.range.start);
    merged.range.end = std::max(merged.range.end, lock.range.end);
    return true;
  });
  held.locks.push_back(merged);
  std::stable_sort(held.locks.begin(), held.locks.end(),
                   [](const RecordLock& one, const RecordLock& other) {
                     return one.range.start < other.range.start;
                   });
  // A write lock that became a read lock lets readers in.
  held.queue.wake_all();
  return Unit{};
}

void RecordLocks::drop_if_unused(std::map<FileId, File>::iterator file) {
  if (file->second.locks.empty() && file->second.queue.empty()) files_.erase(file);
}

void RecordLocks::release(const FileId& file, const LockOwner& owner, const LockRange& range) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  remove_range(found->second, owner, range);
  found->second.queue.wake_all();
  drop_if_unused(found);
}

void RecordLocks::release_owner(const FileId& file, const LockOwner& owner) {
  release(file, owner, {0, kLockToEnd});
}

void RecordLocks::release_owner(const LockOwner& owner) {
  end_wait(owner);
  for (auto file = files_.begin(); file != files_.end();) {
    const auto next = std::next(file);
    const auto gone = std::erase_if(file->second.locks,
                                    [&](const RecordLock& lock) { return lock.owner == owner; });
    if (gone > 0) file->second.queue.wake_all();
    drop_if_unused(file);
    file = next;
  }
}

Result<Unit> RecordLocks::wait(const FileId& file, const RecordLock& wanted, Waiter& waiter) {
  const auto holder = conflict(file, wanted);
  if (holder) {
    LockOwner next = holder->owner;
    // Entries of owners that were woken but did not look again yet are stale: they may form a ring.
    for (std::size_t step = 0; step <= waits_for_.size(); ++step) {
      if (next == wanted.owner) return Errno::EDEADLK;
      const auto waits = waits_for_.find(next);
      if (waits == waits_for_.end()) break;
      next = waits->second;
    }
    waits_for_[wanted.owner] = holder->owner;
  }
  waiter.wait_on(files_[file].queue);
  return Unit{};
}

void RecordLocks::end_wait(const LockOwner& owner) { waits_for_.erase(owner); }

std::shared_ptr<RecordLocks> RecordLocks::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<RecordLocks>();
  for (const auto& [id, file] : files_) {
    File& copied = made->files_[id];
    copied.locks = file.locks;
    copy.queue(file.queue, copied.queue);
  }
  made->waits_for_ = waits_for_;
  return made;
}

void RecordLocks::rename(const LockOwner& from, const LockOwner& to) {
  for (auto& [id, file] : files_)
    for (RecordLock& lock : file.locks)
      if (lock.owner == from) lock.owner = to;
  if (auto wait = waits_for_.extract(from)) {
    wait.key() = to;
    waits_for_.insert(std::move(wait));
  }
  for (auto& [owner, holder] : waits_for_)
    if (holder == from) holder = to;
}

}  // namespace kemu
