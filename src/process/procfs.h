#pragma once

#include <memory>

#include "fs/inode.h"

namespace kemu {

class Kernel;

/// /proc of a machine: its guests and nobody else, made when looked at.
std::shared_ptr<Inode> make_proc_fs(Kernel& kernel);

}  // namespace kemu
