#pragma once

#include <memory>

#include "fs/inode.h"

namespace kemu {

class Kernel;

/// /sys of a machine: its one CPU, its one memory node, its loopback, and nothing of the host's.
std::shared_ptr<Inode> make_sys_fs(Kernel& kernel);

}  // namespace kemu
