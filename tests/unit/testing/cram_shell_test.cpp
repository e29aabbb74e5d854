// The files of tests/data/cram, run by the host's own shells: what a shell prints between the
// marks, and how it is sorted out, is the one thing that no made-up transcript can show.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "testing/cram_match.h"

namespace kemu::cram {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Ran {
  int status = 0;
  Comparison comparison;
};

class HostShell : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (::access(GetParam(), X_OK) != 0) GTEST_SKIP() << GetParam() << " is not installed";
    scratch_ = std::filesystem::temp_directory_path() / "kemu-cram-XXXXXX";
    std::string name = scratch_.string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    scratch_ = name;
    std::filesystem::create_directory(scratch_ / "tmp");
  }
  void TearDown() override { std::filesystem::remove_all(scratch_); }

  /// What a shell started so prints, standard error included.
  std::string run(const ShellStart& start, const std::vector<std::string>& variables, int& status) {
    std::ofstream(scratch_ / "script") << start.standard_input;
    // A pipe, as cram gives it: from a file a shell could take back what it read ahead.
    std::string command =
        "cd '" + scratch_.string() + "' && cat script | env -u PS4 -u ENV -u BASH_ENV";
    for (const std::string& variable : variables) command += " '" + variable + "'";
    for (const std::string& word : start.argv) {
      command += " '";
      for (const char c : word) command += c == '\'' ? std::string("'\\''") : std::string(1, c);
      command += "'";
    }
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string printed;
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
      printed.append(buffer, got);
    const int ended = ::pclose(pipe);
    status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return printed;
  }

  Ran run_text(const std::string& name, const std::string& text, ScriptFeed feed) {
    auto file = parse_test(name, text);
    EXPECT_TRUE(file.ok()) << file.error().text();
    if (!file.ok()) return {};
    const Script script = make_script(*file, "KEMU5a17");
    Ran ran;
    const std::string printed =
        run(start_shell(script, {GetParam()}, feed),
            test_environment({folder().string(), name, scratch_.string(), GetParam()}), ran.status);
    ran.comparison = compare(*file, split_transcript(script, printed));
    return ran;
  }

  static std::filesystem::path folder() {
    const char* data = std::getenv("KEMU_TEST_DATA");
    const std::filesystem::path source = __FILE__;
    return std::filesystem::absolute(data ? data : source.parent_path() / "../../data") / "cram";
  }

  Ran run_file(const std::string& name, ScriptFeed feed) {
    return run_text(name, content(folder() / name), feed);
  }

 private:
  std::filesystem::path scratch_;
};

TEST_P(HostShell, PassesEveryFeatureOfTheFormat) {
  for (const char* name : {"commands.t", "status.t", "patterns.t", "bytes.t", "environment.t",
                           "tracing.t", "no_newline.t"}) {
    for (const ScriptFeed feed : {ScriptFeed::StandardInput, ScriptFeed::Argument}) {
      const Ran ran = run_file(name, feed);
      EXPECT_TRUE(ran.comparison.passed) << ran.comparison.diff;
      EXPECT_EQ(ran.comparison.updated, content(folder() / name));
      EXPECT_THAT(ran.comparison.notes, IsEmpty());
    }
  }
}

TEST_P(HostShell, FailsWhereATestIsWrong) {
  const Ran ran = run_file("failing.t", ScriptFeed::StandardInput);
  EXPECT_THAT(ran.comparison.failed_commands, ElementsAre(5u, 7u));
  EXPECT_THAT(ran.comparison.diff,
              HasSubstr("-  expected\n+  actual\n   $ echo x\n-  +++ (re)\n+  x\n"));
  EXPECT_TRUE(
      run_text("updated.t", ran.comparison.updated, ScriptFeed::StandardInput).comparison.passed);
}

TEST_P(HostShell, IsSkippedByItsStatus) {
  EXPECT_EQ(run_file("skipped.t", ScriptFeed::StandardInput).status, kSkippedStatus);
}

TEST_P(HostShell, CommandsFindAnEmptyStandardInputBehindAnArgument) {
  EXPECT_TRUE(run_file("input.t", ScriptFeed::Argument).comparison.passed);
}

// Under cram's feed it depends on the shell: either there is nothing left to read, or the command
// that read the script is named and nothing of it becomes expected output.
TEST_P(HostShell, ACommandThatReadsTheScriptIsNamed) {
  const std::string text = content(folder() / "input.t");
  const Ran ran = run_text("input.t", text, ScriptFeed::StandardInput);
  if (ran.comparison.passed) return;
  EXPECT_EQ(ran.comparison.updated, text);
  ASSERT_EQ(ran.comparison.notes.size(), 1u);
  EXPECT_EQ(ran.comparison.notes[0].line, 6u);
  EXPECT_THAT(ran.comparison.notes[0].what, HasSubstr("</dev/null"));
}

TEST_P(HostShell, AnEarlyExitNamesTheCommandsNotReached) {
  const Ran ran =
      run_text("exit.t", "  $ echo a\n  a\n  $ exit 3\n  $ echo b\n", ScriptFeed::StandardInput);
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.comparison.failed_commands, ElementsAre(4u));
  ASSERT_EQ(ran.comparison.notes.size(), 1u);
  EXPECT_EQ(ran.comparison.notes[0].line, 4u);
}

TEST_P(HostShell, UnclosedQuotesAndHereDocumentsAreSaid) {
  for (const char* text :
       {"  $ cat <<EOF\n  > a\n  $ echo b\n  b\n", "  $ echo 'a\n  $ echo b\n  b\n"}) {
    const Ran ran = run_text("open.t", text, ScriptFeed::StandardInput);
    EXPECT_FALSE(ran.comparison.passed);
    EXPECT_FALSE(ran.comparison.notes.empty()) << text;
    EXPECT_THAT(ran.comparison.updated, Not(HasSubstr("KEMU"))) << text;
  }
}

TEST_P(HostShell, TheLineBehindTheEndIsTheLastCommands) {
  EXPECT_TRUE(
      run_text("trap.t", "  $ trap 'echo bye' EXIT\n  bye (no-eol)\n", ScriptFeed::StandardInput)
          .comparison.passed);
}

INSTANTIATE_TEST_SUITE_P(Shells, HostShell, ::testing::Values("/bin/sh", "/bin/dash", "/bin/bash"),
                         [](const auto& shell) {
                           return std::string(shell.param).substr(std::string("/bin/").size());
                         });

}  // namespace
}  // namespace kemu::cram
