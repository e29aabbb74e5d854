#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "fs/file_id.h"
#include "fs/wait_queue.h"

namespace kemu {

class MachineCopy;

/// Who holds a record lock: a process (F_SETLK), or an open file description (F_OFD_SETLK, pid -1
/// as F_GETLK then reports).
struct LockOwner {
  i32 pid = 0;
  const void* description = nullptr;
  friend auto operator<=>(const LockOwner&, const LockOwner&) = default;
};

enum class LockKind : u8 { Read, Write };

/// Bytes [start, end) of a file; kLockToEnd reaches beyond any end (l_len = 0).
struct LockRange {
  u64 start = 0;
  u64 end = 0;
  bool overlaps(const LockRange& other) const { return start < other.end && other.start < end; }
  friend bool operator==(const LockRange&, const LockRange&) = default;
};
inline constexpr u64 kLockToEnd = ~u64{0};

struct RecordLock {
  LockOwner owner;
  LockKind kind = LockKind::Read;
  LockRange range;
  friend bool operator==(const RecordLock&, const RecordLock&) = default;
};

/// The record locks of fcntl(2) of one machine, by file; Linux's flc_posix lists. A fork inherits
/// none; closing any descriptor of a file gives up the process's locks on it. Locks of host
/// programs are not seen.
class RecordLocks {
 public:
  /// True when nobody holds a lock on any file.
  bool empty() const { return files_.empty(); }
  /// F_GETLK: the first lock of somebody else that keeps `wanted` from being set.
  std::optional<RecordLock> conflict(const FileId& file, const RecordLock& wanted) const;
  /// F_SETLK: replaces what the owner holds in the range. EAGAIN on a conflict.
  Result<Unit> set(const FileId& file, const RecordLock& wanted);
  /// F_UNLCK: parts of locks outside the range stay.
  void release(const FileId& file, const LockOwner& owner, const LockRange& range);
  /// All locks of the owner on one file (a close), or on every file (an exit).
  void release_owner(const FileId& file, const LockOwner& owner);
  void release_owner(const LockOwner& owner);

  /// F_SETLKW after an EAGAIN: waits until a lock of the file is given up. EDEADLK when the holder
  /// waits, directly or through others, for the owner.
  Result<Unit> wait(const FileId& file, const RecordLock& wanted, Waiter& waiter);
  /// The owner no longer waits (it got the lock, or a signal came).
  void end_wait(const LockOwner& owner);

  /// Those of descriptions are still their originals', which `rename` changes as each is copied.
  std::shared_ptr<RecordLocks> copy_to(MachineCopy& copy) const;
  void rename(const LockOwner& from, const LockOwner& to);

 private:
  struct File {
    std::vector<RecordLock> locks;  // ordered by start within an owner
    WaitQueue queue;
  };
  void remove_range(File& file, const LockOwner& owner, const LockRange& range);
  void drop_if_unused(std::map<FileId, File>::iterator file);

  std::map<FileId, File> files_;
  std::map<LockOwner, LockOwner> waits_for_;
};

}  // namespace kemu
