#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "testing/cram_file.h"
#include "testing/cram_script.h"

namespace kemu::cram {

/// A test file beside what happened.
struct Comparison {
  bool passed = false;
  /// The file as it would pass: comments, layout and every expected line that still matches are
  /// kept, whatever else was expected is replaced by what was printed. A command that the shell
  /// never came to keeps what is expected of it. Without changes, the file's own bytes.
  std::string updated;
  std::string diff;  // from the file to `updated`; "" where a test failed for its notes alone
  /// What a diff cannot say: commands that were not reached, a command that read the script,
  /// patterns that are none.
  std::vector<Problem> notes;
  std::vector<std::size_t> failed_commands;  // the lines at which they begin
};

/// Compares as cram does; see ExpectedLine for a line.
Comparison compare(const TestFile& file, const Transcript& transcript);

}  // namespace kemu::cram
