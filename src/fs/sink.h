#pragma once

#include <functional>
#include <string_view>

#include "fs/file_description.h"

namespace kemu {

/// Gets what guests write, piece by piece.
using Sink = std::function<void(std::string_view)>;

/// An open file, write-only, whose bytes go to the host program: a pipe to the guests, which is
/// never full. It can be opened again by /proc/PID/fd/N.
std::shared_ptr<FileDescription> make_sink(Sink sink, u64 inode_number);

}  // namespace kemu
