#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/cram_file.h"

namespace kemu::cram {

/// How the shell gets the script.
///
/// StandardInput is cram's way, `sh -`, and the one under which a `.t` file written for cram sees
/// nothing new: $0, $-, the names and line numbers in the shell's own messages, what ps and
/// pkill -f find, and a `read` that is given the script's next line. A file as an argument would
/// change the first and the third. Its price is cram's too: a command that reads its standard
/// input reads the script, in shells that take it byte by byte (bash, mksh); those that take it
/// by the block (dash, BusyBox) have read a script of less than 8 KiB before the first command
/// runs. Transcript::script_reader says which command it was.
///
/// Argument is `sh -c`: commands find an empty standard input. $-, ps and pkill -f tell it from
/// cram, and a kernel takes no argument of 128 KiB.
enum class ScriptFeed { StandardInput, Argument };

/// What the shell is to run for a file, and how to find what belongs to which command in what it
/// prints: before each command, and at the end, it prints a line of its own with a number and $?.
struct Script {
  std::string text;
  /// What begins each such line; the text holds it only in two halves, so that a command that
  /// prints the script is not taken for the shell.
  std::string salt;
  std::vector<std::size_t> marks;  // the numbers: each command's line, then one more than all
};

/// `salt` is of letters and digits, and what a test cannot guess; it is lengthened where the file
/// has it nevertheless.
Script make_script(const TestFile& file, std::string salt);

/// A shell's argv and what it finds on its standard input. `shell` is a program and options.
struct ShellStart {
  std::vector<std::string> argv;
  std::string standard_input;
};

ShellStart start_shell(const Script& script, std::vector<std::string> shell, ScriptFeed feed);

/// What one block printed. `reached` is false where the shell never came to its command.
struct BlockOutput {
  bool reached = false;
  std::string printed;
  int status = 0;
};

/// What the shell printed, sorted by block; the first is what came before the first command.
struct Transcript {
  std::vector<BlockOutput> blocks;
  /// What came after the last mark: an EXIT trap, a process left in the background.
  std::string trailing;
  bool complete = false;                     // the shell came to the script's end
  std::optional<std::size_t> script_reader;  // a block that printed a piece of the script
};

/// Standard output and standard error are one stream, in the order they were written.
Transcript split_transcript(const Script& script, std::string_view printed);

/// A shell that exits with this status skips its test.
inline constexpr int kSkippedStatus = 80;

/// Where a test runs, as the guest sees it.
struct TestPlace {
  std::string test_dir;   // of the .t file, absolute
  std::string test_file;  // its name, without folders
  std::string scratch;    // a folder of the whole run's; it holds one called tmp
  std::string shell;
};

/// The variables cram sets, as NAME=VALUE.
std::vector<std::string> test_environment(const TestPlace& place);

}  // namespace kemu::cram
