// Breakpoints, and what can be done to a guest that stands at one.

#include <csignal>
#include <stdexcept>

#include "api_fixture.h"
#include "guest_elf.h"
#include "kemu/syscalls.h"

namespace kemu {
namespace {

using ::testing::ElementsAre;

class BreakpointTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    if (IsSkipped()) return;
    target_ = busybox().substr(0, busybox().rfind("/bin/")) + "/musl/misc/hook_target";
    if (::access(target_.c_str(), X_OK) != 0) GTEST_SKIP() << target_ << " was not built";
    ASSERT_NE(address_of_symbol(target_, "scaled"), 0u);
    ASSERT_NE(address_of_symbol(target_, "factor"), 0u);
  }
  std::unique_ptr<Machine> make_target(MachineOptions machine_options = options()) {
    machine_options.binds.push_back({target_, "/target", true});
    auto machine = make(machine_options);
    Program program = applet({"target"});
    program.path = "/target";
    pid_ = spawn(*machine, program);
    const auto bias = machine->load_bias(pid_);
    EXPECT_TRUE(std::holds_alternative<std::uint64_t>(bias)) << error_of(bias);
    if (const auto* value = std::get_if<std::uint64_t>(&bias)) {
      EXPECT_NE(*value, 0u);
      scaled_ = address_of_symbol(target_, "scaled") + *value;
      factor_ = address_of_symbol(target_, "factor") + *value;
    }
    return machine;
  }
  static Hook must(const Expected<Hook>& hook) {
    EXPECT_TRUE(std::holds_alternative<Hook>(hook)) << error_of(hook);
    return std::holds_alternative<Hook>(hook) ? std::get<Hook>(hook) : Hook{};
  }
  GuestRegisters registers(Machine& machine, int pid) {
    const auto found = machine.registers(pid);
    EXPECT_TRUE(std::holds_alternative<GuestRegisters>(found)) << error_of(found);
    return std::holds_alternative<GuestRegisters>(found) ? std::get<GuestRegisters>(found)
                                                         : GuestRegisters{};
  }

  static constexpr const char* kPrinted = "2\n4\nchild 8\nENOENT\n";
  std::string target_;
  std::uint64_t scaled_ = 0, factor_ = 0;
  int pid_ = 0;
};

TEST_F(BreakpointTest, EndTheRunAndGoOn) {
  auto machine = make_target();
  must(machine->set_breakpoint({scaled_, 0, ""}));
  for (const std::uint64_t argument : {1u, 2u}) {
    ASSERT_EQ(machine->run(), RunEnd::Breakpoint);
    const auto hit = machine->breakpoint_hit();
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->pid, pid_);
    EXPECT_EQ(hit->program, "target");
    EXPECT_EQ(hit->address, scaled_);
    EXPECT_EQ(registers(*machine, pid_).pc, scaled_);
    EXPECT_EQ(registers(*machine, pid_).x[0], argument);
  }
  EXPECT_EQ(machine->run(), RunEnd::Breakpoint);  // the child has it too
  EXPECT_NE(machine->breakpoint_hit()->pid, pid_);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_FALSE(machine->breakpoint_hit());
  EXPECT_EQ(out_, kPrinted);
}

TEST_F(BreakpointTest, CallBackAndAreRemoved) {
  auto machine = make_target();
  std::vector<std::uint64_t> arguments;
  Hook hook;
  hook = must(machine->set_breakpoint({scaled_, 0, ""}, [&](const BreakpointHit& hit) {
    EXPECT_EQ(hit.hook, hook);
    arguments.push_back(registers(*machine, hit.pid).x[0]);
    if (arguments.size() == 2) {
      EXPECT_TRUE(machine->remove(hook));
    }
  }));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_THAT(arguments, ElementsAre(1, 2));
  EXPECT_EQ(out_, kPrinted);
}

TEST_F(BreakpointTest, OfOneProcessOrProgram) {
  auto machine = make_target();
  int by_pid = 0, by_name = 0, by_other = 0;
  must(machine->set_breakpoint({scaled_, pid_, ""}, [&](const BreakpointHit&) { ++by_pid; }));
  must(machine->set_breakpoint({scaled_, 0, "target"}, [&](const BreakpointHit&) { ++by_name; }));
  must(machine->set_breakpoint({scaled_, 0, "other"}, [&](const BreakpointHit&) { ++by_other; }));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(by_pid, 2);
  EXPECT_EQ(by_name, 3);
  EXPECT_EQ(by_other, 0);
  EXPECT_EQ(out_, kPrinted);
}

TEST_F(BreakpointTest, AreMetByProgramsRunBefore) {
  auto machine = make_target();
  EXPECT_EQ(machine->run(), RunEnd::Exited);  // translated, and in the page cache
  int calls = 0;
  const Hook hook = must(machine->set_breakpoint({scaled_, 0, ""}, [&](auto&) { ++calls; }));
  Program program = applet({"target"});
  program.path = "/target";
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(calls, 3);
  machine->remove(hook);
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(calls, 3);
}

TEST_F(BreakpointTest, ChangeRegistersAndMemory) {
  auto machine = make_target();
  must(machine->set_breakpoint({scaled_, pid_, ""}, [&](const BreakpointHit& hit) {
    GuestRegisters changed = registers(*machine, hit.pid);
    changed.x[0] += 20;
    changed.v[3] = {7, 8};
    EXPECT_FALSE(machine->set_registers(hit.pid, changed));
    EXPECT_EQ(registers(*machine, hit.pid), changed);
    EXPECT_FALSE(GuestPointer(*machine, hit.pid, factor_).write_value(3));
    EXPECT_EQ(std::get<int>(GuestPointer(*machine, hit.pid, factor_).read<int>()), 3);
  }));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "63\n66\nchild 12\nENOENT\n");
}

TEST_F(BreakpointTest, SkipAFunction) {
  auto machine = make_target();
  must(machine->set_breakpoint({scaled_, 0, ""}, [&](const BreakpointHit& hit) {
    GuestRegisters changed = registers(*machine, hit.pid);
    changed.x[0] = 100;
    changed.pc = changed.x[30];
    EXPECT_FALSE(machine->set_registers(hit.pid, changed));
  }));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "100\n100\nchild 100\nENOENT\n");
}

TEST_F(BreakpointTest, WriteCodeTheGuestMayOnlyRead) {
  auto machine = make_target();
  const std::uint32_t words[] = {0x528000e0 /* mov w0, #7 */, 0xd65f03c0 /* ret */};
  EXPECT_FALSE(
      machine->write_memory(pid_, scaled_, {reinterpret_cast<const char*>(words), sizeof words}));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "7\n7\nchild 7\nENOENT\n");
  // The process had a copy of its own.
  Program program = applet({"target"});
  program.path = "/target";
  spawn(*machine, program);
  out_.clear();
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, kPrinted);
}

TEST_F(BreakpointTest, LeaveTheBytesAndTheTimeAlone) {
  const auto trace_of = [&](bool breaking) {
    MachineOptions traced = options();
    std::string trace;
    traced.trace = [&](std::string_view line) { trace += line; };
    traced.trace_options.times = TraceOptions::Times::Epoch;
    auto machine = make_target(traced);
    std::string before, during;
    before = std::get<std::string>(machine->read_memory(pid_, scaled_, 16));
    if (breaking) {
      int met = 0;
      must(machine->set_breakpoint({scaled_, 0, ""}, [&](const BreakpointHit& hit) {
        during = std::get<std::string>(machine->read_memory(hit.pid, scaled_, 16));
      }));
      must(machine->set_breakpoint({scaled_ + 4, 0, ""}, [&](auto&) { ++met; }));
      EXPECT_EQ(machine->run(), RunEnd::Exited);
      EXPECT_EQ(during, before);
      EXPECT_EQ(met, 3);
    } else {
      EXPECT_EQ(machine->run(), RunEnd::Exited);
    }
    return trace;
  };
  EXPECT_EQ(trace_of(false), trace_of(true));
}

TEST_F(BreakpointTest, EndTheRunWhenTheyThrow) {
  auto machine = make_target();
  const Hook hook = must(machine->set_breakpoint(
      {scaled_, 0, ""}, [](auto&) { throw std::runtime_error("at scaled"); }));
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "at scaled");
  EXPECT_TRUE(machine->remove(hook));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, kPrinted);
}

TEST_F(BreakpointTest, AreAtInstructions) {
  auto machine = make_target();
  EXPECT_EQ(error_of(machine->set_breakpoint({scaled_ + 2, 0, ""})).substr(0, 20),
            "no instruction is at");
  const int shell_pid = spawn(*machine, shell("exit 0"));
  EXPECT_EQ(std::get<std::uint64_t>(machine->load_bias(shell_pid)), 0u);
  pid_ = shell_pid;
  EXPECT_EQ(error_of(machine->load_bias(pid_ + 1)),
            "there is no process " + std::to_string(pid_ + 1));
}

TEST_F(BreakpointTest, SurviveAKillAtThem) {
  auto machine = make_target();
  must(machine->set_breakpoint({scaled_, 0, ""},
                               [&](const BreakpointHit& hit) { machine->kill(hit.pid, SIGKILL); }));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(pid_), (ExitStatus{0, SIGKILL}));
  EXPECT_EQ(out_, "");
}

}  // namespace
}  // namespace kemu
