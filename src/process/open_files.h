#pragma once

#include "base/types.h"

namespace kemu {

class Kernel;

/// How many open descriptions have a number in some process: Linux's nr_files, but for those that
/// are on their way in a message.
u64 count_open_files(const Kernel& kernel);

/// Whether the machine's budget leaves `wanted` more of them. ENFILE otherwise.
bool has_room_for_files(const Kernel& kernel, u64 wanted);

}  // namespace kemu
