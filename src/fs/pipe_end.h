#pragma once

#include "fs/pipe_buffer.h"

namespace kemu {

/// What splice(2), tee(2) and vmsplice(2) see of an open pipe: its bytes, and who is at its ends.
class PipeEnd {
 public:
  virtual PipeBuffer& buffer() = 0;
  virtual bool has_readers() const = 0;
  virtual bool has_writers() const = 0;
  /// After bytes came into the buffer, or left it: whoever waits for that looks again.
  virtual void filled() = 0;
  virtual void drained() = 0;

 protected:
  ~PipeEnd() = default;
};

}  // namespace kemu
