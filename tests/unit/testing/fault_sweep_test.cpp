// Sweeps: what counts as a finding, and that the host stays as it is.

#include "kemu/fault_sweep.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "testing/changed_files.h"
#include "unit/api/api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class FaultSweeps : public ApiTest {
 protected:
  FaultSweep sweep(const std::vector<std::string>& argv, const std::string& calls,
                   const std::string& input = "") {
    FaultSweepOptions options;
    options.machine = ApiTest::options();
    options.machine.directories = {"/w"};
    options.program = applet(argv);
    options.program.cwd = "/w";
    options.program.input = Stream::bytes(input);
    options.calls = calls;
    auto swept = sweep_faults(options, [&](const FaultFinding&) { ++told_; });
    if (const auto* error = std::get_if<Error>(&swept)) ADD_FAILURE() << error->message;
    return std::holds_alternative<Error>(swept) ? FaultSweep{}
                                                : std::get<FaultSweep>(std::move(swept));
  }

  std::size_t told_ = 0;
};

TEST_F(FaultSweeps, SayWhatIsLostInSilence) {
  const FaultSweep swept = sweep({"sort", "-o", "out"}, "write", "b\na\n");
  ASSERT_EQ(swept.findings.size(), 2u) << swept.summary();
  EXPECT_EQ(told_, 2u);
  const FaultFinding& full = swept.findings[0];
  EXPECT_EQ(full.kind, FaultFinding::Kind::ChangedOutput);
  EXPECT_EQ(full.rule, "write nth=1 error=ENOSPC");
  EXPECT_EQ(full.call,
            "write(1</w/out>, \"a\\nb\\n\", 4) = -1 ENOSPC (No space left on device) (INJECTED)");
  EXPECT_EQ(full.outcome,
            "exited with 0 (sort: standard output: No space left on device), but /w/out has 0 "
            "instead of 4 bytes");
  EXPECT_EQ(full.text(), "changed output: call " + std::to_string(full.number) + ", " + full.call +
                             ": " + full.outcome + ": --inject 'write nth=1 error=ENOSPC'");
  EXPECT_EQ(swept.fallible, 1u);
  EXPECT_EQ(swept.runs, 3u);
  EXPECT_THAT(swept.summary(),
              HasSubstr("1 of them failed in 3 runs: 0 crashes, 0 hangs, 2 changed outputs"));
}

TEST_F(FaultSweeps, PassOverWhatIsReported) {
  const FaultSweep swept = sweep({"cat"}, "sendfile,read,write", "b\na\n");
  EXPECT_GT(swept.runs, 2u);
  for (const FaultFinding& finding : swept.findings) ADD_FAILURE() << finding.text();
}

TEST_F(FaultSweeps, FindCrashesAndHangs) {
  FaultSweep swept =
      sweep({"sh", "-c", "cat in 2>/dev/null || mkdir d || kill -SEGV $$"}, "mkdirat");
  ASSERT_EQ(swept.findings.size(), 2u) << swept.summary();
  EXPECT_EQ(swept.findings[0].kind, FaultFinding::Kind::Crash);
  EXPECT_THAT(swept.findings[0].outcome, HasSubstr("is killed by SIGSEGV"));
  swept = sweep({"sh", "-c", "mkdir d || while :; do :; done"}, "mkdirat");
  ASSERT_EQ(swept.findings.size(), 2u) << swept.summary();
  EXPECT_EQ(swept.findings[0].kind, FaultFinding::Kind::Hang);
  EXPECT_EQ(swept.findings[0].outcome, "it does not end");
  swept = sweep({"sh", "-c", "mkfifo p; mkdir d || cat p"}, "mkdirat");
  ASSERT_EQ(swept.findings.size(), 2u) << swept.summary();
  EXPECT_THAT(swept.findings[0].outcome, StartsWith("every guest waits for another one (pid "));
}

TEST_F(FaultSweeps, CompareWholeTrees) {
  const FaultSweep swept =
      sweep({"sh", "-c", "mkdir d; ln -s x d/l; chmod 700 d; echo >d/f; exit 0"},
            "mkdirat,symlinkat,fchmodat");
  std::string all;
  for (const FaultFinding& finding : swept.findings) all += finding.outcome + "\n";
  EXPECT_THAT(all, HasSubstr("/w/d is missing, /w/d/f is missing, /w/d/l is missing"));
  EXPECT_THAT(all, HasSubstr("but /w/d/l is missing"));
  EXPECT_THAT(all, HasSubstr("but /w/d has mode 0755 instead of 0700"));
}

TEST_F(FaultSweeps, StartFromASuccess) {
  FaultSweepOptions options;
  options.machine = ApiTest::options();
  options.program = applet({"sh", "-c", "echo broken >&2; exit 3"});
  EXPECT_EQ(error_of(sweep_faults(options)),
            "nothing to sweep: without a fault the program exits with 3: broken");
  options.program = applet({"sh", "-c", "kill -TERM $$"});
  EXPECT_EQ(error_of(sweep_faults(options)),
            "nothing to sweep: without a fault the program is killed by SIGTERM");
  options.calls = "no_such_call";
  EXPECT_THAT(error_of(sweep_faults(options)), HasSubstr("no_such_call"));
}

TEST_F(FaultSweeps, LeaveTheHostAlone) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("kemu-sweep." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "in") << "b\na\n";
  FaultSweepOptions options;
  options.machine = ApiTest::options();
  options.machine.binds.push_back({folder, "/w", false});
  options.program = applet({"sort", "-o", "in", "in"});
  options.program.cwd = "/w";
  options.calls = "openat,write";
  const auto swept = sweep_faults(options);
  EXPECT_EQ(error_of(swept), "no error");
  std::string line;
  EXPECT_TRUE(std::getline(std::ifstream(folder / "in"), line));
  EXPECT_EQ(line, "b");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(Differences, AreTold) {
  ChangedFile file;
  file.type = FileType::Regular;
  file.permissions = 0644;
  file.contents = "abc";
  ChangedFile removed, link = file, longer = file, other = file, open = file, owned = file;
  link.type = FileType::Symlink;
  longer.contents = "abcd";
  other.contents = "abd";
  open.permissions = 0666;
  owned.uid = 7;
  const auto told = [](const ChangedFiles& expected, const ChangedFiles& found) {
    const auto list = differences(expected, found);
    return list.empty() ? "" : list.front();
  };
  EXPECT_EQ(told({{"/f", file}}, {{"/f", file}}), "");
  EXPECT_EQ(told({{"/f", file}}, {}), "/f is missing");
  EXPECT_EQ(told({}, {{"/f", file}}), "/f is left behind");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", removed}}), "/f is removed");
  EXPECT_EQ(told({{"/f", removed}}, {}), "/f is not removed");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", link}}), "/f is a file of another kind");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", longer}}), "/f has 4 instead of 3 bytes");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", other}}), "/f differs from byte 2 on");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", open}}), "/f has mode 0666 instead of 0644");
  EXPECT_EQ(told({{"/f", file}}, {{"/f", owned}}), "/f belongs to 7:0 instead of 0:0");
  file.is_new = false;
  EXPECT_EQ(told({{"/f", file}}, {}), "/f is not changed");
  EXPECT_EQ(told({}, {{"/f", file}}), "/f is changed");
}

}  // namespace
}  // namespace kemu
