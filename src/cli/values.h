#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kemu/options.h"

namespace kemu::cli {

// What words of a command line mean; nothing for one that means nothing.

/// "HOST:GUEST" or "HOST:GUEST:ro"; "DIR" alone binds it to the same path.
std::optional<Bind> parse_bind(const std::string& text);
std::optional<std::uint64_t> parse_number(std::string_view text);
/// "90", "1500ms", "2m" in nanoseconds, up to 292 years.
std::optional<std::uint64_t> parse_duration(std::string_view text);

}  // namespace kemu::cli
