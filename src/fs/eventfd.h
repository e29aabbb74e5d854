#pragma once

#include <memory>

#include "fs/file_description.h"

namespace kemu {

/// What a read of an eventfd takes: everything, or one (EFD_SEMAPHORE).
enum class EventCounting : u8 { Total, Semaphore };

/// eventfd2(2): a counter that reads wait for and writes add to. `flags`: O_NONBLOCK.
std::shared_ptr<FileDescription> make_eventfd(u64 initial, EventCounting counting, u32 flags,
                                              u64 inode_number);

}  // namespace kemu
