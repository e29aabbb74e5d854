#pragma once

#include <functional>
#include <optional>
#include <string>

#include "fs/callback_guard.h"
#include "kemu/error.h"
#include "kemu/options.h"
#include "process/kernel.h"

namespace kemu {

/// The directories, links and virtual files that the options want in the mounted trees.
std::optional<Error> furnish(Kernel& kernel, const MachineOptions& options,
                             const CallbackGuard& guard);
/// The directories above `path` that are not there yet.
std::optional<Error> make_parents(Kernel& kernel, const std::string& path);

}  // namespace kemu
