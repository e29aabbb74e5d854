#include "cli/values.h"

#include <array>
#include <charconv>

namespace kemu::cli {

std::optional<Bind> parse_bind(const std::string& text) {
  Bind bind;
  const auto first = text.find(':');
  bind.host_path = text.substr(0, first);
  bind.guest_path = bind.host_path;
  if (first != std::string::npos) {
    const auto second = text.find(':', first + 1);
    bind.guest_path = text.substr(first + 1, second - first - 1);
    if (second != std::string::npos) {
      const std::string mode = text.substr(second + 1);
      if (mode != "ro" && mode != "rw") return std::nullopt;
      bind.read_only = mode == "ro";
    }
  }
  if (bind.host_path.empty() || !bind.guest_path.starts_with('/')) return std::nullopt;
  return bind;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kUnits = {
      {{"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}}};
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  std::uint64_t unit = 1'000'000'000;
  for (const auto& [suffix, nanoseconds] : kUnits) {
    if (!text.ends_with(suffix)) continue;
    text.remove_suffix(suffix.size());
    unit = nanoseconds;
    break;
  }
  const auto number = parse_number(text);
  if (!number || *number >= kMost / unit) return std::nullopt;
  return *number * unit;
}

namespace {

constexpr std::array<std::pair<char, unsigned>, 3> kSizeUnits = {{{'G', 30}, {'M', 20}, {'k', 10}}};

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text, std::uint64_t unit) {
  for (const auto& [suffix, shift] : kSizeUnits) {
    if (text.empty() || (text.back() | 0x20) != (suffix | 0x20)) continue;
    text.remove_suffix(1);
    unit = std::uint64_t{1} << shift;
    break;
  }
  const auto number = parse_number(text);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  if (!number || *number >= kMost / unit) return std::nullopt;
  return *number * unit;
}

std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace kemu::cli
