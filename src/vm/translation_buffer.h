#pragma once

#include <optional>

#include "base/types.h"

namespace kemu {

/// The largest buffer for translated code, in bytes, that the host has address space for now;
/// nothing when there is none for the smallest. Asked before an engine is opened that would end the
/// process where its reservation fails.
std::optional<u64> translation_buffer_size();

}  // namespace kemu
