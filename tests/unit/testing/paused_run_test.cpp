// Runs that are paused before system calls: they go on as if nothing had been.

#include "api/machine_kernel.h"
#include "unit/api/api_fixture.h"

namespace kemu {
namespace {

/// Pauses before each call, or never.
class Pauser : public CallInterceptor {
 public:
  explicit Pauser(bool pauses) : pauses_(pauses) {}

  std::optional<SyscallOutcome> before(Task& task) override {
    if (!pauses_ || std::exchange(passes_, false)) return std::nullopt;
    passes_ = paused_ = true;
    EXPECT_TRUE(task.syscall.active);
    return SyscallOutcome{SyscallOutcome::Kind::Paused, 0, {}};
  }
  void after(Task&, u64&) override {}

  bool take() { return std::exchange(paused_, false); }

 private:
  bool pauses_;
  bool passes_ = false;  // the call that is asked for again
  bool paused_ = false;
};

class PausedRuns : public ApiTest {
 protected:
  /// The trace of a run that is paused before every call, or not at all.
  std::string trace(bool pauses, std::uint64_t chaos) {
    std::string text;
    Pauser pauser(pauses);
    MachineOptions options = ApiTest::options();
    options.deterministic->schedule_seed = chaos;
    options.trace = [&](std::string_view line) { text += line; };
    options.trace_options.format = TraceOptions::Format::Json;
    out_.clear();
    auto machine = make(options);
    machine->spawn(
        shell("seq 300 | sort | tee f | wc -l & trap 'echo t' USR1; kill -USR1 $$; sleep 1 & wait; "
              "cat f"));
    MachineKernel::of(*machine).interceptors().push_back(&pauser);
    RunOptions until;
    until.until = [&] { return pauser.take() || !machine->guests_left(); };
    pauses_ = 0;
    while (machine->guests_left() && machine->run(until) == RunEnd::Condition) ++pauses_;
    return text;
  }

  int pauses_ = 0;
};

TEST_F(PausedRuns, AreTheSameRuns) {
  for (const std::uint64_t chaos : {1, 2, 3}) {
    const std::string plain = trace(false, chaos);
    const std::string output = out_;
    const std::string paused = trace(true, chaos);
    EXPECT_GT(pauses_, 100);
    EXPECT_EQ(out_, output);
    EXPECT_TRUE(plain == paused) << "with the seed " << chaos;
  }
}

TEST_F(PausedRuns, TakeSignalsFromOutside) {
  Pauser pauser(true);
  auto machine = make();
  const int pid = spawn(*machine, shell("trap 'echo t' USR1; sleep 1; echo end"));
  MachineKernel::of(*machine).interceptors().push_back(&pauser);
  RunOptions until;
  until.until = [&] { return pauser.take(); };
  for (int i = 0; i < 30; ++i) EXPECT_EQ(machine->run(until), RunEnd::Condition);
  EXPECT_TRUE(machine->kill(pid, SIGKILL));
  MachineKernel::of(*machine).interceptors().clear();
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(pid), (ExitStatus{0, SIGKILL}));
}

}  // namespace
}  // namespace kemu
