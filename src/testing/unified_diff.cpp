#include "testing/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/check.h"

namespace kemu::cram {

namespace {

using Index = std::ptrdiff_t;

/// A search from one corner for the path of fewest differences, as far as the look-ahead goes.
class Search {
 public:
  Search(const Sequences& sequences, std::size_t left, std::size_t right)
      : sequences_(sequences),
        left_(left),
        right_(right),
        width_(static_cast<Index>(sequences.left - left)),
        height_(static_cast<Index>(sequences.right - right)) {}

  /// Appends the matches on the path and says where it ends.
  std::pair<std::size_t, std::size_t> run(std::vector<Match>& matches) {
    const Index limit = static_cast<Index>(std::max<std::size_t>(sequences_.look_ahead, 1));
    Index diagonal = 0;
    for (Index d = 0; d <= limit; ++d) {
      rows_.emplace_back(static_cast<std::size_t>(2 * d + 1), -1);
      if (const auto end = advance(d)) {
        diagonal = *end;
        break;
      }
      if (d == limit) diagonal = farthest(d);
    }
    const Index depth = static_cast<Index>(rows_.size()) - 1;
    const Index x = at(depth, diagonal);
    trace(depth, diagonal, matches);
    return {left_ + static_cast<std::size_t>(x), right_ + static_cast<std::size_t>(x - diagonal)};
  }

 private:
  /// How far right the best path with `d` differences gets on a diagonal (x - y); -1: nowhere.
  Index& at(Index d, Index diagonal) {
    return rows_[static_cast<std::size_t>(d)][static_cast<std::size_t>(diagonal + d)];
  }
  Index reached(Index d, Index diagonal) {
    return diagonal < -d || diagonal > d ? -1 : at(d, diagonal);
  }

  /// Where a path with `d` differences comes onto a diagonal, before it follows matches;
  /// -1: nowhere.
  Index entry(Index d, Index diagonal) {
    if (d == 0) return 0;
    const Index down = reached(d - 1, diagonal + 1);
    const Index across = reached(d - 1, diagonal - 1);
    const Index from_across = across < 0 || across >= width_ ? -1 : across + 1;
    const Index from_down = down < 0 || down - diagonal > height_ ? -1 : down;
    return std::max(from_across, from_down);
  }

  /// One row more; the diagonal on which a path came to the far corner, if one did.
  std::optional<Index> advance(Index d) {
    for (Index diagonal = -d; diagonal <= d; diagonal += 2) {
      Index x = entry(d, diagonal);
      if (x < 0) continue;
      while (x < width_ && x - diagonal < height_ && agree(x, x - diagonal)) ++x;
      at(d, diagonal) = x;
      if (x == width_ && x - diagonal == height_) return diagonal;
    }
    return std::nullopt;
  }

  Index farthest(Index d) {
    Index best = d, progress = -1;
    for (Index diagonal = -d; diagonal <= d; diagonal += 2) {
      const Index x = at(d, diagonal);
      if (x < 0 || 2 * x - diagonal <= progress) continue;
      progress = 2 * x - diagonal;
      best = diagonal;
    }
    return best;
  }

  void trace(Index d, Index diagonal, std::vector<Match>& matches) {
    const std::size_t first = matches.size();
    for (Index x = at(d, diagonal);; --d) {
      const Index start = entry(d, diagonal);
      while (x > start) {
        --x;
        matches.push_back(
            {left_ + static_cast<std::size_t>(x), right_ + static_cast<std::size_t>(x - diagonal)});
      }
      if (d == 0) break;
      const Index across = reached(d - 1, diagonal - 1);
      if (across >= 0 && across < width_ && across + 1 == start) {
        --diagonal;
        --x;
      } else {
        ++diagonal;
      }
    }
    std::reverse(matches.begin() + static_cast<Index>(first), matches.end());
  }

  bool agree(Index x, Index y) const {
    return sequences_.agree(left_ + static_cast<std::size_t>(x),
                            right_ + static_cast<std::size_t>(y));
  }

  const Sequences& sequences_;
  std::size_t left_, right_;
  Index width_, height_;
  std::vector<std::vector<Index>> rows_;
};

/// Lines with their newlines, so that a last line without one differs.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// Writes the hunks of a diff.
class Hunks {
 public:
  Hunks(std::string_view left, std::string_view right, const DiffNames& names)
      : left_(lines_of(left)), right_(lines_of(right)), context_(names.context) {
    text_ = fmt::format("--- {}\n+++ {}\n", names.left, names.right);
  }

  std::string write() {
    for (const Match match : aligned()) {
      differ_until(match);
      ++left_at_;
      ++right_at_;
    }
    differ_until({left_.size(), right_.size()});
    if (!changes_.empty()) flush();
    return text_;
  }

 private:
  /// What is taken out of the left and put in from the right at one place.
  struct Change {
    Match from, to;
  };

  std::vector<Match> aligned() const {
    std::unordered_map<std::string_view, std::size_t> ids;
    const auto numbered = [&](const std::vector<std::string_view>& lines) {
      std::vector<std::size_t> numbers;
      for (const std::string_view line : lines)
        numbers.push_back(ids.try_emplace(line, ids.size()).first->second);
      return numbers;
    };
    const std::vector<std::size_t> left = numbered(left_), right = numbered(right_);
    return align({left.size(), right.size(),
                  [&](std::size_t i, std::size_t j) { return left[i] == right[j]; }});
  }

  void differ_until(Match match) {
    if (left_at_ == match.left && right_at_ == match.right) return;
    const Change change{{left_at_, right_at_}, match};
    // Two changes share a hunk where the lines around them would meet.
    if (!changes_.empty() && change.from.left - changes_.back().to.left > 2 * context_) flush();
    changes_.push_back(change);
    left_at_ = match.left;
    right_at_ = match.right;
  }

  void flush() {
    const Change &first = changes_.front(), &last = changes_.back();
    const std::size_t before = std::min(context_, first.from.left);
    const std::size_t after = std::min(context_, left_.size() - last.to.left);
    text_ += fmt::format("@@ -{} +{} @@\n", range(first.from.left - before, last.to.left + after),
                         range(first.from.right - before, last.to.right + after));
    std::size_t at = first.from.left - before;
    for (const Change& change : changes_) {
      lines(' ', left_, at, change.from.left);
      lines('-', left_, change.from.left, change.to.left);
      lines('+', right_, change.from.right, change.to.right);
      at = change.to.left;
    }
    lines(' ', left_, at, at + after);
    changes_.clear();
  }

  /// "first,count"; of no lines the one before them is named, as diff does.
  static std::string range(std::size_t from, std::size_t to) {
    if (to - from == 1) return fmt::format("{}", from + 1);
    return fmt::format("{},{}", to == from ? from : from + 1, to - from);
  }

  void lines(char mark, const std::vector<std::string_view>& all, std::size_t from,
             std::size_t to) {
    for (; from < to; ++from) {
      text_.append(1, mark).append(all[from]);
      if (!all[from].ends_with('\n')) text_ += "\n\\ No newline at end of file\n";
    }
  }

  std::vector<std::string_view> left_, right_;
  std::size_t context_;
  std::size_t left_at_ = 0, right_at_ = 0;
  std::vector<Change> changes_;  // of the hunk that is being collected
  std::string text_;
};

}  // namespace

std::vector<Match> align(const Sequences& sequences) {
  std::vector<Match> matches;
  std::size_t left = 0, right = 0;
  while (left < sequences.left && right < sequences.right) {
    const auto [to_left, to_right] = Search(sequences, left, right).run(matches);
    CHECK(to_left > left || to_right > right);
    left = to_left;
    right = to_right;
  }
  return matches;
}

std::string unified_diff(std::string_view left, std::string_view right, const DiffNames& names) {
  if (left == right) return {};
  return Hunks(left, right, names).write();
}

}  // namespace kemu::cram
