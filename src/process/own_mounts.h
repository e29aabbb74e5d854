#pragma once

#include "fs/mount_table.h"

namespace kemu {

class Kernel;

// The file systems that a kernel computes, to be mounted; copies of the kernel compute their own.

Mount proc_mount(Kernel& kernel);
Mount sys_mount(Kernel& kernel);
Mount device_mount(Kernel& kernel);

}  // namespace kemu
