#include "testing/unified_diff.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

namespace kemu::cram {
namespace {

std::string diff(std::string_view left, std::string_view right) {
  return unified_diff(left, right, {"a", "b", 3});
}

/// What patch(1) makes of `left`: every hunk must stand where it says.
std::string patched(const std::string& left, const std::string& patch) {
  std::istringstream from(left), hunks(patch);
  std::string result, line;
  long at = 1;
  const auto next = [&] {
    std::string text;
    std::getline(from, text);
    ++at;
    return from.eof() ? text : text + "\n";
  };
  for (int header = 0; header < 2; ++header) std::getline(hunks, line);
  while (std::getline(hunks, line)) {
    if (line.starts_with("@@ -")) {
      const bool none = line.substr(0, line.find(" +")).ends_with(",0");
      for (const long start = std::stol(line.substr(4)) + (none ? 1 : 0); at < start;)
        result += next();
      continue;
    }
    if (line[0] == '\\') {
      if (result.ends_with('\n')) result.pop_back();
      continue;
    }
    if (line[0] != '+') {
      EXPECT_EQ(next().substr(0, line.size() - 1), line.substr(1));
    }
    if (line[0] != '-') result += line.substr(1) + "\n";
  }
  while (from.peek() != EOF) result += next();
  return result;
}

TEST(UnifiedDiff, SaysNothingOfEqualTexts) { EXPECT_EQ(diff("a\n", "a\n"), ""); }

TEST(UnifiedDiff, HasThreeLinesAround) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, NumbersOneLineAndNone) {
  EXPECT_EQ(diff("", "x\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
  EXPECT_EQ(diff("x\n", ""), "--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n");
}

TEST(UnifiedDiff, JoinsChangesWhoseSurroundingsMeet) {
  const std::string left = "1\na\n2\n3\n4\n5\n6\n7\nb\n";
  EXPECT_EQ(diff(left, "1\nA\n2\n3\n4\n5\n6\n7\nB\n"),
            "--- a\n+++ b\n@@ -1,9 +1,9 @@\n 1\n-a\n+A\n 2\n 3\n 4\n 5\n 6\n 7\n-b\n+B\n");
  const std::string apart = diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n");
  EXPECT_NE(apart.find("@@ -1,4 +1,4 @@"), std::string::npos);
  EXPECT_NE(apart.find("@@ -6,4 +6,4 @@"), std::string::npos);
}

TEST(UnifiedDiff, ShowsAMissingNewline) {
  EXPECT_EQ(diff("a", "a\n"), "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, TurnsOneTextIntoTheOther) {
  std::minstd_rand random(2);
  const auto text = [&](unsigned kinds) {
    std::string lines;
    for (auto n = random() % 30; n > 0; --n)
      lines += std::string(1, static_cast<char>('a' + random() % kinds)) + "\n";
    return lines;
  };
  for (int i = 0; i < 600; ++i) {
    const std::string left = text(1 + i % 6), right = text(1 + i % 6);
    if (left == right) continue;
    ASSERT_EQ(patched(left, diff(left, right)), right) << left << "\n" << right;
  }
}

TEST(Align, FindsAsManyMatchesAsThereAre) {
  std::minstd_rand random(3);
  for (int i = 0; i < 200; ++i) {
    std::vector<int> left(random() % 25), right(random() % 25);
    for (int& item : left) item = static_cast<int>(random() % 4);
    for (int& item : right) item = static_cast<int>(random() % 4);
    std::vector<std::vector<std::size_t>> most(left.size() + 1,
                                               std::vector<std::size_t>(right.size() + 1));
    for (std::size_t x = 1; x <= left.size(); ++x)
      for (std::size_t y = 1; y <= right.size(); ++y)
        most[x][y] = left[x - 1] == right[y - 1] ? most[x - 1][y - 1] + 1
                                                 : std::max(most[x - 1][y], most[x][y - 1]);
    const auto agree = [&](std::size_t x, std::size_t y) { return left[x] == right[y]; };
    const auto matches = align({left.size(), right.size(), agree});
    EXPECT_EQ(matches.size(), most[left.size()][right.size()]);
    // A look-ahead of one difference finds fewer, but matches all the same.
    std::size_t x = 0, y = 0;
    for (const Match match : align({left.size(), right.size(), agree, 1})) {
      EXPECT_TRUE(match.left >= x && match.right >= y && agree(match.left, match.right));
      x = match.left + 1;
      y = match.right + 1;
    }
  }
}

// The time is bounded by how often lines are compared, which no load of the machine changes.
TEST(Align, ComparesLongTextsLinearly) {
  constexpr std::size_t kLines = 50'000;
  std::size_t compared = 0;
  const auto similar = [&](std::size_t x, std::size_t y) {
    ++compared;
    return x == y && x % 1000 != 0;
  };
  EXPECT_EQ(align({kLines, kLines, similar}).size(), kLines - kLines / 1000);
  EXPECT_LT(compared, 1'000'000u);
  compared = 0;
  const auto different = [&](std::size_t, std::size_t) {
    ++compared;
    return false;
  };
  EXPECT_TRUE(align({kLines, kLines, different, 64}).empty());
  EXPECT_LT(compared, 20'000'000u);
}

}  // namespace
}  // namespace kemu::cram
