#include "testing/cram_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "testing/cram_line.h"
#include "testing/unified_diff.h"

namespace kemu::cram {

namespace {

constexpr std::string_view kNoEol = " (no-eol)";

/// A block's expected lines beside the lines it showed.
class BlockComparison {
 public:
  BlockComparison(const Block& block, std::size_t indent, std::vector<std::string> shown)
      : block_(block), shown_(std::move(shown)) {
    for (const std::string& line : block.expected) expected_.emplace_back(line, indent);
  }

  /// cram loses the last byte of all that was printed, which is the last mark's newline unless
  /// something was printed behind it: what it then calls (no-eol) may be expected here too.
  void allow_missing_newline() {
    if (expected_.empty() || shown_.empty()) return;
    const std::string cut = shown_.back() + std::string(kNoEol);
    if (expected_.back().text() == cut) shown_.back() = cut;
  }

  /// The lines that would be expected if this were right, and those that nothing matched.
  struct Merged {
    std::vector<std::string> lines;
    std::vector<std::size_t> unmatched;  // of the expected lines
    bool changed = false;
  };

  Merged merge() const {
    Merged merged;
    std::size_t left = 0, right = 0;
    const auto up_to = [&](std::size_t expected, std::size_t shown) {
      merged.changed |= left < expected || right < shown;
      for (; left < expected; ++left) merged.unmatched.push_back(left);
      for (; right < shown; ++right) merged.lines.push_back(as_expected_line(shown_[right]));
    };
    for (const Match match : matches()) {
      up_to(match.left, match.right);
      merged.lines.push_back(block_.expected[left++]);
      ++right;
    }
    up_to(expected_.size(), shown_.size());
    return merged;
  }

  const std::string& problem(std::size_t expected) const { return expected_[expected].problem(); }

 private:
  std::vector<Match> matches() const {
    // Most lines of most tests are no patterns: comparing numbers keeps long outputs quick.
    std::unordered_map<std::string, std::size_t> ids;
    const auto id = [&](const std::string& line) {
      return ids.try_emplace(line, ids.size()).first->second;
    };
    std::vector<std::size_t> text, meaning, shown, plain;
    bool patterns = false;
    for (const ExpectedLine& line : expected_) {
      patterns |= line.is_pattern();
      text.push_back(id(line.text()));
      meaning.push_back(id(line.meaning()));
    }
    for (const std::string& line : shown_) {
      shown.push_back(id(line));
      plain.push_back(id(unescaped(line)));
    }
    const auto agree = [&](std::size_t i, std::size_t j) {
      if (text[i] == shown[j] || meaning[i] == shown[j] || meaning[i] == plain[j]) return true;
      return expected_[i].is_pattern() && expected_[i].matches(shown_[j]);
    };
    return align({expected_.size(), shown_.size(), agree, patterns ? 32U : 256U});
  }

  const Block& block_;
  std::vector<ExpectedLine> expected_;
  std::vector<std::string> shown_;
};

/// Goes through a file's blocks and puts the updated file together.
class FileComparison {
 public:
  FileComparison(const TestFile& file, const Transcript& transcript)
      : file_(file), transcript_(transcript), updated_(file) {}

  Comparison run() {
    for (std::size_t i = 0; i < file_.blocks.size(); ++i) {
      if (!transcript_.blocks[i].reached)
        unreached(i);
      else if (transcript_.script_reader == i)
        script_reader(file_.blocks[i]);
      else
        block(i);
    }
    result_.passed = result_.failed_commands.empty();
    finish_text();
    return std::move(result_);
  }

 private:
  std::vector<std::string> shown(std::size_t i) const {
    const BlockOutput& output = transcript_.blocks[i];
    std::vector<std::string> lines = show_output(output.printed);
    if (output.status != 0) lines.push_back(fmt::format("[{}]", output.status));
    if (is_last(i))
      for (std::string& line : show_output(transcript_.trailing)) lines.push_back(std::move(line));
    return lines;
  }

  /// Whether nothing that was printed comes behind this block's output.
  bool is_last(std::size_t i) const {
    return std::none_of(transcript_.blocks.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                        transcript_.blocks.end(),
                        [](const BlockOutput& output) { return output.reached; });
  }

  void block(std::size_t i) {
    const Block& block = file_.blocks[i];
    BlockComparison comparison(block, file_.indent, shown(i));
    if (is_last(i) && (!transcript_.complete || !transcript_.trailing.empty()))
      comparison.allow_missing_newline();
    auto merged = comparison.merge();
    std::vector<std::string>& text = updated_.blocks[i].text;
    const auto late =
        std::erase_if(text, [&](const std::string& line) { return is_late_output(file_, line); });
    if (!merged.changed && late == 0) return;
    fail(block);
    const std::size_t first = block.line + block.command.size();
    for (const std::size_t line : merged.unmatched)
      if (const std::string& why = comparison.problem(line); !why.empty()) note(first + line, why);
    if (late != 0) note_late_output(block);
    updated_.blocks[i].expected = std::move(merged.lines);
  }

  void note_late_output(const Block& block) {
    std::size_t line = block.line + block.command.size() + block.expected.size();
    for (const std::string& text : block.text) {
      if (is_late_output(file_, text)) break;
      ++line;
    }
    note(line, "expected output below a line that is not indented, which ends the output");
  }

  void unreached(std::size_t i) {
    const Block& block = file_.blocks[i];
    // One line for all that follow: the first says what happened to them.
    if (transcript_.blocks[i - 1].reached && transcript_.script_reader != i - 1)
      note(block.line, fmt::format("the shell did not come to this command: the one at line {} "
                                   "ended it, or took this as its input or a part of itself",
                                   file_.blocks[i - 1].line));
    fail(block);
  }

  /// What it printed is no output to expect: it holds this run's marks.
  void script_reader(const Block& block) {
    note(block.line,
         "this command printed the test's own script: it read standard input (give it "
         "</dev/null), or a quote or here-document is not closed");
    fail(block);
  }

  void note(std::size_t line, std::string what) {
    result_.notes.push_back({file_.name, line, std::move(what)});
  }

  void fail(const Block& block) { result_.failed_commands.push_back(block.line); }

  void finish_text() {
    const std::string before = render(file_);
    // A last line that is new ends like any other.
    std::vector<std::string> lines = split_lines(before);
    if (!file_.ends_in_newline) {
      updated_.ends_in_newline = true;
      const std::vector<std::string> after = split_lines(render(updated_));
      updated_.ends_in_newline = lines.empty() || after.empty() || after.back() != lines.back();
    }
    result_.updated = render(updated_);
    result_.diff = unified_diff(before, result_.updated, {file_.name, file_.name, 3});
  }

  const TestFile& file_;
  const Transcript& transcript_;
  TestFile updated_;
  Comparison result_;
};

}  // namespace

Comparison compare(const TestFile& file, const Transcript& transcript) {
  CHECK(file.blocks.size() == transcript.blocks.size());
  return FileComparison(file, transcript).run();
}

}  // namespace kemu::cram
