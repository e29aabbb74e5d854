#pragma once

#include <functional>
#include <string_view>

#include "fs/callback_guard.h"
#include "fs/file_description.h"
#include "fs/host_traffic.h"

namespace kemu {

/// Gets what guests write, piece by piece.
using Sink = std::function<void(std::string_view)>;

/// An open file, write-only, whose bytes go to the host program by `guard`: a pipe to the guests,
/// which is never full; `traffic` counts them. It can be opened again by /proc/PID/fd/N. `stream`
/// says which standard stream it was made for.
std::shared_ptr<FileDescription> make_sink(Sink sink, HostTraffic& traffic, CallbackGuard guard,
                                           int stream, u64 inode_number);

}  // namespace kemu
