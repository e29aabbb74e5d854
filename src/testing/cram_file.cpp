#include "testing/cram_file.h"

#include <fmt/format.h>

#include <optional>

namespace kemu::cram {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Sorts lines into blocks.
class Parser {
 public:
  Parser(TestFile& file, std::string indent) : file_(file), indent_(std::move(indent)) {
    file_.blocks.emplace_back();
  }

  std::optional<std::string> take(std::string_view line) {
    ++number_;
    if (line.find('\0') != std::string_view::npos) return "a NUL byte, which no shell reads";
    if (number_ == 1 && line.starts_with(kByteOrderMark) &&
        line.substr(kByteOrderMark.size()).starts_with(indent_))
      return "a byte order mark stands before the indentation and makes a comment of the line";
    Block& block = file_.blocks.back();
    if (!line.starts_with(indent_)) {
      block.text.emplace_back(line);
      return std::nullopt;
    }
    const std::string_view rest = line.substr(indent_.size());
    if (rest.starts_with("$ ")) {
      file_.blocks.push_back({number_, {std::string(rest.substr(2))}, {}, {}});
    } else if (rest.starts_with("> ")) {
      if (!block.expected.empty() || !block.text.empty() || block.command.empty())
        return misplaced_continuation(block);
      block.command.emplace_back(rest.substr(2));
    } else if (block.text.empty()) {
      block.expected.emplace_back(rest);
    } else {
      block.text.emplace_back(line);
    }
    return std::nullopt;
  }

 private:
  static std::string misplaced_continuation(const Block& block) {
    if (!block.expected.empty() && block.expected.back() == ">")
      return "a continuation below the line '>', which is expected output unless a space follows";
    return "a continuation with no command right above it; output that begins with '> ' is "
           "written '\\x3e … (esc)'";
  }

  TestFile& file_;
  std::string indent_;
  std::size_t number_ = 0;
};

}  // namespace

std::string Problem::text() const { return fmt::format("{}:{}: {}", file, line, what); }

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

Result<TestFile, Problem> parse_test(std::string name, std::string_view text, std::size_t indent) {
  TestFile file;
  file.name = std::move(name);
  file.indent = indent;
  file.ends_in_newline = text.empty() || text.ends_with('\n');
  Parser parser(file, std::string(indent, ' '));
  std::size_t number = 0;
  for (const std::string& line : split_lines(text)) {
    ++number;
    if (auto wrong = parser.take(line)) return Problem{file.name, number, std::move(*wrong)};
  }
  return file;
}

std::string render(const TestFile& file) {
  const std::string indent(file.indent, ' ');
  std::string text;
  for (const Block& block : file.blocks) {
    const char* prompt = "$ ";
    for (const std::string& line : block.command) {
      text += indent + prompt + line + "\n";
      prompt = "> ";
    }
    for (const std::string& line : block.expected) text += indent + line + "\n";
    for (const std::string& line : block.text) text += line + "\n";
  }
  if (!file.ends_in_newline && !text.empty()) text.pop_back();
  return text;
}

bool is_late_output(const TestFile& file, const std::string& text_line) {
  return text_line.starts_with(std::string(file.indent, ' '));
}

}  // namespace kemu::cram
