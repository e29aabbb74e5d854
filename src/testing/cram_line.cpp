#include "testing/cram_line.h"

#include <fmt/format.h>

#include <algorithm>

namespace kemu::cram {

namespace {

constexpr std::string_view kEsc = " (esc)";
constexpr std::string_view kRe = " (re)";
constexpr std::string_view kGlob = " (glob)";
constexpr std::string_view kNoEol = " (no-eol)";

bool is_unprintable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f;
}

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\\\";
    else if (c == '\t')
      escaped += "\\t";
    else if (c == '\r')
      escaped += "\\r";
    else if (is_unprintable(c))
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      escaped += c;
  }
  return escaped;
}

std::string show_line(std::string_view line, bool newline) {
  std::string shown(line);
  if (!newline) shown += kNoEol;
  if (!std::any_of(shown.begin(), shown.end(), is_unprintable)) return shown;
  return escape(shown).append(kEsc);
}

/// The digits of `text` at `at` as a number, at most `limit` of them; consumed.
std::optional<unsigned> digits(std::string_view text, std::size_t& at, std::size_t limit,
                               unsigned base) {
  unsigned value = 0;
  std::size_t count = 0;
  for (; count < limit && at < text.size(); ++count, ++at) {
    const char c = text[at];
    unsigned digit = base;
    if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      digit = static_cast<unsigned>((c | 0x20) - 'a' + 10);
    if (digit >= base) break;
    value = value * base + digit;
  }
  if (count == 0) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> show_output(std::string_view printed) {
  std::vector<std::string> lines;
  while (!printed.empty()) {
    const std::size_t end = printed.find_first_of("\n\r");
    if (end == std::string_view::npos) {
      lines.push_back(show_line(printed, false));
      break;
    }
    const bool carriage_return = printed[end] == '\r';
    const bool newline = printed[end] == '\n' || printed.substr(end + 1).starts_with('\n');
    lines.push_back(show_line(printed.substr(0, end + (carriage_return ? 1 : 0)), newline));
    printed.remove_prefix(end + (carriage_return && newline ? 2 : 1));
  }
  return lines;
}

std::string as_expected_line(std::string shown) {
  if (!shown.starts_with("$ ") && !shown.starts_with("> ")) return shown;
  const std::string first = fmt::format("\\x{:02x}", static_cast<unsigned char>(shown[0]));
  std::string rest = shown.substr(1);
  const std::string bytes = unescaped(shown);
  // A line that is escaped already needs only one escape more.
  if (bytes != shown) return first + rest;
  return first + escape(rest).append(kEsc);
}

std::optional<std::string> decode_escapes(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv\\'\"", kBytes = "\a\b\f\n\r\t\v\\'\"";
  std::string decoded;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\') {
      decoded += c;
      continue;
    }
    if (at == text.size()) return std::nullopt;
    const char kind = text[at];
    if (kind == 'x') {
      const std::size_t start = ++at;
      const auto value = digits(text, at, 2, 16);
      if (!value || at != start + 2) return std::nullopt;
      decoded += static_cast<char>(*value);
    } else if (const auto octal = digits(text, at, 3, 8)) {
      decoded += static_cast<char>(*octal);
    } else if (const auto found = kLetters.find(kind); found != std::string_view::npos) {
      ++at;
      decoded += kBytes[found];
    } else {
      decoded += c;  // an escape Python does not know stands for itself, and so does its backslash
    }
  }
  return decoded;
}

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0;
  std::size_t star = std::string_view::npos, star_text = 0;
  while (t < text.size() || g < glob.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = ++g;
      star_text = t;
      continue;
    }
    const bool escaped = g + 1 < glob.size() && glob[g] == '\\' &&
                         std::string_view("*?\\").find(glob[g + 1]) != std::string_view::npos;
    const std::size_t literal = g + (escaped ? 1 : 0);
    if (g < glob.size() && t < text.size() &&
        ((!escaped && glob[g] == '?') || glob[literal] == text[t])) {
      g = literal + 1;
      ++t;
      continue;
    }
    // The last star takes one byte more; the ones before it need not be tried again.
    if (star == std::string_view::npos || star_text >= text.size()) return false;
    g = star;
    t = ++star_text;
  }
  return true;
}

std::string unescaped(const std::string& shown) {
  if (!shown.ends_with(kEsc)) return shown;
  return decode_escapes(std::string_view(shown).substr(0, shown.size() - kEsc.size()))
      .value_or(shown);
}

ExpectedLine::ExpectedLine(std::string text, std::size_t indent)
    : text_(std::move(text)), subject_prefix_(indent, ' ') {
  const std::string_view view = text_;
  if (view.ends_with(kRe)) {
    // As cram puts it together: an alternative other than the last is not tied to the line's end.
    const std::string pattern =
        subject_prefix_ + std::string(view.substr(0, view.size() - kRe.size())) + "\\Z";
    auto regex = PythonRegex::compile(pattern);
    if (regex.ok())
      regex_ = std::move(regex).value();
    else
      problem_ = "the regular expression cannot be used: " + regex.error().reason;
  } else if (view.ends_with(kGlob)) {
    glob_ = view.substr(0, view.size() - kGlob.size());
  } else if (view.ends_with(kEsc)) {
    decoded_ = decode_escapes(view.substr(0, view.size() - kEsc.size()));
    if (!decoded_) problem_ = "an escape is not complete";
  }
}

bool ExpectedLine::matches(const std::string& shown) const {
  if (text_ == shown) return true;
  if (regex_) {
    const std::string subject = subject_prefix_ + shown;
    if (regex_->match_start(subject) == PythonRegex::Match::Yes) return true;
  }
  if (glob_ && glob_matches(*glob_, shown)) return true;
  return meaning() == shown || meaning() == unescaped(shown);
}

}  // namespace kemu::cram
