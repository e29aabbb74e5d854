#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kemu::cram {

/// Why a regular expression cannot be used, and which of its bytes says so.
struct RegexError {
  std::size_t offset = 0;
  std::string reason;
};

/// A regular expression as Python's `re` reads one over bytes, for that is what cram's tests hold.
///
/// All paths are followed at once, a byte of the line at a time, so that no line and no expression
/// takes more than its length times the expression's: a backtracking matcher (and the standard
/// library's, which recurses) would let a test's output choose how long a run takes.
///
/// Not offered, and refused with their names: references to groups, looking behind, possessive
/// repeats, atomic groups, conditional groups, and the verbose and locale flags.
class PythonRegex {
 public:
  enum class Match { No, Yes, TooLong };

  static Result<PythonRegex, RegexError> compile(std::string_view pattern);

  /// Python's re.match: an occurrence that begins where `text` begins, wherever it ends.
  Match match_start(std::string_view text) const;

 private:
  friend class RegexParser;
  friend class RegexEmitter;
  friend class RegexRun;

  using ByteSet = std::bitset<256>;

  enum class Op : std::uint8_t { Byte, Split, Jump, Assert, Look, Accept };
  enum class Place : std::uint8_t { Start, End, WordEdge, NoWordEdge };

  /// Byte: `x` is a set. Split: go on at `x` and at `y`. Jump: `x`. Assert: `x` is a Place. Look:
  /// what follows up to its Accept must match here, or must not where `y` is 1; go on at `x`.
  struct Instruction {
    Op op;
    std::uint32_t x = 0, y = 0;
  };

  std::vector<ByteSet> sets_;
  std::vector<Instruction> program_;
};

}  // namespace kemu::cram
