// The C interface's hooks, breakpoints and guests from outside; and the rest that machine.h has.

#include <cerrno>
#include <csignal>
#include <cstring>

#include "c_api_fixture.h"
#include "guest_elf.h"

namespace kemu {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using CHooks = CApi;

TEST_F(CHooks, AnswerAndChangeCalls) {
  make();
  EXPECT_GT(kemu_machine_on_call(
                machine_, "getppid",
                [](void*, kemu_call* call) { return kemu_call_answer(call, 77); }, nullptr),
            0);
  const auto redirect = [](void* context, kemu_call* call) {
    auto* machine = static_cast<kemu_machine*>(context);
    char path[10] = {};
    EXPECT_STREQ(kemu_call_name(call), "openat");
    EXPECT_EQ(kemu_call_number(call), 56u);
    EXPECT_EQ(
        kemu_machine_read(machine, kemu_call_pid(call), kemu_call_argument(call, 1), path, 10), 0);
    if (std::memcmp(path, "/etc/motd", 10) != 0) return 0;
    const uint64_t placed = kemu_call_place(call, "/tmp/other", 11);
    EXPECT_NE(placed, 0u);
    int64_t result = 0;
    EXPECT_EQ(kemu_call_result(call, &result), 0);
    return kemu_call_set_argument(call, 1, placed);
  };
  EXPECT_GT(kemu_machine_on_call_number(machine_, 56, redirect, machine_), 0);
  const auto failing = [](void*, kemu_call* call) {
    int64_t result = -1;
    EXPECT_EQ(kemu_call_result(call, &result), 1);
    EXPECT_EQ(result, 0);
    return kemu_call_answer(call, -EIO);
  };
  const int64_t hook = kemu_machine_after_call(machine_, "mkdirat", failing, nullptr);
  EXPECT_GT(hook, 0);
  const int pid = start(shell("echo $PPID > /tmp/other; cat /etc/motd; mkdir /tmp/a"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(output(pid), "77\nmkdir: can't create directory '/tmp/a': Input/output error\n");
  EXPECT_EQ(kemu_machine_remove(machine_, hook), 1);
  EXPECT_EQ(kemu_machine_remove(machine_, hook), 0);
}

TEST_F(CHooks, SayWhatIsWrong) {
  make();
  EXPECT_EQ(kemu_machine_on_call(
                machine_, "open", [](void*, kemu_call*) { return 0; }, nullptr),
            -1);
  EXPECT_STREQ(kemu_last_error(), "no system call is named 'open'");
  EXPECT_EQ(kemu_machine_on_call(machine_, "openat", nullptr, nullptr), -1);
  EXPECT_STREQ(kemu_last_error(), "function is NULL");
  EXPECT_EQ(kemu_machine_on_event(machine_, nullptr, nullptr), -1);
  EXPECT_EQ(kemu_machine_set_breakpoint(machine_, 3, 0, nullptr, nullptr, nullptr), -1);
  EXPECT_STREQ(kemu_last_error(), "no instruction is at 0x3");
  char byte = 0;
  EXPECT_EQ(kemu_machine_read(machine_, 50, 0, &byte, 1), -1);
  EXPECT_STREQ(kemu_last_error(), "there is no process 50");
  EXPECT_EQ(kemu_call_answer(nullptr, 0), -1);
  EXPECT_STREQ(kemu_last_error(), "call is NULL");
  EXPECT_EQ(kemu_machine_remove(nullptr, 1), -1);
}

TEST_F(CHooks, EndTheRunWhenTheyFail) {
  make();
  const int64_t hook = kemu_machine_on_call(
      machine_, nullptr, [](void*, kemu_call*) { return 3; }, nullptr);
  const int pid = start(shell("echo on"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_CALLBACK_FAILED);
  EXPECT_THAT(kemu_last_error(), HasSubstr("failed: 3"));
  EXPECT_EQ(kemu_machine_remove(machine_, hook), 1);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(output(pid), "on\n");
}

TEST_F(CHooks, CannotRunGuests) {
  make();
  const auto hook = [](void* context, kemu_call*) {
    auto* machine = static_cast<kemu_machine*>(context);
    EXPECT_EQ(kemu_machine_run(machine), KEMU_FAILED);
    EXPECT_STREQ(kemu_last_error(), "a callback cannot run guests");
    return 0;
  };
  EXPECT_GT(kemu_machine_on_call(machine_, "getpid", hook, machine_), 0);
  start(shell("echo $$"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
}

TEST_F(CHooks, TellEvents) {
  make();
  std::vector<std::string> events;
  const auto hook = [](void* context, const kemu_event* event) {
    auto& seen = *static_cast<std::vector<std::string>*>(context);
    switch (event->kind) {
      case KEMU_EVENT_FORK: seen.push_back(event->child > event->pid ? "fork" : "?"); break;
      case KEMU_EVENT_EXEC: seen.push_back(std::string("exec ") + event->program); break;
      case KEMU_EVENT_EXIT: seen.push_back("exit " + std::to_string(event->status.code)); break;
      case KEMU_EVENT_SIGNAL: seen.push_back("signal " + std::to_string(event->signal)); break;
    }
    return 0;
  };
  EXPECT_GT(kemu_machine_on_event(machine_, hook, &events), 0);
  start(shell("(exit 4); exit $?"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_THAT(events, ElementsAre("exec busybox", "fork", "exit 4", "signal 17", "exit 4"));
}

TEST_F(CHooks, StopAtBreakpoints) {
  const std::string target =
      busybox().substr(0, busybox().rfind("/bin/")) + "/musl/misc/hook_target";
  uint64_t scaled = address_of_symbol(target, "scaled"), bias = 0;
  if (::access(target.c_str(), X_OK) != 0) GTEST_SKIP() << target << " was not built";
  ASSERT_NE(scaled, 0u);
  kemu_options_bind(options_, target.c_str(), "/target", 1);
  make();
  const char* const argv[] = {"/target"};
  kemu_program* program = kemu_program_new(1, argv);
  kemu_program_stream(program, 1, KEMU_STREAM_CAPTURED);
  const int pid = start(program);
  EXPECT_EQ(kemu_machine_load_bias(machine_, pid, &bias), 0);
  EXPECT_NE(bias, 0u);
  scaled += bias;
  EXPECT_GT(kemu_machine_set_breakpoint(machine_, scaled, pid, "target", nullptr, nullptr), 0);
  int met = 0;
  const auto count = [](void* context, const kemu_breakpoint_hit* hit) {
    EXPECT_STREQ(hit->program, "target");
    ++*static_cast<int*>(context);
    return 0;
  };
  EXPECT_GT(kemu_machine_set_breakpoint(machine_, scaled, 0, nullptr, count, &met), 0);
  kemu_breakpoint_hit hit;
  EXPECT_EQ(kemu_machine_breakpoint_hit(machine_, &hit), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_BREAKPOINT);
  EXPECT_EQ(kemu_machine_breakpoint_hit(machine_, &hit), 1);
  EXPECT_EQ(hit.pid, pid);
  EXPECT_EQ(hit.address, scaled);
  kemu_registers registers;
  EXPECT_EQ(kemu_machine_registers(machine_, pid, &registers), 0);
  EXPECT_EQ(registers.pc, scaled);
  registers.x[0] = 9;
  EXPECT_EQ(kemu_machine_set_registers(machine_, pid, &registers), 0);
  const int factor = 5;
  EXPECT_EQ(kemu_machine_write(machine_, pid, address_of_symbol(target, "factor") + bias, &factor,
                               sizeof factor),
            0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_BREAKPOINT);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(output(pid), "45\n10\nchild 20\nENOENT\n");
  EXPECT_EQ(met, 3);
}

TEST_F(CHooks, TraceStylesAndStatistics) {
  std::string trace;
  const auto keep = [](void* context, const char* bytes, size_t size) {
    static_cast<std::string*>(context)->append(bytes, size);
    return 0;
  };
  kemu_options_trace(options_, "write,exit_group", keep, &trace);
  kemu_trace_style style{};
  style.string_limit = 3;
  style.format = KEMU_FORMAT_JSON;
  style.summary = KEMU_SUMMARY_ADDED;
  EXPECT_EQ(kemu_options_trace_style(options_, &style), 0);
  style.times = static_cast<kemu_trace_times>(9);
  EXPECT_EQ(kemu_options_trace_style(options_, &style), -1);
  EXPECT_STREQ(kemu_last_error(), "no kind of times is numbered 9");
  make();
  start(shell("echo a-long-text"));
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_THAT(trace, HasSubstr("\"call\":\"write\""));
  EXPECT_THAT(trace, HasSubstr("a-l"));
  EXPECT_THAT(kemu_machine_trace_summary(machine_), HasSubstr("write"));
  EXPECT_STREQ(kemu_machine_trace_end(machine_), "");
  kemu_statistics statistics{};
  EXPECT_EQ(kemu_machine_statistics(machine_, &statistics), 0);
  EXPECT_GT(statistics.system_calls, 5u);
  EXPECT_EQ(statistics.execs, 1u);
}

TEST_F(CHooks, RunForSoMuch) {
  make();
  const int pid = start(shell("i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; echo $i"));
  EXPECT_EQ(kemu_machine_run_for(machine_, 10, 0), KEMU_OUT_OF_BLOCKS);
  EXPECT_EQ(kemu_machine_run_for(machine_, 0, 10), KEMU_OUT_OF_INSTRUCTIONS);
  kemu_statistics statistics{};
  EXPECT_EQ(kemu_machine_statistics(machine_, &statistics), 0);
  EXPECT_GT(statistics.blocks, 10u);
  EXPECT_GT(statistics.instructions, 20u);
  EXPECT_EQ(kemu_machine_run_for(machine_, 0, 0), KEMU_EXITED);
  EXPECT_EQ(output(pid), "1000\n");
}

TEST_F(CHooks, SignalsFromOutsideAndTheRest) {
  make();
  const int pid =
      start(shell("trap 'echo got it; exit 0' TERM; (sleep 1; echo left) & wait; wait"));
  EXPECT_EQ(kemu_machine_post_signal(machine_, SIGTERM), 0);
  EXPECT_EQ(kemu_machine_post_signal(machine_, 0), -1);
  EXPECT_EQ(kemu_machine_interrupt(machine_), 0);
  EXPECT_EQ(kemu_machine_forget_interrupt(machine_), 1);
  EXPECT_EQ(kemu_machine_forget_interrupt(machine_), 0);
  EXPECT_EQ(kemu_machine_run(machine_), KEMU_EXITED);
  EXPECT_EQ(kemu_machine_run_rest(machine_), 0);
  kemu_status status{};
  EXPECT_EQ(kemu_machine_status(machine_, pid, &status), 1);
}

}  // namespace
}  // namespace kemu
