#include "process/wait_status.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace kemu {
namespace {

// The host's own macros are the oracle for the encoding.

TEST(WaitStatus, ExitReadsBackThroughTheHostsMacros) {
  for (int code : {0, 1, 7, 127, 255}) {
    const WaitStatus status = WaitStatus::exited(code);
    EXPECT_TRUE(WIFEXITED(status.raw()));
    EXPECT_EQ(WEXITSTATUS(status.raw()), code);
    EXPECT_TRUE(status.has_exited());
    EXPECT_FALSE(status.was_killed());
    EXPECT_FALSE(status.was_stopped());
    EXPECT_FALSE(status.has_continued());
    EXPECT_EQ(status.exit_code(), code);
  }
  EXPECT_EQ(WaitStatus::exited(256).exit_code(), 0);
  EXPECT_EQ(WaitStatus::exited(-1).exit_code(), 255);
}

TEST(WaitStatus, ASignalDeathIsNeverAnExit) {
  for (int signal = 1; signal <= 64; ++signal) {
    for (bool core : {false, true}) {
      const WaitStatus status = WaitStatus::killed(signal, core);
      EXPECT_TRUE(WIFSIGNALED(status.raw())) << signal;
      EXPECT_FALSE(WIFEXITED(status.raw())) << signal;
      EXPECT_EQ(WTERMSIG(status.raw()), signal);
      EXPECT_EQ(WCOREDUMP(status.raw()) != 0, core);
      EXPECT_TRUE(status.was_killed());
      EXPECT_EQ(status.killing_signal(), signal);
      EXPECT_EQ(status.core_dumped(), core);
    }
  }
}

TEST(WaitStatus, StopsAndContinuationsReadBack) {
  const WaitStatus stopped = WaitStatus::stopped(SIGTSTP);
  EXPECT_TRUE(WIFSTOPPED(stopped.raw()));
  EXPECT_EQ(WSTOPSIG(stopped.raw()), SIGTSTP);
  EXPECT_TRUE(stopped.was_stopped());
  EXPECT_FALSE(stopped.was_killed());
  const WaitStatus continued = WaitStatus::continued();
  EXPECT_TRUE(WIFCONTINUED(continued.raw()));
  EXPECT_TRUE(continued.has_continued());
  EXPECT_FALSE(continued.was_stopped());
  EXPECT_FALSE(continued.was_killed());
}

}  // namespace
}  // namespace kemu
