#pragma once

#include <string>

#include "process/tracer.h"

namespace kemu {

/// strace -c's table of what was counted: most time first. In the stable style without times, most
/// calls first.
std::string trace_summary(const Tracer& tracer);

}  // namespace kemu
