#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kemu::cram {

/// A place at which two sequences agree.
struct Match {
  std::size_t left = 0, right = 0;

  friend bool operator==(Match, Match) = default;
};

/// The two sequences' lengths, and whether an item of the left agrees with one of the right.
struct Sequences {
  std::size_t left = 0, right = 0;
  std::function<bool(std::size_t, std::size_t)> agree;
  /// How many differences are looked ahead at a time. Where two sequences differ by no more, as
  /// many matches as can be are found; where by more, a good many, in time proportional to this
  /// times the lengths.
  std::size_t look_ahead = 256;
};

/// Matches in rising order on both sides (E. Myers, "An O(ND) Difference Algorithm").
std::vector<Match> align(const Sequences& sequences);

struct DiffNames {
  std::string left, right;
  std::size_t context = 3;  // lines shown around a difference
};

/// The difference of two texts as diff -u prints it and patch(1) reads it; "" where there is none.
std::string unified_diff(std::string_view left, std::string_view right, const DiffNames& names);

}  // namespace kemu::cram
