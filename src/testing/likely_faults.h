#pragma once

#include <string_view>
#include <vector>

#include "process/kernel.h"

namespace kemu {

/// What can go wrong in ordinary life with the call that `task` is about to make, each as the
/// effect of an `--inject` rule ("error=EIO", "short=1"): the disk is full or broken, rights or
/// descriptors are missing, memory is short, a signal comes. docs/faults.md has the table.
std::vector<std::string_view> likely_faults(Task& task);

}  // namespace kemu
