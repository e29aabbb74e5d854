#include "testing/cram_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace kemu::cram {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A transcript in which every command printed what is listed for it, with its status.
Transcript ran(const TestFile& file, std::vector<std::pair<std::string, int>> outputs) {
  Transcript transcript;
  transcript.blocks.resize(file.blocks.size());
  transcript.blocks[0].reached = true;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    transcript.blocks[i + 1] = {true, outputs[i].first, outputs[i].second};
  transcript.complete = outputs.size() + 1 == file.blocks.size();
  return transcript;
}

Comparison compared(std::string_view text, std::vector<std::pair<std::string, int>> outputs) {
  auto file = parse_test("a.t", text);
  EXPECT_TRUE(file.ok()) << file.error().text();
  return compare(*file, ran(*file, std::move(outputs)));
}

std::vector<std::string> texts(const std::vector<Problem>& notes) {
  std::vector<std::string> all;
  for (const Problem& note : notes) all.push_back(note.text());
  return all;
}

TEST(Compare, PassesAndLeavesTheFile) {
  const char* text = "  $ x\n  a\n  b* (glob)\n  [3]\nend";
  const Comparison got = compared(text, {{"a\nbee\n", 3}});
  EXPECT_TRUE(got.passed);
  EXPECT_EQ(got.updated, text);
  EXPECT_EQ(got.diff, "");
  EXPECT_THAT(got.notes, IsEmpty());
  EXPECT_THAT(got.failed_commands, IsEmpty());
}

TEST(Compare, UpdatesWhatIsWrongAndKeepsWhatIsRight) {
  const Comparison got =
      compared("about\n\n  $ x\n  \\d+ (re)\n  old\n  new* (glob)\n\n  $ y\n  same\n",
               {{"17\nadded\nnewer\nlast", 1}, {"same\n", 0}});
  EXPECT_FALSE(got.passed);
  EXPECT_EQ(got.updated,
            "about\n\n  $ x\n  \\d+ (re)\n  added\n  new* (glob)\n  last (no-eol)\n  [1]\n\n"
            "  $ y\n  same\n");
  EXPECT_EQ(got.diff,
            "--- a.t\n+++ a.t\n@@ -2,8 +2,10 @@\n \n   $ x\n   \\d+ (re)\n-  old\n+  added\n"
            "   new* (glob)\n+  last (no-eol)\n+  [1]\n \n   $ y\n   same\n");
  EXPECT_THAT(got.failed_commands, ElementsAre(3u));
}

TEST(Compare, MovesLateOutputUpAndSaysSo) {
  const Comparison got = compared("  $ x\n  a\n\n  b\n", {{"a\n\nb\n", 0}});
  EXPECT_FALSE(got.passed);
  EXPECT_EQ(got.updated, "  $ x\n  a\n  \n  b\n\n");
  EXPECT_THAT(texts(got.notes), ElementsAre(HasSubstr("a.t:4: expected output below a line")));
}

TEST(Compare, OutputBeforeTheFirstCommandHasAPlace) {
  auto file = parse_test("a.t", "  welcome\ntext\n  $ x\n");
  Transcript transcript = ran(*file, {{"", 0}});
  EXPECT_FALSE(compare(*file, transcript).passed);
  transcript.blocks[0].printed = "welcome\n";
  EXPECT_TRUE(compare(*file, transcript).passed);
}

TEST(Compare, UpdatesToLinesThatAreNoPrompts) {
  const Comparison got = compared("  $ diff a b\n", {{"1c1\n< a\n---\n> b\n$ c\n", 1}});
  EXPECT_EQ(got.updated,
            "  $ diff a b\n  1c1\n  < a\n  ---\n  \\x3e b (esc)\n  \\x24 c (esc)\n  [1]\n");
}

TEST(Compare, AddsANewlineOnlyToALastLineThatIsNew) {
  EXPECT_EQ(compared("  $ x\n  a\ntext", {{"b\n", 0}}).updated, "  $ x\n  b\ntext");
  EXPECT_EQ(compared("  $ x\n  a", {{"b\n", 0}}).updated, "  $ x\n  b\n");
  EXPECT_EQ(compared("  $ x", {{"b\n", 0}}).updated, "  $ x\n  b\n");
}

TEST(Compare, SaysWhichPatternIsNone) {
  const Comparison got = compared("  $ x\n  a** (re)\n", {{"aa\n", 0}});
  EXPECT_THAT(texts(got.notes),
              ElementsAre("a.t:2: the regular expression cannot be used: multiple repeat"));
  EXPECT_TRUE(compared("  $ x\n  a** (re)\n", {{"a** (re)\n", 0}}).passed);
}

TEST(Compare, KeepsWhatWasNotReached) {
  const char* text = "  $ exit 1\n  $ echo a\n  a\n  $ echo b\n  b\n";
  const Comparison got = compared(text, {{"", 0}});
  EXPECT_FALSE(got.passed);
  EXPECT_EQ(got.updated, text);
  EXPECT_THAT(texts(got.notes), ElementsAre(HasSubstr("a.t:2: the shell did not come to this")));
  EXPECT_THAT(got.failed_commands, ElementsAre(2u, 4u));
}

// cram's last byte is lost where the shell ended by itself; its tests expect (no-eol) there.
TEST(Compare, TheLastLineBeforeAnExitMayLackItsNewline) {
  auto file = parse_test("a.t", "  $ echo bye; exit 1\n  bye (no-eol)\n");
  Transcript transcript = ran(*file, {{"bye\n", 0}});
  EXPECT_FALSE(compare(*file, transcript).passed);
  transcript.complete = false;
  EXPECT_TRUE(compare(*file, transcript).passed);
  transcript.blocks[1].printed = "";
  transcript.complete = true;
  transcript.trailing = "bye\n";
  EXPECT_TRUE(compare(*file, transcript).passed);
}

TEST(Compare, NeverExpectsTheScript) {
  auto file = parse_test("a.t", "  $ cat\n  a\n");
  Transcript transcript = ran(*file, {{"\\echo SA\"\"LT 3 \"$?\"\n", 0}});
  transcript.complete = false;
  transcript.script_reader = 1;
  const Comparison got = compare(*file, transcript);
  EXPECT_FALSE(got.passed);
  EXPECT_EQ(got.diff, "");
  EXPECT_THAT(texts(got.notes),
              ElementsAre(HasSubstr("a.t:1: this command printed the test's own")));
}

class RandomTests : public ::testing::Test {
 protected:
  std::string pick(const std::vector<std::string>& among) {
    return among[random_() % among.size()];
  }

  std::string random_file() {
    std::string text;
    for (auto n = random_() % 14; n > 0; --n)
      text +=
          pick({"  $ x", "  $ y", "  a", "  b", "  .* (re)", "  * (glob)", "  [1]", "  \\x61 (esc)",
                "  +* (re)", "  a (no-eol)", "text", "", "  ", "  \xc3\xa9", "  > z"}) +
          "\n";
    if (!text.empty() && random_() % 4 == 0) text.pop_back();
    return text;
  }

  std::string random_output() {
    std::string output;
    for (auto n = random_() % 6; n > 0; --n)
      output +=
          pick({"a", "b", "\n", "\n", "\r", "\r\n", "\t", "> ", "$ ", " (esc)", " (re)", " (glob)",
                " (no-eol)", "\\", "\\x", "[1]", "\xc3\xa9", " ", std::string(1, '\0')});
    return output;
  }

  std::minstd_rand random_{7};
};

TEST_F(RandomTests, AnUpdatedFilePassesAgainstTheSameOutput) {
  int compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_file();
    auto file = parse_test("a.t", text);
    if (!file.ok()) continue;
    ++compared;
    std::vector<std::pair<std::string, int>> outputs(file->blocks.size() - 1);
    for (auto& [printed, status] : outputs) {
      printed = random_output();
      status = static_cast<int>(random_() % 2);
    }
    const Transcript transcript = ran(*file, outputs);
    const Comparison first = compare(*file, transcript);
    EXPECT_EQ(first.passed, first.updated == text);
    auto updated = parse_test("a.t", first.updated);
    ASSERT_TRUE(updated.ok()) << updated.error().text() << "\n" << first.updated;
    const Comparison second = compare(*updated, transcript);
    ASSERT_TRUE(second.passed) << text << "\n---\n" << second.diff;
    ASSERT_EQ(second.updated, first.updated);
  }
  EXPECT_GT(compared, 500);
}

TEST_F(RandomTests, ATranscriptIsWhatTheBlocksPrinted) {
  for (int i = 0; i < 1000; ++i) {
    auto file = parse_test("a.t", random_file());
    if (!file.ok()) continue;
    const Script script = make_script(*file, "SALT7");
    std::string printed;
    std::vector<std::string> outputs;
    for (const std::size_t mark : script.marks) {
      outputs.push_back(random_output());
      printed += outputs.back() + script.salt + " " + std::to_string(mark) + " 0\n";
    }
    const Transcript transcript = split_transcript(script, printed);
    ASSERT_TRUE(transcript.complete);
    for (std::size_t block = 0; block < outputs.size(); ++block)
      ASSERT_EQ(transcript.blocks[block].printed, outputs[block]);
  }
}

}  // namespace
}  // namespace kemu::cram
