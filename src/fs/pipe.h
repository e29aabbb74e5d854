#pragma once

#include <memory>
#include <utility>

#include "fs/file_description.h"

namespace kemu {

struct PipeEnds {
  std::shared_ptr<FileDescription> read;
  std::shared_ptr<FileDescription> write;
};

/// pipe2(2): 64 KiB, writes up to PIPE_BUF atomic. Reads: EAGAIN while empty with writers, 0
/// without writers. Writes: EPIPE without readers, EAGAIN while full. `flags`: O_NONBLOCK,
/// O_DIRECT.
PipeEnds make_pipe(u32 flags, u64 inode_number);

class Pipe;

/// What a named pipe of some file system carries while it is open; the inode owns it and opens
/// through it. It forgets unread bytes when the last description is closed, as Linux does.
class Fifo {
 public:
  Fifo();
  ~Fifo();
  /// open(2) of the named pipe at `at`: ENXIO for a non-blocking writer without readers; otherwise
  /// a description, which is `open_pending()` while a blocking open waits for the other side.
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags);
  /// Makes `made`, of an inode in a copy of the machine, carry the same.
  void copy_to(MachineCopy& copy, Fifo& made) const;

 private:
  std::weak_ptr<Pipe> pipe_;
};

}  // namespace kemu
