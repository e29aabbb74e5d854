#include "process/trace_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "process/signals.h"

namespace kemu {

namespace {

using Kind = TraceEvent::Kind;

/// The length of the UTF-8 character that begins `text`, 0 when none does (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<u8>(text[i]) : 0; };
  const u8 first = static_cast<u8>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Longer than need be, half of a surrogate pair, beyond U+10FFFF.
  const bool is_none = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0) ||
                       (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90);
  return is_none ? 0 : length;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Call: return "call";
    case Kind::Signal: return "signal";
    case Kind::Fork: return "fork";
    case Kind::Exec: return "exec";
    case Kind::Exit: return "exit";
    case Kind::Note: return "note";
  }
  return "";
}

/// "SIGCHLD" and "{si_signo=...}" of "--- SIGCHLD {si_signo=...} ---".
std::pair<std::string_view, std::string_view> signal_parts(std::string_view text) {
  constexpr std::string_view kBegin = "--- ", kEnd = " ---";
  if (text.starts_with(kBegin)) text.remove_prefix(kBegin.size());
  if (text.ends_with(kEnd)) text.remove_suffix(kEnd.size());
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return {text, ""};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

std::string json_strings(const std::vector<std::string_view>& texts) {
  std::string list = "[";
  for (const std::string_view text : texts) {
    if (list.size() > 1) list += ',';
    list += json_string(text);
  }
  return list + ']';
}

std::string call_members(const TraceEvent& event) {
  const auto call = parse_call_text(event.text);
  if (!call) return fmt::format(",\"text\":{}", json_string(event.text));
  std::string members = event.number ? fmt::format(",\"number\":{}", *event.number) : "";
  members += fmt::format(",\"call\":{},\"args\":{}", json_string(call->name),
                         json_strings(call->arguments));
  if (call->unfinished) members += ",\"unfinished\":true";
  members += fmt::format(",\"result\":{}", json_string(call->result));
  if (call->value) members += fmt::format(",\"value\":{}", *call->value);
  if (!call->error.empty()) members += fmt::format(",\"errno\":{}", json_string(call->error));
  return members;
}

std::string exit_members(WaitStatus status) {
  if (status.has_exited()) return fmt::format(",\"status\":{}", status.exit_code());
  const auto name = signal_name(Signal(status.killing_signal()));
  return fmt::format(",\"signal\":{}", json_string(name));
}

/// What an event has beside its place and time.
std::string own_members(const TraceEvent& event) {
  switch (event.kind) {
    case Kind::Call: return call_members(event);
    case Kind::Fork: return fmt::format(",\"child\":{}", event.child.value_or(0));
    case Kind::Exec: return {};
    case Kind::Exit: return event.status ? exit_members(*event.status) : "";
    case Kind::Note: return fmt::format(",\"text\":{}", json_string(event.text));
    case Kind::Signal: break;
  }
  const auto [name, info] = signal_parts(event.text);
  return fmt::format(",\"signal\":{},\"info\":{}", json_string(name), json_string(info));
}

std::string in_units(Nanoseconds time, Nanoseconds unit, int digits) {
  const Nanoseconds positive = time < 0 ? 0 : time;
  return fmt::format("{}.{:0{}}", positive / unit, positive % unit, digits);
}
std::string in_seconds(Nanoseconds time) { return in_units(time, kSecond, 9); }
std::string in_microseconds(Nanoseconds time) { return in_units(time, 1000, 3); }

}  // namespace

std::string json_string(std::string_view bytes) {
  std::string text = "\"";
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  while (!bytes.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(bytes.begin(), bytes.end(), is_plain) - bytes.begin());
    text += bytes.substr(0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const std::size_t length = character_length(bytes);
    const u8 byte = static_cast<u8>(bytes[0]);
    if (length == 0)
      text += fmt::format("\\\\{:03o}", byte);
    else if (byte == '"' || byte == '\\')
      text += {'\\', static_cast<char>(byte)};
    else if (byte < 0x20 || byte == 0x7f)
      text += fmt::format("\\u{:04x}", byte);
    else
      text += bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text + '"';
}

std::string json_trace_line(const TraceEvent& event, TraceTimes times) {
  std::string line = fmt::format("{{\"event\":\"{}\",\"pid\":{},\"program\":{}",
                                 kind_name(event.kind), event.pid, json_string(event.program));
  if (times == TraceTimes::Shown) {
    line += fmt::format(",\"time\":{}", in_seconds(event.real_start));
    if (event.duration) line += fmt::format(",\"duration\":{}", in_seconds(*event.duration));
  }
  return line + own_members(event) + "}\n";
}

std::string ChromeTrace::element(const std::string& members) {
  const bool is_first = std::exchange(is_empty_, false);
  return fmt::format("{}{{{}}}", is_first ? "[\n" : ",\n", members);
}

std::string ChromeTrace::text(const TraceEvent& event) {
  std::string text;
  const std::string place = fmt::format("\"pid\":{0},\"tid\":{0}", event.pid);
  const auto known = names_.find(event.pid);
  if (known == names_.end() || known->second != event.program) {
    names_.insert_or_assign(event.pid, std::string(event.program));
    text +=
        element(fmt::format("\"name\":\"process_name\",\"ph\":\"M\",{},\"args\":{{\"name\":{}}}",
                            place, json_string(event.program)));
  }
  if (event.kind == Kind::Exit) names_.erase(event.pid);
  std::string_view name = kind_name(event.kind);
  const auto call = parse_call_text(event.text);
  if (event.kind == Kind::Call && call) name = call->name;
  if (event.kind == Kind::Signal) name = signal_parts(event.text).first;
  // A call that never returned has no length: it is a moment, as the others are.
  const std::string shape =
      event.duration ? fmt::format("\"ph\":\"X\",\"dur\":{}", in_microseconds(*event.duration))
                     : "\"ph\":\"i\",\"s\":\"t\"";
  std::string members = own_members(event);
  if (!members.empty()) members.erase(0, 1);  // its comma
  return text + element(fmt::format("\"name\":{},\"cat\":\"{}\",{},\"ts\":{},{},\"args\":{{{}}}",
                                    json_string(name), kind_name(event.kind), shape,
                                    in_microseconds(event.start), place, members));
}

}  // namespace kemu
