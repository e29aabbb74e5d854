#pragma once

#include <string>

namespace kemu {

class Kernel;

/// What every guest is doing, a line each: whom or what it waits for by process, descriptor and
/// file. Tells a deadlock's ring from one end to the other.
///
///     pid 5 `cat` reads pipe:[1003] (fd 0); its only writer is pid 5 `cat` itself (fd 4)
std::string explain_waits(Kernel& kernel);

}  // namespace kemu
