#pragma once

#include "fs/fs_machine.h"

namespace kemu {

class Kernel;

/// The kernel as its own file systems see it.
class KernelFiles : public FsMachine {
 public:
  KernelFiles(Kernel& kernel, FramePool& pool) : FsMachine(pool), kernel_(kernel) {}
  Nanoseconds now() override;

 private:
  /// Those of the task that runs; before any does, root's.
  FileCredentials actor() const override;

  Kernel& kernel_;
};

}  // namespace kemu
