#pragma once

#include <cstdint>
#include <string>

#include "kemu/machine.h"

namespace kemu {

// How kemu tells of what a machine could not give its guests, a line each.

/// "64 MiB", "1000 bytes".
std::string size_text(std::uint64_t bytes);
/// "processes ran out at 5 (--max-processes): refused 2 times, first to pid 2 `sh`".
std::string refusal_text(const Refusal& refusal);
/// "semget: ENOSYS 3 times, first to pid 2 `ipcs`".
std::string missing_text(const MissingFeature& feature);

}  // namespace kemu
