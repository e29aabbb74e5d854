#pragma once

#include "kemu/machine.h"
#include "process/kernel.h"

namespace kemu {

/// The way into a machine for kemu's own layers above the library.
class MachineKernel {
 public:
  static Kernel& of(Machine& machine);
};

}  // namespace kemu
