#include "testing/python_regex.h"

#include <gtest/gtest.h>

#include <string>

namespace kemu::cram {
namespace {

using Match = PythonRegex::Match;

Match match(std::string_view pattern, std::string_view text) {
  auto regex = PythonRegex::compile(pattern);
  EXPECT_TRUE(regex.ok()) << pattern << ": " << regex.error().reason;
  return regex.ok() ? regex->match_start(text) : Match::TooLong;
}

std::string refusal(std::string_view pattern) {
  auto regex = PythonRegex::compile(pattern);
  EXPECT_FALSE(regex.ok()) << pattern;
  return regex.ok() ? "" : regex.error().reason;
}

struct Row {
  const char* pattern;
  const char* matches;
  const char* does_not;
};

// What either column says is what Python 3.11's re.match answers.
TEST(PythonRegex, UnderstandsWhatTestsUse) {
  const Row rows[] = {
      {"foo.*\\Z", "foobar", "fo"},
      {"[A-Fa-f\\d]{4}\\Z", "0aF9", "0aG9"},
      {"a{,2}b{2,}c{1}\\Z", "aabbbc", "aaabbc"},
      {"x{1\\Z", "x{1", "x"},
      {"x{a}{}\\Z", "x{a}{}", "xa"},
      {"(?:a|b)+?\\Z", "abba", "abc"},
      {"(?P<word>\\w+) \\W\\Z", "it_1 !", "it 1"},
      {"\\s\\S\\D\\Z", "\tab", "aab"},
      {"\\bcat\\b", "cat.", "cats"},
      {"c\\Bat\\Z", "cat", "c at"},
      {"[]a^-]+\\Z", "]a^-", "b"},
      {"[^]a]\\Z", "b", "]"},
      {"[\\w.-]+\\Z", "a.b-c", "a b"},
      {"\\x41\\101\\t\\.\\Z", "AA\t.", "AA.."},
      {"(?i)hello\\Z", "HeLLo", "HeLL0"},
      {"(?i:a)b\\Z", "Ab", "AB"},
      {"a(?#a note)*\\Z", "aaa", "aab"},
      {"(?=.*end)start.*\\Z", "start to end", "start to"},
      {"(?!bad).*\\Z", "good", "bad"},
      {"^a$", "a", "ab"},
      {"()*(a|)*\\Z", "aa", "b"},
      {"a|bc\\Z", "anything after the first alternative", "bcd"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(match(row.pattern, row.matches), Match::Yes) << row.pattern;
    EXPECT_EQ(match(row.pattern, row.does_not), Match::No) << row.pattern;
  }
}

TEST(PythonRegex, BytesAreBytes) {
  EXPECT_EQ(match("..\\Z", "\xc3\xa9"), Match::Yes);
  EXPECT_EQ(match("\\w", "\xc3\xa9"), Match::No);
  EXPECT_EQ(match("a\\0b\\Z", std::string_view("a\0b", 3)), Match::Yes);
}

TEST(PythonRegex, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("*a"), "nothing to repeat");
  EXPECT_EQ(refusal("^*"), "nothing to repeat");
  EXPECT_EQ(refusal("a**"), "multiple repeat");
  EXPECT_EQ(refusal("a{3,2}"), "the least number of repeats is above the most");
  EXPECT_EQ(refusal("(a"), "missing ), unterminated group");
  EXPECT_EQ(refusal("a)"), "unbalanced parenthesis");
  EXPECT_EQ(refusal("[a"), "unterminated character set");
  EXPECT_EQ(refusal("[z-a]"), "bad character range");
  EXPECT_EQ(refusal("\\q"), "bad escape \\q");
  EXPECT_EQ(refusal("\\x4"), "incomplete escape \\x");
  EXPECT_EQ(refusal("a\\"), "bad escape (end of pattern)");
  EXPECT_EQ(refusal("(?P<1>a)"), "bad group name");
}

TEST(PythonRegex, RefusesByNameWhatItDoesNotOffer) {
  EXPECT_EQ(refusal("(a)\\1"), "references to groups are not offered");
  EXPECT_EQ(refusal("(?P<n>a)(?P=n)"), "references to groups are not offered");
  EXPECT_EQ(refusal("(?<=a)b"), "looking behind is not offered");
  EXPECT_EQ(refusal("a++"), "possessive repeats are not offered");
  EXPECT_EQ(refusal("(?>a)"), "atomic and conditional groups are not offered");
  EXPECT_EQ(refusal("(?x)a"), "unknown flag");
}

TEST(PythonRegex, TakesNoTimeWhereBacktrackingWould) {
  const std::string line(20'000, 'a');
  EXPECT_EQ(match("(a*)*(a|a)*b\\Z", line), Match::No);
  EXPECT_EQ(match("(?:.*,)*end", line), Match::No);
}

TEST(PythonRegex, LimitsWhatAPatternCanAskFor) {
  EXPECT_EQ(refusal("a{20000}"), "too many repeats");
  EXPECT_EQ(refusal("((a{1000}){1000}){1000}"), "the expression is too large");
  EXPECT_EQ(refusal(std::string(100'000, '(')), "groups are nested too deeply");
}

}  // namespace
}  // namespace kemu::cram
