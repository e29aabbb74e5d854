#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kemu::cram {

/// A command of a `.t` file with what stands below it. Lines are without their newlines; those of
/// `text` are as they stand in the file.
struct Block {
  std::size_t line = 1;               // where it begins, the file's first being 1
  std::vector<std::string> command;   // what the shell reads: without indentation and prompts
  std::vector<std::string> expected;  // without indentation
  /// Everything up to the next command: comments, and indented lines that came too late to be
  /// expected output (cram never matches them; is_late_output tells them).
  std::vector<std::string> text;
};

/// A test in cram's format. The first block has no command: it is what precedes the first one.
///
/// The format, line by line, with two spaces standing for the indentation: "  $ " begins a
/// command, "  > " continues the one above, any other indented line is output expected of it, and
/// a line that is not indented is a comment. The last lines may be "[status]".
struct TestFile {
  std::string name;  // as messages and diffs call it
  std::size_t indent = 2;
  std::vector<Block> blocks;
  bool ends_in_newline = true;
};

/// What is wrong with a file or with a line of one.
struct Problem {
  std::string file;
  std::size_t line = 0;
  std::string what;

  /// "file:line: what"
  std::string text() const;
};

/// Refuses only what cram would run to no purpose: a continuation with no command above it (the
/// shell would get it, and no output could make the test pass), NUL bytes (a shell drops them),
/// and a byte order mark that makes a comment of the first command.
Result<TestFile, Problem> parse_test(std::string name, std::string_view text,
                                     std::size_t indent = 2);

/// The text a file was parsed from, byte by byte.
std::string render(const TestFile& file);

/// The lines of a text, without newlines. A last line may do without.
std::vector<std::string> split_lines(std::string_view text);

bool is_late_output(const TestFile& file, const std::string& text_line);

}  // namespace kemu::cram
