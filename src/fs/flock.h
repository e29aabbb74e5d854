#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "fs/wait_queue.h"

namespace kemu {

class FileDescription;

enum class FlockMode : u8 { Shared, Exclusive };

/// The flock(2) locks of one inode, each held by an open file description; Linux's flc_flock list.
/// It knows kemu's own descriptions only: host programs that lock the same file are not seen.
class Flock {
 public:
  /// EAGAIN when another description holds a conflicting lock. As on Linux a conversion first gives
  /// up the lock held, also when it then fails.
  Result<Unit> acquire(const FileDescription& owner, FlockMode mode);
  void release(const FileDescription& owner);
  /// What `owner` holds.
  std::optional<FlockMode> mode_of(const FileDescription& owner) const;
  /// Woken when a lock is given up.
  WaitQueue& queue() { return queue_; }
  const WaitQueue& queue() const { return queue_; }

 private:
  struct Holder {
    const FileDescription* owner;
    FlockMode mode;
  };
  std::vector<Holder> holders_;
  WaitQueue queue_;
};

}  // namespace kemu
