#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/python_regex.h"

namespace kemu::cram {

/// What a command printed, as the lines a test shows: without newlines and indentation.
///
/// As cram does: a line ends at \n, \r\n or \r, but only \n goes without saying, so that a line
/// that ends otherwise is shown with " (no-eol)"; one with bytes that cannot be printed (tabs and
/// everything beyond ASCII among them) is shown with escapes and " (esc)".
std::vector<std::string> show_output(std::string_view printed);

/// A shown line that can stand in a test: what would be read as a command ("$ ") or a continuation
/// ("> ") there gets its first byte escaped.
std::string as_expected_line(std::string shown);

/// What Python's escapes in `text` stand for; nothing where one is malformed.
std::optional<std::string> decode_escapes(std::string_view text);

/// * and ? stand for any bytes and for any one, \*, \? and \\ for themselves.
bool glob_matches(std::string_view glob, std::string_view text);

/// One line of expected output, ready to be compared with many.
///
/// Any shown line that is the very same matches, whatever it ends in. Otherwise a line that ends
/// in " (re)" or " (glob)" is a pattern for the whole shown line, and on both sides " (esc)" asks
/// for the escapes before it to be decoded before they are compared.
class ExpectedLine {
 public:
  ExpectedLine(std::string text, std::size_t indent);

  const std::string& text() const { return text_; }

  bool is_pattern() const { return regex_ || glob_; }
  /// What the line stands for where it is no pattern: its text, escapes decoded if it asks for it.
  const std::string& meaning() const { return decoded_ ? *decoded_ : text_; }
  bool matches(const std::string& shown) const;

  /// Why the pattern can match nothing but itself, or ""; cram says nothing then.
  const std::string& problem() const { return problem_; }

 private:
  std::string text_;
  std::string subject_prefix_;  // cram's expressions see the indentation too
  std::optional<PythonRegex> regex_;
  std::optional<std::string> glob_;
  std::optional<std::string> decoded_;  // what the line stands for where it holds escapes
  std::string problem_;
};

/// `shown`, or what it was escaped from.
std::string unescaped(const std::string& shown);

}  // namespace kemu::cram
