// The C interface: that it reaches what is below it, and that misuse is an error with a text.

#include <csignal>
#include <stdexcept>

#include "c_api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(CApi, RunsProgramsJoinedByAPipe) {
  make();
  kemu_pipe* pipe = kemu_pipe_new(machine_);
  kemu_program* first = shell("cat");
  kemu_program_input(first, "a\0b\n", 4);
  kemu_program_pipe(first, 1, pipe);
  kemu_program* second = shell("tr a-z A-Z; echo $NAME $(pwd); exit 7");
  kemu_program_pipe(second, 0, pipe);
  kemu_program_environment(second, "NAME=value");
  kemu_program_directory(second, "/tmp");
  kemu_pipe_free(pipe);
  start(first);
  const int pid = start(second);
  kemu_status status{-1, -1};
  EXPECT_EQ(kemu_machine_status(machine_, pid, &status), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(output(pid), std::string("A\0B\nvalue /tmp\n", 15));
  EXPECT_EQ(kemu_machine_status(machine_, pid, &status), 1);
  EXPECT_EQ(status.code, 7);
  EXPECT_EQ(status.signal, 0);
}

TEST_F(CApi, CallsBack) {
  const auto append = [](void* context, const char* bytes, std::size_t size) {
    static_cast<std::string*>(context)->append(bytes, size);
    return 0;
  };
  const auto answer = [](void*, kemu_buffer* contents) {
    return kemu_buffer_append(contents, "live\n", 5);
  };
  kemu_options_live_file(options_, "/run/live", 0644, answer, append, &error_);
  kemu_options_file(options_, "/etc/fixed", "fixed\n", 6, 0644);
  kemu_options_trace(options_, "trace=exit_group", append, &out_);
  make();
  const int pid = start(shell("cat /run/live /etc/fixed; echo written > /run/live"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(output(pid), "live\nfixed\n");
  EXPECT_EQ(error_, "written\n");
  EXPECT_THAT(out_, HasSubstr("exit_group(0)"));
}

TEST_F(CApi, EndsARunWhoseCallbackFails) {
  make();
  kemu_program* program = shell("echo text; sleep 1");
  kemu_program_output(
      program, 1, [](void*, const char*, std::size_t) { return 5; }, nullptr);
  const int pid = start(program);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_CALLBACK_FAILED);
  EXPECT_STREQ(kemu_last_error(), "the callback for descriptor 1 failed: 5");
  EXPECT_EQ(kemu_machine_kill(machine_, pid, SIGKILL), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(kemu_machine_kill(machine_, pid, SIGKILL), -1);
  EXPECT_THAT(kemu_last_error(), StartsWith("cannot send signal 9 to process"));
}

TEST_F(CApi, RunsUntilAConditionAndWithinBudgets) {
  kemu_options_budget(options_, KEMU_BUDGET_BLOCKS, 1'000'000);
  make();
  start(shell("while :; do :; done"));
  int asked = 0;
  const auto third = [](void* count) { return static_cast<int>(++*static_cast<int*>(count) == 3); };
  EXPECT_EQ(kemu_machine_run_until(machine_, third, &asked), KEMU_CONDITION);
  EXPECT_EQ(kemu_machine_interrupt(machine_), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_INTERRUPTED);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_OUT_OF_BLOCKS);
  EXPECT_STRNE(kemu_machine_explain(machine_), "");
}

TEST_F(CApi, ForksAndGoesBack) {
  make();
  start(shell("echo 1 > /tmp/n"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  kemu_snapshot* snapshot = kemu_machine_snapshot(machine_);
  ASSERT_NE(snapshot, nullptr) << kemu_last_error();
  const std::string add = "read n < /tmp/n; n=$((n + 1)); echo $n; echo $n > /tmp/n";
  for (int i = 0; i < 2; ++i) {
    const int pid = start(shell(add.c_str()));
    EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
    EXPECT_EQ(output(pid).substr(0, 2), "2\n");
    EXPECT_EQ(kemu_machine_restore(machine_, snapshot), 0) << kemu_last_error();
  }
  kemu_program* counts = shell(("while read line; do echo got $line; done; " + add).c_str());
  kemu_pipe* pipe = kemu_pipe_new(machine_);
  kemu_program_pipe(counts, 0, pipe);
  start(counts);
  kemu_pipe_free(pipe);
  kemu_machine* fork = kemu_machine_fork(machine_);
  ASSERT_NE(fork, nullptr) << kemu_last_error();
  EXPECT_EQ(kemu_machine_restore(fork, snapshot), -1);
  EXPECT_THAT(kemu_last_error(), HasSubstr("another machine's"));
  kemu_machine_free(machine_);
  machine_ = nullptr;
  kemu_machine* late = kemu_snapshot_start(snapshot);
  EXPECT_NE(late, nullptr) << kemu_last_error();
  kemu_snapshot_free(snapshot);
  kemu_machine_free(late);
  kemu_machine_run(fork);
  EXPECT_STREQ(kemu_machine_explain(fork), "");
  std::size_t size = 0;
  EXPECT_STREQ(kemu_machine_output(fork, 0, 1, &size), "2\n");
  kemu_machine_free(fork);
  EXPECT_EQ(kemu_machine_fork(nullptr), nullptr);
  EXPECT_EQ(kemu_snapshot_start(nullptr), nullptr);
}

TEST_F(CApi, RefusesMisuse) {
  EXPECT_EQ(kemu_machine_new(nullptr), nullptr);
  EXPECT_STREQ(kemu_last_error(), "options is NULL");
  EXPECT_EQ(kemu_machine_run(nullptr), KEMU_FAILED);
  EXPECT_STREQ(kemu_last_error(), "machine is NULL");
  EXPECT_EQ(kemu_options_bind(options_, nullptr, "/x", 0), -1);
  EXPECT_STREQ(kemu_last_error(), "host_path is NULL");
  EXPECT_EQ(kemu_options_trace(options_, nullptr, nullptr, nullptr), -1);
  EXPECT_EQ(kemu_options_network(options_, static_cast<kemu_network>(3)), -1);
  EXPECT_EQ(kemu_program_new(1, nullptr), nullptr);
  kemu_program* program = shell("true");
  EXPECT_EQ(kemu_program_stream(program, 3, KEMU_STREAM_NULL), -1);
  EXPECT_STREQ(kemu_last_error(), "descriptor 3 is not 0, 1 or 2");
  EXPECT_EQ(kemu_program_stream(program, 0, KEMU_STREAM_CAPTURED), -1);
  EXPECT_EQ(kemu_program_pipe(program, 1, nullptr), -1);
  make();
  kemu_program_path(program, "/missing");
  EXPECT_EQ(kemu_machine_spawn(machine_, program), -1);
  EXPECT_THAT(kemu_last_error(), HasSubstr("'/missing'"));
  EXPECT_EQ(kemu_machine_output(machine_, 1, 1, nullptr), nullptr);
  kemu_program_free(program);
  kemu_options_root(options_, "/no/such/root");
  EXPECT_EQ(kemu_machine_new(options_), nullptr);
  EXPECT_THAT(kemu_last_error(), HasSubstr("/no/such/root"));
}

TEST_F(CApi, LetsPipesAndProgramsOutliveTheMachine) {
  make();
  kemu_pipe* pipe = kemu_pipe_new(machine_);
  kemu_program* program = shell("cat");
  kemu_program_pipe(program, 0, pipe);
  ASSERT_GT(kemu_machine_spawn(machine_, program), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_DEADLOCKED);
  EXPECT_THAT(kemu_machine_explain(machine_), HasSubstr("reads"));
  kemu_machine_free(machine_);
  machine_ = nullptr;
  kemu_program_free(program);
  kemu_pipe_free(pipe);
}

}  // namespace
}  // namespace kemu
