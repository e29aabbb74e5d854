#include "testing/cram_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace kemu::cram {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TestFile parse(std::string_view text, std::size_t indent = 2) {
  auto file = parse_test("a.t", text, indent);
  EXPECT_TRUE(file.ok()) << file.error().text();
  return file.ok() ? *file : TestFile{};
}

std::string refusal(std::string_view text) {
  auto file = parse_test("a.t", text);
  EXPECT_FALSE(file.ok());
  return file.ok() ? "" : file.error().text();
}

TEST(ParseTest, SortsLinesIntoBlocks) {
  const TestFile file = parse("about\n\n  $ one\n  > more\n  out\n  \n\nnext\n  $ two\n");
  ASSERT_EQ(file.blocks.size(), 3u);
  EXPECT_THAT(file.blocks[0].text, ElementsAre("about", ""));
  EXPECT_EQ(file.blocks[1].line, 3u);
  EXPECT_THAT(file.blocks[1].command, ElementsAre("one", "more"));
  EXPECT_THAT(file.blocks[1].expected, ElementsAre("out", ""));
  EXPECT_THAT(file.blocks[1].text, ElementsAre("", "next"));
  EXPECT_EQ(file.blocks[2].line, 9u);
  EXPECT_THAT(file.blocks[2].expected, IsEmpty());
}

TEST(ParseTest, PromptsNeedTheirSpace) {
  const TestFile file = parse("  $ x\n  $\n  >\n   $ y\n");
  ASSERT_EQ(file.blocks.size(), 2u);
  EXPECT_THAT(file.blocks[1].expected, ElementsAre("$", ">", " $ y"));
}

TEST(ParseTest, TakesAnotherIndentation) {
  const TestFile file = parse("    $ x\n    y\n  comment\n", 4);
  ASSERT_EQ(file.blocks.size(), 2u);
  EXPECT_THAT(file.blocks[1].expected, ElementsAre("y"));
  EXPECT_THAT(file.blocks[1].text, ElementsAre("  comment"));
}

TEST(ParseTest, OutputBelowACommentIsLate) {
  const TestFile file = parse("  $ x\ncomment\n  y\n");
  EXPECT_THAT(file.blocks[1].text, ElementsAre("comment", "  y"));
  EXPECT_FALSE(is_late_output(file, "comment"));
  EXPECT_TRUE(is_late_output(file, "  y"));
}

TEST(ParseTest, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(refusal("text\n  > more\n"), StartsWith("a.t:2: a continuation with no command"));
  EXPECT_THAT(refusal("  $ x\n  out\n  > more\n"), StartsWith("a.t:3: a continuation"));
  EXPECT_THAT(refusal("  $ x\n\n  > more\n"), StartsWith("a.t:3: a continuation"));
  EXPECT_THAT(refusal("  $ x <<E\n  >\n  > E\n"),
              StartsWith("a.t:3: a continuation below the line '>'"));
  EXPECT_EQ(refusal(std::string_view("a\nb\0c\n", 6)), "a.t:2: a NUL byte, which no shell reads");
  EXPECT_THAT(refusal("\xef\xbb\xbf  $ x\n"), StartsWith("a.t:1: a byte order mark"));
}

TEST(ParseTest, LeavesWhatCramLeaves) {
  EXPECT_EQ(parse("").blocks.size(), 1u);
  EXPECT_EQ(parse("\xef\xbb\xbftext\n").blocks.size(), 1u);
  EXPECT_THAT(parse("  early\n").blocks[0].expected, ElementsAre("early"));
  EXPECT_THAT(parse("  $ x\r\n").blocks[1].command, ElementsAre("x\r"));
}

TEST(Render, IsTheFileByteByByte) {
  const char* pieces[] = {"  $ cmd", "  > more", "  out", "text", "", "  ",
                          "\n",      "\n",       "\n",    "\r",   "é"};
  std::minstd_rand random(1);
  std::size_t parsed = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    auto file = parse_test("a.t", text);
    if (!file.ok()) continue;
    ++parsed;
    ASSERT_EQ(render(*file), text);
  }
  EXPECT_GT(parsed, 1500u);
}

}  // namespace
}  // namespace kemu::cram
