#include "process/stable_trace.h"

#include <algorithm>
#include <charconv>

#include "base/types.h"

namespace kemu {

namespace {

/// The length of the quoted string that begins `text`, both quotes included.
std::size_t quoted_length(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// The length of the hexadecimal number that begins `text`, "0x" included.
std::size_t number_length(std::string_view text) {
  std::size_t length = 2;
  while (length < text.size() && is_hexadecimal(text[length])) ++length;
  return length;
}

/// Whether the number that begins `text` and follows `before` is an address.
bool is_address(std::string_view before, std::string_view text, std::size_t length) {
  constexpr u64 kLowest = 0x10000;  // vm.mmap_min_addr: nothing of a guest is below
  u64 value = 0;
  const auto parsed = std::from_chars(text.data() + 2, text.data() + length, value, 16);
  const bool overflows = parsed.ec != std::errc();
  if (!overflows && value < kLowest) return false;
  // A number without a name, whose comment ends in "??? */".
  const std::string_view after = text.substr(length);
  const bool nameless =
      after.starts_with(" /* ") && after.substr(0, after.find(" */")).ends_with("??");
  return !before.ends_with("size=") && !nameless;
}

/// " /* 42 vars */" of execve's environment; 0 for any other text.
std::size_t variables_length(std::string_view text) {
  constexpr std::string_view kBegin = " /* ";
  if (!text.starts_with(kBegin)) return 0;
  std::size_t at = kBegin.size();
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  for (const std::string_view end : {" vars */", " var */"})
    if (at > kBegin.size() && text.substr(at).starts_with(end)) return at + end.size();
  return 0;
}

/// "[4711]" of "socket:[4711]": the host's inode numbers are new ones each time.
std::size_t inode_length(std::string_view before, std::string_view text) {
  if (!text.starts_with('[') || !before.ends_with(':')) return 0;
  std::size_t at = 1;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at > 1 && at < text.size() && text[at] == ']' ? at + 1 : 0;
}

/// "12" of "si_utime=12".
std::size_t cpu_time_length(std::string_view before, std::string_view text) {
  if (!before.ends_with(" si_utime=") && !before.ends_with(" si_stime=")) return 0;
  std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
  if (text.substr(length).starts_with(" /* ")) length = text.find(" */", length) + 3;
  return std::min(length, text.size());
}

}  // namespace

std::string stable_trace_text(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    std::size_t length = 1;
    if (line[0] == '"') {
      length = quoted_length(line);
      text += line.substr(0, length);
    } else if (line.starts_with("0x") && is_address(text, line, number_length(line))) {
      length = number_length(line);
      text += '@';
    } else if (const std::size_t variables = variables_length(line)) {
      length = variables;
      text += " /* vars */";
    } else if (const std::size_t inode = inode_length(text, line)) {
      length = inode;
      text += "[*]";
    } else if (const std::size_t time = cpu_time_length(text, line)) {
      length = time;
      text += '*';
    } else {
      text += line[0];
    }
    line.remove_prefix(length);
  }
  return text;
}

}  // namespace kemu
