// What machines may use up, what they lack, and what they tell of both.

#include <array>
#include <atomic>
#include <thread>

#include "api_fixture.h"
#include "kemu/kemu.h"

namespace kemu {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Limits : public ApiTest {};

TEST_F(Limits, OutputStopsAtTheByte) {
  MachineOptions machine_options = options();
  machine_options.budgets.output = 7;
  auto machine = make(machine_options);
  spawn(*machine, shell("echo one; echo two; echo three"));
  EXPECT_EQ(machine->run(), RunEnd::OutOfOutput);
  EXPECT_EQ(out_, "one\ntwo");
  // It stays spent, and what was printed stays.
  EXPECT_EQ(machine->run(), RunEnd::OutOfOutput);
  EXPECT_EQ(out_, "one\ntwo");
}

TEST_F(Limits, OutputCountsBothStreamsAndNoFiles) {
  MachineOptions machine_options = options();
  machine_options.budgets.output = 8;
  auto machine = make(machine_options);
  spawn(*machine, shell("echo one; yes | head -c 5000 >/tmp/file; wc -c </tmp/file >/dev/null; "
                        "echo two >&2"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_ + error_, "one\ntwo\n");
}

TEST_F(Limits, RefusalsNameTheFirst) {
  MachineOptions machine_options = options();
  machine_options.budgets.processes = 3;
  machine_options.budgets.files = 7;
  auto machine = make(machine_options);
  const int pid = spawn(*machine, shell("exec 5</dev/null 6</dev/null 7</dev/null 8</dev/null "
                                        "9</dev/null"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_THAT(error_, HasSubstr("Too many open files in system"));
  ASSERT_EQ(machine->refusals().size(), 1u);
  const Refusal refusal = machine->refusals().front();
  EXPECT_EQ(refusal.budget, Refusal::Budget::Files);
  EXPECT_EQ(refusal.limit, 7u);
  EXPECT_EQ(refusal.times, 1u);
  EXPECT_EQ(refusal.pid, pid);
  EXPECT_EQ(refusal.program, "busybox");
  const int second = spawn(*machine, shell("sleep 1 & sleep 1 & sleep 1 & sleep 1 &"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  ASSERT_EQ(machine->refusals().size(), 2u);
  EXPECT_EQ(machine->refusals().front().budget, Refusal::Budget::Processes);
  EXPECT_EQ(machine->refusals().front().pid, second);
}

TEST_F(Limits, MemoryIsRefusedByTheKiller) {
  MachineOptions machine_options = options();
  machine_options.memory_limit = std::uint64_t{16} << 20;
  auto machine = make(machine_options);
  spawn(*machine, applet({"dd", "if=/dev/zero", "of=/dev/null", "bs=16383k", "count=1"}));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(), (ExitStatus{0, 9}));
  EXPECT_THAT(machine->refusals(), ElementsAre(Field(&Refusal::budget, Refusal::Budget::Memory)));
}

TEST_F(Limits, MissingFeaturesAreCounted) {
  auto machine = make();
  EXPECT_THAT(machine->missing(), IsEmpty());
  const int pid = spawn(*machine, shell("unshare -m true; unshare -m true"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  ASSERT_FALSE(machine->missing().empty());
  const MissingFeature feature = machine->missing().back();
  EXPECT_EQ(feature.what, "unshare of namespaces");
  EXPECT_EQ(feature.answer, "EPERM");
  EXPECT_EQ(feature.times, 2u);
  EXPECT_GT(feature.pid, pid);
  EXPECT_EQ(feature.program, "unshare");
  EXPECT_FALSE(feature.probed);
  EXPECT_EQ(machine->missing().size(), 1u) << "a C library lacks nothing to begin with";
}

TEST_F(Limits, ReportIsMadeWhileGuestsRun) {
  MachineOptions machine_options = options();
  std::string report;
  std::unique_ptr<Machine> machine;
  machine_options.report = [&](std::string_view text) {
    report = text;
    machine->interrupt();
  };
  machine = make(machine_options);
  std::atomic<bool> running = false;
  Program program = shell("echo running; while :; do :; done");
  program.output = Stream::to([&](std::string_view) { running = true; });
  spawn(*machine, program);
  std::thread other([&] {
    while (!running) std::this_thread::yield();
    machine->request_report();
  });
  EXPECT_EQ(machine->run(), RunEnd::Interrupted);
  other.join();
  EXPECT_THAT(report, HasSubstr("pid 2 `busybox` can run"));
}

TEST_F(Limits, HostInputIsNamed) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "x\n", 2), 2);
  ::close(ends[1]);
  const int kept = ::dup(0);
  ::dup2(ends[0], 0);
  MachineOptions machine_options = options();
  machine_options.log_level = "off";
  auto machine = make(machine_options);
  Program program = applet({"cat"});
  program.input = Stream::inherited();
  spawn(*machine, program);
  EXPECT_EQ(machine->host_input(), "");
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "x\n");
  EXPECT_THAT(machine->host_input(), HasSubstr("`busybox` read from a pipe of the host"));
  ::dup2(kept, 0);
  ::close(kept);
  ::close(ends[0]);
}

TEST_F(Limits, CTellsTheSame) {
  kemu_options* const machine_options = kemu_options_new();
  kemu_options_root(machine_options, nullptr);
  kemu_options_bind(machine_options, busybox().c_str(), "/bin/busybox", 1);
  kemu_options_fake_root(machine_options, 1);
  kemu_options_deterministic(machine_options, 1);
  kemu_options_budget(machine_options, KEMU_BUDGET_PROCESSES, 2);
  kemu_options_budget(machine_options, KEMU_BUDGET_OUTPUT, 4);
  kemu_machine* const machine = kemu_machine_new(machine_options);
  ASSERT_NE(machine, nullptr) << kemu_last_error();
  const char* const argv[] = {"/bin/busybox", "sh", "-c", "unshare -m true; exec echo more"};
  kemu_program* const program = kemu_program_new(4, argv);
  kemu_program_stream(program, 1, KEMU_STREAM_CAPTURED);
  kemu_program_stream(program, 2, KEMU_STREAM_NULL);
  const int pid = kemu_machine_spawn(machine, program);
  EXPECT_EQ(kemu_machine_run(machine), KEMU_OUT_OF_OUTPUT);
  EXPECT_STREQ(kemu_machine_output(machine, pid, 1, nullptr), "more");
  kemu_missing missing;
  EXPECT_EQ(kemu_machine_missing(machine, 0, &missing), 1);
  EXPECT_STREQ(missing.what, "unshare of namespaces");
  EXPECT_EQ(missing.probed, 0);
  EXPECT_STREQ(missing.answer, "EPERM");
  EXPECT_EQ(missing.times, 1u);
  EXPECT_EQ(kemu_machine_missing(machine, 100, &missing), 0);
  kemu_refusal refusal;
  EXPECT_EQ(kemu_machine_refusal(machine, KEMU_BUDGET_PROCESSES, &refusal), 0);
  EXPECT_EQ(kemu_machine_refusal(machine, KEMU_BUDGET_FILES, nullptr), -1);
  EXPECT_EQ(kemu_machine_request_report(machine), 0);
  kemu_program_free(program);
  kemu_machine_free(machine);
  kemu_options_free(machine_options);
}

}  // namespace
}  // namespace kemu
