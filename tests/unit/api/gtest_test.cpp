// The matchers for users' own tests, and what they say when they fail.

#include "kemu/gtest.h"

#include <csignal>

#include "api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Matchers : public ApiTest {};

TEST_F(Matchers, TellHowARunEnded) {
  const GuestRun run = run_guest(options(), shell("echo out; echo err >&2; exit 3"));
  EXPECT_THAT(run, ExitsWith(3));
  EXPECT_THAT(run, Not(ExitsWith(0)));
  EXPECT_THAT(run, Not(KilledBy(SIGTERM)));
  EXPECT_THAT(run, StdoutIs("out\n"));
  EXPECT_THAT(run, StderrIs("err\n"));
  EXPECT_THAT(run, StdoutContains("ou"));
  EXPECT_THAT(run, Not(StderrContains("out")));
  EXPECT_THAT(run_guest(options(), shell("kill -SEGV $$")), KilledBy(SIGSEGV));
}

TEST_F(Matchers, ShowStatusOutputsAndTraceOfAFailure) {
  const GuestRun run = run_guest(options(), shell("echo out; echo err >&2; exit 3"));
  const std::string shown = ::testing::PrintToString(run);
  EXPECT_THAT(shown, HasSubstr("exited with 3"));
  EXPECT_THAT(shown, HasSubstr("stdout: \"out\\n\""));
  EXPECT_THAT(shown, HasSubstr("stderr: \"err\\n\""));
  EXPECT_THAT(shown, HasSubstr("exit_group(3)"));
  const ::testing::Matcher<const GuestRun&> is_zero = ExitsWith(0);
  EXPECT_EQ(::testing::DescribeMatcher<const GuestRun&>(is_zero), "exits with 0");
}

TEST_F(Matchers, TellWhatCannotRunOrEnd) {
  Program missing = applet({"true"});
  missing.path = "/missing";
  EXPECT_THAT(run_guest(options(), missing).problem, HasSubstr("cannot run '/missing'"));
  MachineOptions bounded = options();
  bounded.budgets.blocks = 100'000;
  const GuestRun endless = run_guest(bounded, shell("while :; do :; done"));
  EXPECT_THAT(endless, Not(ExitsWith(0)));
  EXPECT_THAT(endless.problem, HasSubstr("blocks"));
  bounded.root = "/no/such/root";
  EXPECT_THAT(run_guest(bounded, shell(":")).problem, HasSubstr("as root"));
}

}  // namespace
}  // namespace kemu
