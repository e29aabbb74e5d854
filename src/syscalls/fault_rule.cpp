#include "syscalls/fault_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "syscalls/table.h"
#include "syscalls/trace_filter.h"

namespace kemu {

namespace {

/// Calls that may move less than they are asked to.
struct Transfer {
  std::string_view name;
  int size_argument;  // how many bytes; -1: an array of buffers is moved
  bool fills_files;
};
constexpr Transfer kTransfers[] = {
    {"read", 2, false},     {"write", 2, true},    {"pread64", 2, false},
    {"pwrite64", 2, true},  {"readv", -1, false},  {"writev", -1, true},
    {"preadv", -1, false},  {"pwritev", -1, true}, {"preadv2", -1, false},
    {"pwritev2", -1, true}, {"sendfile", 3, true}, {"copy_file_range", 4, true},
    {"splice", 4, true},    {"sendto", 2, false},  {"recvfrom", 2, false},
};

const Transfer* transfer(u64 number) {
  const SyscallEntry* row = find_syscall(number);
  if (!row) return nullptr;
  const auto* found =
      std::ranges::find_if(kTransfers, [&](const Transfer& t) { return t.name == row->name; });
  return found == std::end(kTransfers) ? nullptr : found;
}

/// "-1", "0644", "0x1f" as strtoull(3) reads them, all of the text; what is negative is its two's
/// complement.
std::optional<u64> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  const int base = hexadecimal ? 16 : text.starts_with('0') ? 8 : 10;
  u64 value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return negative ? 0 - value : value;
}

/// A number from 1 on: there is no 0th call.
std::optional<u64> ordinal_of(std::string_view text) {
  u64 value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
  return whole && value > 0 ? std::optional(value) : std::nullopt;
}

std::optional<Errno> error_of(std::string_view text) {
  constexpr u64 kMost = 4095;  // MAX_ERRNO
  if (const auto number = ordinal_of(text))
    return *number <= kMost ? std::optional(Errno{static_cast<int>(*number)}) : std::nullopt;
  if (text == errno_name(Errno{kMost})) return std::nullopt;  // of those without a name
  for (u64 number = 1; number <= kMost; ++number)
    if (errno_name(Errno{static_cast<int>(number)}) == text) return Errno{static_cast<int>(number)};
  return std::nullopt;
}

std::optional<Signal> signal_of(std::string_view text) {
  if (const auto number = ordinal_of(text)) return Signal::from(static_cast<i64>(*number));
  TraceFilter one;
  if (text.find_first_of("!,") != std::string_view::npos || text == "none" || text == "all" ||
      !apply_trace_expression(one, fmt::format("signal={}", text)).empty())
    return std::nullopt;
  return one.signals.first();
}

/// "10ms", "2s", "100us", "5m".
std::optional<Nanoseconds> delay_of(std::string_view text) {
  constexpr std::pair<std::string_view, Nanoseconds> kUnits[] = {
      {"ns", 1},      {"us", 1000},        {"ms", 1'000'000},
      {"s", kSecond}, {"m", 60 * kSecond}, {"h", 3600 * kSecond}};
  constexpr u64 kMost = u64{10} * 365 * 24 * 3600 * kSecond;  // ten years
  for (const auto& [unit, length] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto count = ordinal_of(text.substr(0, text.size() - unit.size()));
    if (count && *count <= kMost / static_cast<u64>(length))
      return static_cast<Nanoseconds>(*count) * length;
  }
  return std::nullopt;
}

/// "0.25", of FaultRule::kAlways.
std::optional<u64> chance_of(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end || !(value >= 0 && value <= 1))
    return std::nullopt;
  return static_cast<u64>(std::llround(value * static_cast<double>(FaultRule::kAlways)));
}

/// "2", "2+", "2..5".
bool parse_ordinals(std::string_view text, FaultRule& rule) {
  const std::size_t dots = text.find("..");
  const bool open_ended = text.ends_with('+');
  if (open_ended) text.remove_suffix(1);
  const auto first = ordinal_of(text.substr(0, dots));
  const auto last = open_ended                       ? std::optional(FaultRule::kNoEnd)
                    : dots == std::string_view::npos ? first
                                                     : ordinal_of(text.substr(dots + 2));
  if (!first || !last || *last < *first) return false;
  rule.first = *first;
  rule.last = *last;
  return true;
}

/// Sets what a word asks for; false when its text means nothing.
template <typename Value, typename Parsed>
bool keep(Value& value, const Parsed& parsed) {
  if (parsed) value = *parsed;
  return parsed.has_value();
}

/// One rule's words, from left to right.
class RuleParser {
 public:
  explicit RuleParser(std::string_view text) : text_(text) {}

  Result<FaultRule, std::string> parse() {
    const auto calls = next_word();
    if (!calls) return failure(0, "there is no system call");
    if (*calls == "frame")
      rule_.place = FaultRule::Place::Frame;
    else if (std::string wrong = apply_trace_expression(rule_.which, "trace=" + *calls);
             !wrong.empty())
      return failure(word_at_, wrong);
    while (const auto word = next_word())
      if (std::string wrong = condition_or_effect(*word); !wrong.empty())
        return failure(word_at_, wrong);
    if (std::string wrong = finish(); !wrong.empty()) return failure(0, wrong);
    return rule_;
  }

 private:
  std::string failure(std::size_t at, std::string_view what) const {
    return fmt::format("column {}: {}, in '{}'", at + 1, what, text_);
  }

  /// A backslash before a blank or a backslash takes it for itself.
  std::optional<std::string> next_word() {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ == text_.size()) return std::nullopt;
    word_at_ = at_;
    std::string word;
    for (; at_ < text_.size() && !is_blank(text_[at_]); ++at_) {
      const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (is_blank(text_[at_ + 1]) || text_[at_ + 1] == '\\');
      if (escapes) ++at_;
      word += text_[at_];
    }
    return word;
  }

  std::string condition_or_effect(const std::string& word) {
    const std::size_t equals = word.find_first_of("=~");
    const std::string key = word.substr(0, equals);
    if (equals == std::string::npos || (word[equals] == '~' && key != "path"))
      return fmt::format("'{}' is neither a condition nor an effect", word);
    if (std::ranges::find(keys_, key) != keys_.end()) return fmt::format("a second '{}'", key);
    keys_.push_back(key);
    const std::string value = word.substr(equals + 1);
    if (key == "fd" || key == "path" || key == "pid" || key == "comm")
      return apply_trace_expression(rule_.which, key + "=" + value);
    const auto wrong = [&](std::string_view wants) {
      return fmt::format("'{}' wants {}, not '{}'", key, wants, value);
    };
    if (key.size() == 4 && key.starts_with("arg") && key[3] >= '0' && key[3] <= '5') {
      const auto number = number_of(value);
      if (!number) return wrong("a number");
      rule_.arguments.push_back({static_cast<std::size_t>(key[3] - '0'), *number});
    } else if (key == "nth") {
      if (!parse_ordinals(value, rule_)) return wrong("N, N+ or N..M, from 1 on");
    } else if (key == "every") {
      if (!keep(rule_.step, ordinal_of(value))) return wrong("a number from 1 on");
    } else if (key == "chance") {
      if (!keep(rule_.chance, chance_of(value))) return wrong("a number from 0 to 1");
    } else {
      return effect(key, value);
    }
    return {};
  }

  std::string effect(const std::string& key, const std::string& value) {
    const auto wrong = [&](std::string_view wants) {
      return fmt::format("'{}' wants {}, not '{}'", key, wants, value);
    };
    if (key == "error") return keep(rule_.error, error_of(value)) ? "" : wrong("an errno's name");
    if (key == "retval") return keep(rule_.value, number_of(value)) ? "" : wrong("a number");
    if (key == "short") return keep(rule_.most, number_of(value)) ? "" : wrong("bytes");
    if (key == "space") return keep(rule_.room, number_of(value)) ? "" : wrong("bytes");
    if (key == "signal") return keep(rule_.signal, signal_of(value)) ? "" : wrong("a signal");
    if (key == "delay")
      return keep(rule_.delay, delay_of(value)) ? "" : wrong("a time such as 10ms");
    return fmt::format("'{}' is neither a condition nor an effect", key);
  }

  bool has(std::string_view key) const { return std::ranges::find(keys_, key) != keys_.end(); }

  /// What only the whole rule shows.
  std::string finish() {
    if (has("every") && !has("nth")) rule_.first = rule_.step;
    const int results = has("error") + has("retval") + has("short") + has("space");
    if (results > 1) return "only one of error=, retval=, short= and space= can be the result";
    if (rule_.place == FaultRule::Place::Frame) return finish_frame();
    if (results == 0 && !has("signal") && !has("delay"))
      return "nothing is to happen: error=, retval=, short=, space=, signal= or delay=";
    if (has("short")) return keep_calls(moves_bytes, "move a number of bytes");
    if (has("space")) return keep_calls(fills_files, "write to files");
    return {};
  }

  std::string finish_frame() const {
    static constexpr std::array kFit = {"nth", "every", "chance", "pid", "comm", "error"};
    for (const std::string& key : keys_)
      if (std::ranges::find(kFit, key) == kFit.end())
        return fmt::format("'{}' does not go with frames of memory", key);
    if (rule_.error && *rule_.error != Errno::ENOMEM)
      return "a frame of memory that cannot be had is ENOMEM";
    return {};
  }

  /// Takes away calls that an effect says nothing about; a sentence when none is left.
  template <typename Fits>
  std::string keep_calls(Fits&& fits, std::string_view what) {
    for (unsigned number = 0; number < TraceFilter::kCalls; ++number)
      if (rule_.which.calls[number] && !fits(number)) rule_.which.calls.reset(number);
    rule_.which.others = false;
    return rule_.which.calls.any() ? ""
                                   : fmt::format("short= and space= are for calls that {}", what);
  }

  std::string_view text_;
  std::size_t at_ = 0, word_at_ = 0;
  std::vector<std::string> keys_;
  FaultRule rule_;
};

}  // namespace

Result<FaultRule, std::string> parse_fault_rule(std::string_view text) {
  return RuleParser(text).parse();
}

bool moves_bytes(u64 number) { return transfer(number) != nullptr; }

bool fills_files(u64 number) {
  const Transfer* found = transfer(number);
  return found && found->fills_files;
}

bool asks_for_more(const SyscallRegisters& call, u64 bytes) {
  const Transfer* found = transfer(call.number);
  if (!found) return false;
  return found->size_argument < 0 ||
         call.args[static_cast<std::size_t>(found->size_argument)] > bytes;
}

}  // namespace kemu
