#include "process/trace_event.h"

#include <charconv>

namespace kemu {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_'; }

/// Walks over the arguments of a call: where each ends, and the list.
class ArgumentScanner {
 public:
  explicit ArgumentScanner(std::string_view text) : text_(text) {}

  /// The arguments from `at`, behind the "(", on; false where the list has no end.
  bool scan(std::size_t at, std::vector<std::string_view>& arguments) {
    std::size_t begin = at;
    for (; at < text_.size(); at = after(at)) {
      const char c = text_[at];
      const bool closes = depth_ == 0 && c == ')';
      if (closes || (depth_ == 0 && text_.substr(at).starts_with(", "))) {
        if (at > begin) arguments.push_back(text_.substr(begin, at - begin));
        begin = at + 2;
      }
      if (closes) {
        end_ = at + 1;
        return true;
      }
      if (c == '(' || c == '[' || c == '{') ++depth_;
      if (depth_ > 0 && (c == ')' || c == ']' || c == '}')) --depth_;
    }
    return false;
  }
  /// Behind the ")".
  std::size_t end() const { return end_; }

 private:
  /// What follows the character at `at`, or the string, comment or file that begins there.
  std::size_t after(std::size_t at) const {
    if (text_[at] == '"') {
      for (++at; at < text_.size() && text_[at] != '"'; ++at) at += text_[at] == '\\';
      return at + 1;
    }
    if (text_.substr(at).starts_with("/*")) return behind("*/", at);
    // -y: what a descriptor stands for.
    const bool of_file = text_[at] == '<' && at > 0 && (is_digit(text_[at - 1]) || is_cwd(at));
    return of_file && !text_.substr(at).starts_with("<<") ? behind(">", at) : at + 1;
  }
  std::size_t behind(std::string_view end, std::size_t at) const {
    const std::size_t found = text_.find(end, at);
    return found == std::string_view::npos ? at + 1 : found + end.size();
  }
  bool is_cwd(std::size_t at) const { return text_.substr(0, at).ends_with("AT_FDCWD"); }

  std::string_view text_;
  std::size_t depth_ = 0, end_ = 0;
};

std::optional<i64> number_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  const char* const end = text.data() + text.size();
  if (hexadecimal) {
    u64 address = 0;
    const auto parsed = std::from_chars(text.data(), end, address, 16);
    if (parsed.ec != std::errc() || text.empty()) return std::nullopt;
    return static_cast<i64>(address);
  }
  i64 value = 0;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

/// The name behind the "-1 " or "? " of a call that failed or was interrupted.
std::string_view error_of(std::string_view result) {
  if (!result.starts_with("-1 E") && !result.starts_with("? E")) return {};
  const std::string_view name = result.substr(result.find(' ') + 1);
  return name.substr(0, name.find(' '));
}

}  // namespace

std::optional<CallText> parse_call_text(std::string_view text) {
  constexpr std::string_view kUnfinished = "<unfinished ...>";
  CallText call;
  std::size_t at = 0;
  while (at < text.size() && is_name(text[at])) ++at;
  if (at == 0 || at == text.size() || text[at] != '(') return std::nullopt;
  call.name = text.substr(0, at);
  ArgumentScanner scanner(text);
  if (!scanner.scan(at + 1, call.arguments)) return std::nullopt;
  at = scanner.end();
  while (at < text.size() && text[at] == ' ') ++at;
  if (at + 2 > text.size() || text.substr(at, 2) != "= ") return std::nullopt;
  call.result = text.substr(at + 2);
  if (!call.arguments.empty() && call.arguments.back().ends_with(kUnfinished)) {
    std::string_view& last = call.arguments.back();
    call.unfinished = true;
    last.remove_suffix(kUnfinished.size());
    if (last.ends_with(' ')) last.remove_suffix(1);
    if (last.empty()) call.arguments.pop_back();
  }
  call.value = number_of(call.result);
  call.error = error_of(call.result);
  return call;
}

}  // namespace kemu
