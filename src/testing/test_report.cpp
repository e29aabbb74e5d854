#include "testing/test_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kemu::cram {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool failed(const TestResult& result) {
  return result.verdict == Verdict::Failed || result.verdict == Verdict::Broken;
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Passed: return "passed";
    case Verdict::Failed: return "failed";
    case Verdict::Skipped: return "skipped";
    case Verdict::Broken: return "broken";
  }
  return "";
}

std::string with_newline(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

std::string joined_messages(const TestResult& result) {
  std::string text;
  for (const std::string& message : result.messages) text += message + "\n";
  return text;
}

std::string explanation(const TestResult& result) {
  return joined_messages(result) + with_newline(result.diff) + with_newline(result.trace);
}

/// A code point of UTF-8, and how many bytes it took.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 1;
};

/// The code point `text` begins with; nothing where it begins with no UTF-8.
std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return CodePoint{lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return std::nullopt;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return std::nullopt;
  std::uint32_t value = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    value = value << 6 | (byte & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return std::nullopt;
  return CodePoint{value, length};
}

/// `text` with every code point as `write` wants it, and U+FFFD for what is none.
template <typename Write>
std::string rewritten(std::string_view text, Write write) {
  std::string result;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const std::size_t length = point ? point->length : 1;
    if (point)
      result += write(point->value, text.substr(0, length));
    else
      result += kReplacement;
    text.remove_prefix(length);
  }
  return result;
}

enum class XmlPlace { Text, Attribute };

std::string xml(std::string_view text, XmlPlace place) {
  return rewritten(text, [&](std::uint32_t value, std::string_view bytes) -> std::string {
    if (value == '&') return "&amp;";
    if (value == '<') return "&lt;";
    if (value == '>') return "&gt;";
    if (value == '"') return "&quot;";
    // A reader makes a newline of \r, and spaces of all three in an attribute.
    const bool kept = place == XmlPlace::Text && value != '\r';
    if (value == '\t' || value == '\n' || value == '\r')
      return kept ? std::string(bytes) : fmt::format("&#{};", value);
    if (value < 0x20 || value == 0xfffe || value == 0xffff) return std::string(kReplacement);
    return std::string(bytes);
  });
}

std::string attribute(std::string_view text) {
  return "\"" + xml(text, XmlPlace::Attribute) + "\"";
}

std::string yaml_string(std::string_view text) {
  return "\"" +
         rewritten(text,
                   [](std::uint32_t value, std::string_view bytes) -> std::string {
                     if (value == '"' || value == '\\') return "\\" + std::string(bytes);
                     if (value == '\n') return "\\n";
                     if (value == '\t') return "\\t";
                     if (value < 0x20 || (value >= 0x7f && value < 0xa0))
                       return fmt::format("\\x{:02x}", value);
                     return std::string(bytes);
                   }) +
         "\"";
}

/// A block of lines under `key`; the 2 says that lines may begin with spaces of their own.
std::string yaml_block(const char* key, std::string_view text) {
  if (text.empty()) return {};
  std::string block = fmt::format("  {}: |2\n", key);
  const std::string clean =
      rewritten(text, [](std::uint32_t value, std::string_view bytes) -> std::string {
        const bool plain =
            value == '\n' || value == '\t' || value >= 0xa0 || (value >= 0x20 && value < 0x7f);
        return plain ? std::string(bytes) : std::string(kReplacement);
      });
  for (std::string_view rest = clean; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    block += line.empty() ? "\n" : fmt::format("    {}\n", line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return block;
}

/// A test's name or a reason on a line of TAP, where # begins a directive.
std::string tap_words(std::string_view text, TapVersion version) {
  return rewritten(text, [&](std::uint32_t value, std::string_view bytes) -> std::string {
    if (value < 0x20 || value == 0x7f) return "?";
    if (version == TapVersion::V14 && (value == '#' || value == '\\'))
      return "\\" + std::string(bytes);
    // Version 13 has no way to write it.
    if (value == '#') return "\xef\xbc\x83";
    return std::string(bytes);
  });
}

std::string tap_line(std::size_t number, const TestResult& result, TapVersion version) {
  std::string line = fmt::format("{} {} - {}", failed(result) ? "not ok" : "ok", number,
                                 tap_words(result.name, version));
  if (result.verdict == Verdict::Skipped) {
    line += " # SKIP";
    if (!result.messages.empty()) line += " " + tap_words(result.messages[0], version);
  }
  line += "\n";
  if (!failed(result)) return line;
  line += "  ---\n";
  line += "  severity: " + std::string(result.verdict == Verdict::Broken ? "error" : "fail") + "\n";
  if (!result.messages.empty()) {
    line += "  messages:\n";
    for (const std::string& message : result.messages)
      line += "    - " + yaml_string(message) + "\n";
  }
  line += fmt::format("  duration_ms: {:.3f}\n",
                      std::chrono::duration<double, std::milli>(result.duration).count());
  line += yaml_block("diff", result.diff) + yaml_block("trace", result.trace);
  return line + "  ...\n";
}

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string junit_case(const TestResult& result) {
  const std::size_t slash = result.name.rfind('/');
  const std::string base = slash == std::string::npos ? result.name : result.name.substr(slash + 1);
  std::string text = fmt::format("  <testcase classname={} name={} time=\"{:.6f}\"",
                                 attribute(result.name), attribute(base), seconds(result.duration));
  if (result.verdict == Verdict::Passed) return text + "/>\n";
  text += ">\n";
  const std::string first = result.messages.empty() ? std::string() : result.messages[0];
  if (result.verdict == Verdict::Skipped) {
    text += first.empty() ? "    <skipped/>\n"
                          : fmt::format("    <skipped message={}/>\n", attribute(first));
  } else {
    const char* element = result.verdict == Verdict::Broken ? "error" : "failure";
    text += fmt::format("    <{} message={}>{}</{}>\n", element,
                        attribute(first.empty() ? "the output differs" : first),
                        xml(explanation(result), XmlPlace::Text), element);
  }
  return text + "  </testcase>\n";
}

}  // namespace

Totals count(const std::vector<TestResult>& results) {
  Totals totals;
  for (const TestResult& result : results) {
    ++totals.run;
    totals.skipped += result.verdict == Verdict::Skipped;
    totals.failed += failed(result);
  }
  return totals;
}

std::string progress_text(const TestResult& result, Verbosity verbosity) {
  std::string text;
  if (verbosity == Verbosity::Names)
    text = fmt::format("{}: {}\n", result.name, name_of(result.verdict));
  else
    text = result.verdict == Verdict::Passed ? "." : result.verdict == Verdict::Skipped ? "s" : "!";
  if (!failed(result) || verbosity == Verbosity::Quiet) return text;
  if (verbosity == Verbosity::Progress) text += "\n";
  return text + explanation(result);
}

std::string summary_text(const Totals& totals, Verbosity verbosity) {
  return fmt::format("{}# Ran {} tests, {} skipped, {} failed.\n",
                     verbosity == Verbosity::Names ? "" : "\n", totals.run, totals.skipped,
                     totals.failed);
}

std::string tap_text(const std::vector<TestResult>& results, TapVersion version) {
  std::string text =
      fmt::format("TAP version {}\n1..{}\n", static_cast<int>(version), results.size());
  for (std::size_t i = 0; i < results.size(); ++i) text += tap_line(i + 1, results[i], version);
  return text;
}

std::string junit_text(const std::vector<TestResult>& results, const std::string& suite) {
  std::chrono::nanoseconds time{0};
  std::size_t failures = 0, errors = 0, skipped = 0;
  for (const TestResult& result : results) {
    time += result.duration;
    failures += result.verdict == Verdict::Failed;
    errors += result.verdict == Verdict::Broken;
    skipped += result.verdict == Verdict::Skipped;
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"",
                  results.size(), failures, errors, skipped, seconds(time));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuite name={} {}>\n", attribute(suite), counts);
  for (const TestResult& result : results) text += junit_case(result);
  return text + "</testsuite>\n";
}

int exit_status(const Totals& totals) { return totals.failed == 0 ? 0 : 1; }

}  // namespace kemu::cram
