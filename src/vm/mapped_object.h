#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "vm/frame_pool.h"

namespace kemu {

class MemoryCopies;

/// Where the pages of a mapping come from: a file's page cache, or anonymous memory shared across
/// fork. Linux's twin is `struct address_space`.
class MappedObject {
 public:
  virtual ~MappedObject() = default;

  /// The frame that holds page `index` (in 4 KiB units), retained for the caller. ENXIO beyond
  /// the object's end (the guest's SIGBUS), EIO, ENOMEM. A private mapping maps it copy-on-write.
  virtual Result<Frame> page(u64 index) = 0;

  /// A shared writable mapping of page `index` was written: carry the bytes to the backing store.
  virtual Result<Unit> write_back(u64 index) = 0;

  /// Bytes [offset, offset + size), whole pages of which somebody maps, become a hole that reads as
  /// zeros (fallocate's FALLOC_FL_PUNCH_HOLE). EOPNOTSUPP for most.
  virtual Result<Unit> punch_hole(u64, u64) { return Errno::EOPNOTSUPP; }

  /// What tells that two objects map the same pages (only compared), as ObjectPages has
  /// it.
  virtual const void* contents() const { return this; }

  /// The same pages in a copy of the machine; null where machines may share the object: its bytes
  /// are the host's, or never change.
  virtual std::shared_ptr<MappedObject> copy_to(MemoryCopies&) { return nullptr; }

  /// What a shared mapping that may become writable holds instead of `self`, which is this: an
  /// object that has to know whether there is one counts them by it.
  virtual std::shared_ptr<MappedObject> for_writing(std::shared_ptr<MappedObject> self) {
    return self;
  }

  /// What /proc/PID/maps shows: device, inode, path.
  struct Identity {
    u64 device = 0;
    u64 inode = 0;
    std::string path;
  };
  virtual Identity identity() const = 0;
};

}  // namespace kemu
