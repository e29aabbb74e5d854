#pragma once

#include <functional>
#include <optional>
#include <string>

#include "kemu/error.h"
#include "kemu/options.h"
#include "process/kernel.h"

namespace kemu {

/// Calls a function of the caller's; false when it threw.
using CallbackGuard = std::function<bool(const std::function<void()>&)>;

/// The directories, links and virtual files that the options want in the mounted trees.
std::optional<Error> furnish(Kernel& kernel, const MachineOptions& options,
                             const CallbackGuard& guard);
/// The directories above `path` that are not there yet.
std::optional<Error> make_parents(Kernel& kernel, const std::string& path);

}  // namespace kemu
