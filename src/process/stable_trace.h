#pragma once

#include <string>
#include <string_view>

namespace kemu {

/// A strace line without what differs from run to run: outside of quotes each address is "@", a
/// pipe's or socket's inode and a child's CPU time are "*", and how many variables an environment
/// has is left out. Numbers below 64 KiB, sizes and flags without a name are no addresses.
std::string stable_trace_text(std::string_view line);

}  // namespace kemu
