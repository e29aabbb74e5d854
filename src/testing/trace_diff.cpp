#include "testing/trace_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "process/stable_trace.h"
#include "testing/unified_diff.h"

namespace kemu {

namespace {

/// What one process did.
struct Track {
  int pid = 0;
  std::vector<std::size_t> numbers;  // of the lines
  std::vector<std::string> texts;

  std::string joined() const {
    std::string all;
    for (const std::string& text : texts) all += text + "\n";
    return all;
  }
  /// "12", or "end" behind the last.
  std::string place(std::size_t at) const {
    return at < numbers.size() ? fmt::to_string(numbers[at]) : "end";
  }
};
using Tracks = std::vector<Track>;

Track* find(Tracks& tracks, int pid) {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [&](const Track& t) { return t.pid == pid; });
  return found == tracks.end() ? nullptr : &*found;
}

Tracks tracks_of(const std::vector<TraceLine>& lines, bool exact) {
  Tracks tracks;
  std::unordered_map<int, std::size_t> places;
  for (const TraceLine& line : lines) {
    const auto [place, is_new] = places.try_emplace(line.pid, tracks.size());
    if (is_new) tracks.push_back(Track{line.pid, {}, {}});
    Track& track = tracks[place->second];
    track.numbers.push_back(line.number);
    track.texts.push_back(exact ? line.text : stable_trace_text(line.text));
  }
  return tracks;
}

using Pair = std::pair<const Track*, const Track*>;

std::vector<Pair> pairs_of(Tracks& left, Tracks& right) {
  static const Track kNobody;
  std::vector<const Track*> others;
  for (const Track& track : right)
    if (!find(left, track.pid)) others.push_back(&track);
  std::vector<Pair> pairs;
  std::size_t taken = 0;
  for (const Track& track : left) {
    const Track* same = find(right, track.pid);
    if (!same && taken < others.size()) same = others[taken++];
    pairs.emplace_back(&track, same ? same : &kNobody);
  }
  for (; taken < others.size(); ++taken) pairs.emplace_back(&kNobody, others[taken]);
  return pairs;
}

/// Where two processes part, as an index into both; nothing where they do not.
std::optional<std::size_t> first_difference(const Pair& pair) {
  const auto& [left, right] = pair;
  const auto [a, b] = std::mismatch(left->texts.begin(), left->texts.end(), right->texts.begin(),
                                    right->texts.end());
  if (a == left->texts.end() && b == right->texts.end()) return std::nullopt;
  return static_cast<std::size_t>(a - left->texts.begin());
}

std::string name_of(const std::string& file, const Track& track) {
  return track.texts.empty() ? file : fmt::format("{} pid {}", file, track.pid);
}

}  // namespace

std::string trace_diff(const std::vector<TraceLine>& left, const std::vector<TraceLine>& right,
                       const TraceDiffOptions& options) {
  Tracks left_tracks = tracks_of(left, options.exact);
  Tracks right_tracks = tracks_of(right, options.exact);
  std::string diffs, first;
  std::size_t first_line = ~std::size_t{0};
  for (const Pair& pair : pairs_of(left_tracks, right_tracks)) {
    const auto at = first_difference(pair);
    if (!at) continue;
    const auto& [a, b] = pair;
    // The earliest by the left file; an end of it comes last.
    const std::size_t line = *at < a->numbers.size() ? a->numbers[*at] : left.size() + 1;
    if (line < first_line) {
      first_line = line;
      first = fmt::format("first difference: {}:{} and {}:{}, event {} of pid {}\n",
                          options.left_name, a->place(*at), options.right_name, b->place(*at),
                          *at + 1, a->texts.empty() ? b->pid : a->pid);
    }
    diffs += cram::unified_diff(
        a->joined(), b->joined(),
        {name_of(options.left_name, *a), name_of(options.right_name, *b), options.context});
  }
  return first + diffs;
}

}  // namespace kemu
