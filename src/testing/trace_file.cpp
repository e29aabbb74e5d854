#include "testing/trace_file.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>

#include "base/types.h"
#include "process/trace_event.h"

namespace kemu {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What a member of one of kemu's objects can be: a word (number, true), a string, or strings.
struct Member {
  std::string text;
  std::vector<std::string> list;
};
using Object = std::map<std::string, Member, std::less<>>;

/// Reads the JSON that kemu writes: an object without objects in it.
class ObjectReader {
 public:
  explicit ObjectReader(std::string_view text) : rest_(text) {}

  std::optional<Object> read() {
    Object object;
    if (!take('{')) return std::nullopt;
    if (take('}')) return ends(object);
    do {
      const auto key = string();
      if (!key || !take(':')) return std::nullopt;
      auto member = value();
      if (!member) return std::nullopt;
      object.insert_or_assign(*key, std::move(*member));
    } while (take(','));
    return take('}') ? ends(object) : std::nullopt;
  }

 private:
  std::optional<Object> ends(Object& object) {
    skip_blanks();
    return rest_.empty() ? std::optional(std::move(object)) : std::nullopt;
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
  }
  bool take(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<Member> value() {
    skip_blanks();
    if (rest_.starts_with('[')) return strings();
    if (rest_.starts_with('"')) {
      auto text = string();
      return text ? std::optional(Member{std::move(*text), {}}) : std::nullopt;
    }
    const std::size_t length = rest_.find_first_not_of("+-.0123456789abcdefghijklmnopqrstuvwxyzE");
    if (length == 0 || length == std::string_view::npos) return std::nullopt;
    Member member{std::string(rest_.substr(0, length)), {}};
    rest_.remove_prefix(length);
    return member;
  }

  std::optional<Member> strings() {
    Member member;
    if (!take('[')) return std::nullopt;
    if (take(']')) return member;
    do {
      auto text = string();
      if (!text) return std::nullopt;
      member.list.push_back(std::move(*text));
    } while (take(','));
    return take(']') ? std::optional(std::move(member)) : std::nullopt;
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string text;
    while (!rest_.empty() && rest_[0] != '"') {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c != '\\')
        text += c;
      else if (!escape(text))
        return std::nullopt;
    }
    return take('"') ? std::optional(std::move(text)) : std::nullopt;
  }

  bool escape(std::string& text) {
    constexpr std::string_view kShort = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    const char kind = rest_[0];
    rest_.remove_prefix(1);
    if (const std::size_t at = kShort.find(kind); at != std::string_view::npos) {
      text += kMeant[at];
      return true;
    }
    // kemu writes control characters so, and nothing else.
    u32 code = 0;
    const std::string_view digits = rest_.substr(0, 4);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (kind != 'u' || digits.size() < 4 || parsed.ptr != digits.data() + 4 || code > 0x7f)
      return false;
    rest_.remove_prefix(4);
    text += static_cast<char>(code);
    return true;
  }

  std::string_view rest_;
};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string call_text(const Object& object, const std::string& name) {
  std::string text = name + "(";
  const auto arguments = object.find("args");
  if (arguments != object.end())
    for (const std::string& argument : arguments->second.list)
      text += (text.ends_with('(') ? "" : ", ") + argument;
  if (object.contains("unfinished")) text += "<unfinished ...>";
  const auto result = object.find("result");
  return text + ") = " + (result == object.end() ? "?" : result->second.text);
}

/// The strace text of an event; "" for one that strace has none of, nothing for what is no event.
std::optional<std::string> event_text(const Object& object) {
  const auto text_of = [&](std::string_view key) {
    const auto found = object.find(key);
    return found == object.end() ? std::string() : found->second.text;
  };
  const std::string kind = text_of("event");
  if (kind == "fork" || kind == "exec") return "";
  if (kind == "call" && object.contains("call")) return call_text(object, text_of("call"));
  if (kind == "signal") return fmt::format("--- {} {} ---", text_of("signal"), text_of("info"));
  if (kind == "exit" && object.contains("signal"))
    return fmt::format("+++ killed by {} +++", text_of("signal"));
  if (kind == "exit") return fmt::format("+++ exited with {} +++", text_of("status"));
  if (object.contains("text")) return text_of("text");
  return std::nullopt;
}

/// Takes "[pid 3] " or "3 " off, as strace -f writes them; 0 where there is none.
int take_pid(std::string_view& line) {
  constexpr std::string_view kPid = "[pid ";
  const bool in_brackets = line.starts_with(kPid);
  std::size_t at = in_brackets ? kPid.size() : 0;
  while (at < line.size() && line[at] == ' ') ++at;
  const std::size_t begin = at;
  while (at < line.size() && is_digit(line[at])) ++at;
  const auto pid = number(line.substr(begin, at - begin));
  const char end = in_brackets ? ']' : ' ';
  if (!pid || at >= line.size() || line[at] != end) return 0;
  line.remove_prefix(at + 1);
  return *pid;
}

/// Takes off what --strace-times and --strace-durations (strace -t, -r, -T) add to a line.
void take_times(std::string_view& line) {
  const auto skip_blanks = [&] {
    while (line.starts_with(' ')) line.remove_prefix(1);
  };
  skip_blanks();
  const std::size_t length = line.find_first_not_of("0123456789:.");
  if (length != 0 && length != std::string_view::npos && line[length] == ' ')
    line.remove_prefix(length);
  skip_blanks();
  const std::size_t begin = line.rfind(" <");
  if (begin == std::string_view::npos || !line.ends_with('>')) return;
  const std::string_view inside = line.substr(begin + 2, line.size() - begin - 3);
  if (inside.find_first_not_of("0123456789.") == std::string_view::npos)
    line = line.substr(0, begin);
}

/// A line of strace's: nothing where it is none.
std::optional<TraceLine> strace_line(std::string_view line) {
  TraceLine event;
  event.pid = take_pid(line);
  take_times(line);
  event.text = line;
  if (line.starts_with("--- ") || line.starts_with("+++ ")) return event;
  const auto call = parse_call_text(line);
  if (!call) return std::nullopt;
  // strace fills up with blanks before " = ".
  const std::string_view result = call->result;
  const std::string_view before = line.substr(0, line.size() - result.size());
  event.text = fmt::format("{} = {}", before.substr(0, before.rfind(')') + 1), result);
  return event;
}

std::optional<TraceLine> json_line(std::string_view line) {
  const auto object = ObjectReader(line).read();
  if (!object) return std::nullopt;
  const auto pid = object->find("pid");
  const auto text = event_text(*object);
  if (!text || pid == object->end()) return std::nullopt;
  return TraceLine{number(pid->second.text).value_or(0), 0, *text};
}

}  // namespace

Result<std::vector<TraceLine>, std::string> read_trace(std::string_view contents) {
  std::vector<TraceLine> lines;
  for (std::size_t at = 1; !contents.empty(); ++at) {
    const std::size_t end = contents.find('\n');
    const std::string_view line = contents.substr(0, end);
    contents.remove_prefix(end == std::string_view::npos ? contents.size() : end + 1);
    if (line == "[")
      return fmt::format("{}: Chrome's form is for looking at: compare json or strace", at);
    auto event = line.starts_with('{') ? json_line(line) : strace_line(line);
    if (!event) return fmt::format("{}: no event of a trace", at);
    event->number = at;
    if (!event->text.empty()) lines.push_back(std::move(*event));
  }
  return lines;
}

}  // namespace kemu
