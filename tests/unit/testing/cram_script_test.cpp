#include "testing/cram_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kemu::cram {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

const char* const kText = "about\n  $ one\n  > more\n  out\n  $ two\n";

TestFile parsed(std::string_view text) { return *parse_test("a.t", text); }

Script script_of(std::string_view text) { return make_script(parsed(text), "SALT"); }

TEST(MakeScript, PrintsAMarkBeforeEachCommandAndAtTheEnd) {
  const Script script = script_of(kText);
  EXPECT_EQ(script.text,
            "\\echo SA\"\"LT 2 \"$?\"\none\nmore\n\\echo SA\"\"LT 5 \"$?\"\ntwo\n"
            "\\echo SA\"\"LT 6 \"$?\"\n");
  EXPECT_THAT(script.marks, ElementsAre(2u, 5u, 6u));
}

TEST(MakeScript, AFileWithoutCommandsHasOneMark) {
  EXPECT_THAT(script_of("").marks, ElementsAre(1u));
  EXPECT_THAT(script_of("text\n").marks, ElementsAre(2u));
}

TEST(MakeScript, LengthensASaltTheFileHas) {
  EXPECT_EQ(script_of("  $ echo SALT SALTx\n").salt, "SALTxx");
}

TEST(StartShell, FeedsAsCramDoesOrByAnArgument) {
  const Script script = script_of("  $ one\n");
  const ShellStart cram = start_shell(script, {"/bin/sh", "-u"}, ScriptFeed::StandardInput);
  EXPECT_THAT(cram.argv, ElementsAre("/bin/sh", "-u", "-"));
  EXPECT_EQ(cram.standard_input, script.text);
  const ShellStart argument = start_shell(script, {"/bin/sh"}, ScriptFeed::Argument);
  EXPECT_THAT(argument.argv, ElementsAre("/bin/sh", "-c", script.text, "/bin/sh"));
  EXPECT_EQ(argument.standard_input, "");
}

TEST(SplitTranscript, GivesEachCommandItsOutputAndStatus) {
  const Transcript got =
      split_transcript(script_of(kText), "early\nSALT 2 0\nout\nno-eolSALT 5 3\nSALT 6 127\n");
  ASSERT_EQ(got.blocks.size(), 3u);
  EXPECT_EQ(got.blocks[0].printed, "early\n");
  EXPECT_EQ(got.blocks[1].printed, "out\nno-eol");
  EXPECT_EQ(got.blocks[1].status, 3);
  EXPECT_EQ(got.blocks[2].printed, "");
  EXPECT_EQ(got.blocks[2].status, 127);
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.trailing, "");
}

TEST(SplitTranscript, KnowsWhereTheShellEnded) {
  const Transcript got = split_transcript(script_of(kText), "SALT 2 0\nbye\n");
  EXPECT_FALSE(got.complete);
  EXPECT_TRUE(got.blocks[1].reached);
  EXPECT_EQ(got.blocks[1].printed, "bye\n");
  EXPECT_FALSE(got.blocks[2].reached);
}

TEST(SplitTranscript, KeepsWhatComesBehindTheEnd) {
  EXPECT_EQ(split_transcript(script_of(""), "SALT 1 0\nbye\n").trailing, "bye\n");
}

TEST(SplitTranscript, ForgedMarksAreOutput) {
  const Transcript got = split_transcript(
      script_of(kText),
      "SALT 2 0\nSALT 2 0\nSALT 9 0\nSALT 5 x\nSALT 5 1 \nSALT\nSALT 5 0\nSALT 6 0\n");
  EXPECT_EQ(got.blocks[1].printed, "SALT 2 0\nSALT 9 0\nSALT 5 x\nSALT 5 1 \nSALT\n");
  EXPECT_TRUE(got.complete);
}

TEST(SplitTranscript, DropsTheTraceOfTheMarks) {
  const Transcript got = split_transcript(script_of(kText),
                                          "SALT 2 0\n+ mine\nno-eol+ echo SALT 5 0\nSALT 5 0\n"
                                          "a\n+me:3> echo SALT 6 0\nSALT 6 0\n");
  EXPECT_EQ(got.blocks[1].printed, "+ mine\nno-eol");
  EXPECT_EQ(got.blocks[2].printed, "a\n");
  const Transcript verbose = split_transcript(
      script_of(kText), "SALT 2 0\nout\n\\echo SA\"\"LT 5 \"$?\"\nSALT 5 0\nSALT 6 0\n");
  EXPECT_EQ(verbose.blocks[1].printed, "out\n");
  EXPECT_FALSE(verbose.script_reader.has_value());
}

TEST(SplitTranscript, NamesACommandThatPrintedTheScript) {
  const Transcript got =
      split_transcript(script_of(kText), "SALT 2 0\n\\echo SA\"\"LT 5 \"$?\"\ntwo\n");
  EXPECT_EQ(got.script_reader, 1u);
  EXPECT_FALSE(got.blocks[2].reached);
}

TEST(TestEnvironment, IsCrams) {
  const auto environment = test_environment({"/tests", "a.t", "/scratch", "/bin/sh"});
  for (const char* entry :
       {"TESTDIR=/tests", "TESTFILE=a.t", "CRAMTMP=/scratch", "TMPDIR=/scratch/tmp",
        "TEMP=/scratch/tmp", "TMP=/scratch/tmp", "TESTSHELL=/bin/sh", "LANG=C", "LC_ALL=C",
        "LANGUAGE=C", "TZ=GMT", "COLUMNS=80", "CDPATH=", "GREP_OPTIONS="})
    EXPECT_THAT(environment, Contains(entry));
}

}  // namespace
}  // namespace kemu::cram
