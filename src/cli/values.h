#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kemu/options.h"

namespace kemu::cli {

// What words of a command line mean; nothing for one that means nothing.

/// What --max-memory counts in.
constexpr std::uint64_t kMemoryUnit = std::uint64_t{1} << 20;
constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 40;

/// "HOST:GUEST" or "HOST:GUEST:ro"; "DIR" alone binds it to the same path.
std::optional<Bind> parse_bind(const std::string& text);
std::optional<std::uint64_t> parse_number(std::string_view text);
/// "90", "1500ms", "2m" in nanoseconds, up to 292 years.
std::optional<std::uint64_t> parse_duration(std::string_view text);

/// "4096", "64k", "16M", "2G" in bytes; a number without a suffix counts in `unit`s.
std::optional<std::uint64_t> parse_size(std::string_view text, std::uint64_t unit);
/// A word as a shell takes it, quoted where that is needed.
std::string shell_word(const std::string& word);

}  // namespace kemu::cli
