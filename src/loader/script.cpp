#include "loader/script.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace kemu {
namespace {

/// BINPRM_BUF_SIZE; what the file lacks of it is zero.
constexpr u64 kHeadSize = 256;
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kTerminators("\0 \t", 3);

/// The text between `#!` and the line's end, without blanks at either end.
Result<std::string_view> script_line(std::string_view head) {
  std::string_view line = head.substr(2);
  const u64 newline = line.substr(0, line.find('\0')).find('\n');
  if (newline != line.npos) {
    line = line.substr(0, newline);
  } else {
    // Without a line end the name must be seen to end, or it may have been cut off.
    const u64 name = line.find_first_not_of(kBlanks);
    if (name == line.npos || line.find_first_of(kTerminators, name) == line.npos)
      return Errno::ENOEXEC;
    line.remove_suffix(1);
  }
  const u64 last = line.find_last_not_of(kBlanks);
  if (last == line.npos) return Errno::ENOEXEC;
  line = line.substr(0, last + 1);
  return line.substr(line.find_first_not_of(kBlanks));
}

}  // namespace

Result<std::optional<Script>> read_script(FileDescription& file) {
  std::array<char, kHeadSize> bytes{};
  TRY(file.read_at({std::as_writable_bytes(std::span(bytes))}, 0));
  const std::string_view head(bytes.data(), bytes.size());
  if (!head.starts_with("#!")) return std::optional<Script>();

  const std::string_view line = TRY(script_line(head));
  Script script;
  const u64 name_end = line.find_first_of(kTerminators);
  // An empty name, as of a file that ends after `#!`, is Linux's ENOENT when it is looked up.
  script.interpreter = line.substr(0, name_end);
  if (name_end == line.npos || line[name_end] == '\0') return std::optional(std::move(script));
  std::string_view argument = line.substr(name_end);
  argument.remove_prefix(std::min(argument.find_first_not_of(kBlanks), argument.size()));
  argument = argument.substr(0, argument.find('\0'));
  if (!argument.empty()) script.argument = argument;
  return std::optional(std::move(script));
}

}  // namespace kemu
