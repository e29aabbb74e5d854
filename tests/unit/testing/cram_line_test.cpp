#include "testing/cram_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kemu::cram {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool matches(const std::string& expected, const std::string& shown) {
  return ExpectedLine(expected, 2).matches(shown);
}

TEST(ShowOutput, ShowsLinesAsATestWritesThem) {
  EXPECT_THAT(show_output(""), IsEmpty());
  EXPECT_THAT(show_output("a\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(show_output("a\nb"), ElementsAre("a", "b (no-eol)"));
  EXPECT_THAT(show_output("back\\slash\n"), ElementsAre("back\\slash"));
}

TEST(ShowOutput, EscapesWhatCannotBePrinted) {
  EXPECT_THAT(show_output("a\tb\\\n"), ElementsAre("a\\tb\\\\ (esc)"));
  EXPECT_THAT(show_output(std::string_view("\0\x7f\xff\n", 4)),
              ElementsAre("\\x00\\x7f\\xff (esc)"));
}

TEST(ShowOutput, ACarriageReturnEndsALineToo) {
  EXPECT_THAT(show_output("a\r\nb\n"), ElementsAre("a\\r (esc)", "b"));
  EXPECT_THAT(show_output("10%\r20%\n"), ElementsAre("10%\\r (no-eol) (esc)", "20%"));
  EXPECT_THAT(show_output("a\r"), ElementsAre("a\\r (no-eol) (esc)"));
}

TEST(AsExpectedLine, HidesPrompts) {
  EXPECT_EQ(as_expected_line("plain"), "plain");
  EXPECT_EQ(as_expected_line(">"), ">");
  EXPECT_EQ(as_expected_line("> a\\b"), "\\x3e a\\\\b (esc)");
  EXPECT_EQ(as_expected_line("$ a\\tb (esc)"), "\\x24 a\\tb (esc)");
  for (const char* shown : {"> a\\b", "$ a\\tb (esc)", "$ \\x (esc)", "> ", "> x (no-eol)"})
    EXPECT_TRUE(matches(as_expected_line(shown), shown)) << shown;
}

TEST(DecodeEscapes, ReadsPythons) {
  EXPECT_EQ(decode_escapes("\\x41\\101\\n\\\\\\'\\q"), "AA\n\\'\\q");
  EXPECT_EQ(decode_escapes("\\x4"), std::nullopt);
  EXPECT_EQ(decode_escapes("a\\"), std::nullopt);
}

TEST(GlobMatches, KnowsStarsAndQuestionMarks) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*b*c?", "a--b-c-cd"));
  EXPECT_FALSE(glob_matches("a*b*c?", "a--b-c-c"));
  EXPECT_TRUE(glob_matches("\\*\\?\\\\\\a", "*?\\\\a"));
  EXPECT_FALSE(glob_matches("\\*", "x"));
  EXPECT_TRUE(glob_matches("[ab]", "[ab]"));
  EXPECT_FALSE(glob_matches("?", ""));
}

TEST(ExpectedLine, TheVerySameLineMatchesWhateverItEndsIn) {
  for (const char* line : {"a", "[ (re)", "a+ (re)", "? (glob)", "\\x (esc)", "a (no-eol)", "[1]"})
    EXPECT_TRUE(matches(line, line)) << line;
}

TEST(ExpectedLine, PatternsAreForTheWholeLine) {
  EXPECT_TRUE(matches("fo+ (re)", "foo"));
  EXPECT_FALSE(matches("fo+ (re)", "food"));
  EXPECT_FALSE(matches("o+ (re)", "foo"));
  EXPECT_TRUE(matches("f* (glob)", "food"));
  EXPECT_FALSE(matches("f? (glob)", "food"));
  EXPECT_FALSE(matches("f*(glob)", "food"));
}

// cram puts the indentation before the expression and \Z behind it, and groups neither.
TEST(ExpectedLine, OnlyTheLastAlternativeReachesTheEnd) {
  EXPECT_TRUE(matches("foo|bar (re)", "food"));
  EXPECT_FALSE(matches("foo|bar (re)", "bar"));
  EXPECT_TRUE(matches("(foo|bar) (re)", "bar"));
}

TEST(ExpectedLine, EscapesAreComparedByWhatTheyStandFor) {
  EXPECT_TRUE(matches("\\x66oo (esc)", "foo"));
  EXPECT_TRUE(matches("tab\there", "tab\\there (esc)"));
  EXPECT_TRUE(matches("\xc3\xa9", "\\xc3\\xa9 (esc)"));
  EXPECT_TRUE(matches("\\011 (esc)", "\\t (esc)"));
  EXPECT_FALSE(matches("\\x66oo", "foo"));
}

TEST(ExpectedLine, SaysWhyAPatternIsNone) {
  EXPECT_EQ(ExpectedLine("*** (re)", 2).problem(),
            "the regular expression cannot be used: multiple repeat");
  EXPECT_EQ(ExpectedLine("\\x1 (esc)", 2).problem(), "an escape is not complete");
  EXPECT_EQ(ExpectedLine("a (re)", 2).problem(), "");
}

}  // namespace
}  // namespace kemu::cram
