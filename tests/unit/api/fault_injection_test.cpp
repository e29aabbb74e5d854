// MachineOptions::inject: faults on purpose, as guests meet them.

#include <csignal>

#include "api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;

class FaultInjection : public ApiTest {
 protected:
  /// Runs a line of shell; its output is in `out_` and `error_`.
  ExitStatus run(const std::vector<std::string>& rules, const std::string& script,
                 std::uint64_t seed = 0) {
    out_.clear();
    error_.clear();
    trace_.clear();
    MachineOptions options = ApiTest::options();
    options.inject = rules;
    options.deterministic->seed = seed;
    options.trace = [this](std::string_view line) { trace_ += line; };
    options.trace_options.stable = true;
    auto machine = make(options);
    if (!machine) return {-1, 0};
    spawn(*machine, shell(script));
    EXPECT_EQ(machine->run(), RunEnd::Exited);
    return machine->exit_status().value_or(ExitStatus{-1, 0});
  }

  std::string trace_;
};

TEST_F(FaultInjection, AnErrorOfTheNthCallOnAPath) {
  run({"openat path~*.conf nth=2 error=EIO"}, "cd tmp; echo 1 >a.conf; echo 2 >b.conf; cat a.conf");
  EXPECT_EQ(out_, "1\n");
  EXPECT_EQ(error_, "sh: can't create b.conf: Input/output error\n");
  EXPECT_THAT(trace_, HasSubstr("= -1 EIO (Input/output error) (INJECTED)\n"));
}

TEST_F(FaultInjection, ByDescriptorProcessAndProgram) {
  run({"write fd=2 error=EIO"}, "echo out; cat /none");
  EXPECT_EQ(out_, "out\n");
  EXPECT_EQ(error_, "");
  run({"write pid=3 error=EIO"}, "echo one; (echo two); echo three");
  EXPECT_EQ(out_, "one\nthree\n");
  run({"write comm=cat error=EIO", "sendfile comm=cat error=EIO"}, "echo a; echo b | cat");
  EXPECT_EQ(out_, "a\n");
}

TEST_F(FaultInjection, ByArgument) {
  run({"write arg0=1 arg2=4 retval=4"}, "echo no; echo yes; echo maybe");
  EXPECT_EQ(out_, "no\nmaybe\n");
  // AT_FDCWD is an int: its upper half is what the guest left there.
  run({"mkdirat arg0=-100 error=EROFS"}, "mkdir /tmp/d");
  EXPECT_THAT(error_, HasSubstr("Read-only file system"));
}

TEST_F(FaultInjection, AFullDiskAfterSomeBytes) {
  run({"write path~/tmp/f space=5"}, "cd tmp; echo abc >f; echo def >>f; echo ghi >>f; cat f");
  EXPECT_EQ(out_, "abc\nd");
  EXPECT_THAT(trace_, HasSubstr("write(1, \"def\\n\", 4) = 1 (INJECTED)\n"));
  EXPECT_THAT(trace_, HasSubstr("= -1 ENOSPC (No space left on device) (INJECTED)\n"));
}

TEST_F(FaultInjection, ShortTransfers) {
  run({"read,sendfile,write short=1"}, "echo abc | cat");
  EXPECT_EQ(out_, "abc\n");
  EXPECT_THAT(trace_, HasSubstr("write(1, \"bc\\n\", 3) = 1 (INJECTED)\n"));
}

TEST_F(FaultInjection, SignalsComeInTheCall) {
  EXPECT_EQ(run({"write signal=SIGTERM"}, "echo a; echo b"), (ExitStatus{0, SIGTERM}));
  EXPECT_EQ(out_, "");  // as on Linux: what dies in the entry of a call does not make it
  run({"write nth=1 signal=SIGUSR1"}, "trap 'echo got it' USR1; echo a; echo b");
  EXPECT_EQ(out_, "a\ngot it\nb\n");
}

TEST_F(FaultInjection, DelaysAreOfTheMachinesClock) {
  run({"write nth=1 delay=10s", "write nth=1 delay=1m"}, "echo a; date +%T");
  EXPECT_EQ(out_, "a\n00:01:10\n");
  run({"read comm=cat nth=1 delay=1h"}, "echo a | cat; date +%H");
  EXPECT_EQ(out_, "a\n01\n");
}

TEST_F(FaultInjection, TheFirstRuleThatDecidesDoes) {
  run({"write nth=1 error=EIO", "write error=ENOSPC"}, "echo a >&2; echo b >&2");
  const auto first = trace_.find("EIO"), second = trace_.find("ENOSPC");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
}

TEST_F(FaultInjection, AClosedDescriptorIsGone) {
  run({"close fd=9 error=EIO"}, "exec 9</dev/null; exec 9<&-; ls /proc/self/fd");
  EXPECT_THAT(trace_, HasSubstr("close(9) = -1 EIO (Input/output error) (INJECTED)\n"));
  EXPECT_EQ(out_.find('9'), std::string::npos);
}

TEST_F(FaultInjection, TheBreakStaysWhereItIs) {
  run({"brk arg0=0 retval=0x1000"}, "echo a");  // a rule for every call of a kind, harmless here
  const ExitStatus status = run({"brk nth=2+ error=ENOMEM"}, "echo a");
  EXPECT_EQ(status.signal, 0);
  EXPECT_THAT(trace_, HasSubstr("(INJECTED)"));
  EXPECT_EQ(trace_.find("brk(@) = -1"), std::string::npos);
}

TEST_F(FaultInjection, ChanceIsTheSeeds) {
  const std::string script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; done";
  run({"write chance=0.5 retval=3"}, script, 1);
  const std::string first = out_;
  EXPECT_GT(first.size(), 0u);
  EXPECT_LT(first.size(), 27u);
  run({"write chance=0.5 retval=3"}, script, 1);
  EXPECT_EQ(out_, first);
  run({"write chance=0.5 retval=3"}, script, 2);
  EXPECT_NE(out_, first);
  run({"write chance=0 retval=3"}, script);
  EXPECT_EQ(out_.size(), 27u);
}

TEST_F(FaultInjection, FramesOfMemory) {
  const std::string script = "i=0; while [ $i -lt 300 ]; do a=$a$i$a; i=$((i+100)); done; seq 9999";
  EXPECT_EQ(run({}, script), (ExitStatus{0, 0}));
  const ExitStatus status = run({"frame nth=150+"}, script);
  EXPECT_EQ(status, (ExitStatus{0, SIGKILL}));
}

TEST_F(FaultInjection, MalformedRulesNameThePlace) {
  MachineOptions options = ApiTest::options();
  options.inject = {"read error=EIO", "write nht=2 error=EIO"};
  EXPECT_EQ(error_of(Machine::create(options)),
            "cannot inject: column 7: 'nht' is neither a condition nor an effect, in 'write nht=2 "
            "error=EIO'");
}

}  // namespace
}  // namespace kemu
