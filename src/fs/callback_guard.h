#pragma once

#include <functional>

namespace kemu {

/// How a machine calls the host program back; false when it threw, which ends the machine's run.
using CallbackGuard = std::function<bool(const std::function<void()>&)>;

}  // namespace kemu
