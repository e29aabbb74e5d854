// Hooks of system calls and process events: what they see, answer and change.

#include <fcntl.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <stdexcept>

#include "api_fixture.h"
#include "kemu/syscalls.h"

namespace kemu {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class HookTest : public ApiTest {
 protected:
  /// Runs a shell's script to its end; what it printed.
  std::string run(Machine& machine, const std::string& script) {
    out_.clear();
    error_.clear();
    spawn(machine, shell(script));
    EXPECT_EQ(machine.run(), RunEnd::Exited) << machine.explain() << machine.take_failure();
    return out_ + error_;
  }
  template <typename Value>
  static Value value(const Expected<Value>& expected) {
    EXPECT_TRUE(std::holds_alternative<Value>(expected)) << error_of(expected);
    const Value* found = std::get_if<Value>(&expected);
    return found ? *found : Value{};
  }
};

TEST_F(HookTest, SeeTypedArguments) {
  auto machine = make();
  std::vector<std::string> opened;
  machine->on<Sys::openat>([&](Call<Sys::openat>& call) {
    const auto arguments = call.arguments();
    EXPECT_EQ(arguments.dir, AT_FDCWD);
    EXPECT_EQ(call.program(), "busybox");
    EXPECT_EQ(call.name(), "openat");
    EXPECT_EQ(call.number(), 56u);
    EXPECT_FALSE(call.result());
    opened.push_back(value(arguments.path.string()) +
                     ((arguments.flags & O_CREAT) != 0 ? " created" : ""));
  });
  EXPECT_EQ(run(*machine, "echo text > /tmp/file; read x < /tmp/file; echo $x"), "text\n");
  EXPECT_THAT(opened, ElementsAre("/tmp/file created", "/tmp/file"));
}

TEST_F(HookTest, AnswerAndFail) {
  auto machine = make();
  machine->on<Sys::getppid>([](auto& call) { call.answer(4711); });
  const Hook refused = machine->on<Sys::mkdirat>([](auto& call) { call.fail(EDQUOT); });
  EXPECT_EQ(run(*machine, "cd /tmp; echo $PPID; mkdir a 2>&1; mkdir b 2>/dev/null; ls"),
            "4711\nmkdir: can't create directory 'a': Disk quota exceeded\n");
  EXPECT_TRUE(machine->remove(refused));
  EXPECT_FALSE(machine->remove(refused));
  EXPECT_EQ(run(*machine, "cd /tmp; mkdir b; ls"), "b\n");
}

TEST_F(HookTest, FailWithAnErrnoAlways) {
  auto machine = make();
  for (const int error : {0, -1, 4096}) {
    std::int64_t result = 0;
    const Hook fails = machine->on<Sys::chdir>([&](auto& call) { call.fail(error); });
    const Hook sees = machine->after<Sys::chdir>([&](auto& call) { result = *call.result(); });
    run(*machine, "cd / 2>/dev/null");
    EXPECT_EQ(result, -EINVAL);
    machine->remove(fails);
    machine->remove(sees);
  }
}

TEST_F(HookTest, RedirectAFile) {
  auto machine = make();
  machine->on<Sys::openat>([&](Call<Sys::openat>& call) {
    auto arguments = call.arguments();
    if (value(arguments.path.string()) != "/etc/motd") return;
    // Longer than the path there was.
    arguments.path = value(call.place(std::string("/tmp/a-file-of-a-longer-name\0", 29)));
    call.set_arguments(arguments);
  });
  EXPECT_EQ(run(*machine, "echo other > /tmp/a-file-of-a-longer-name; cat /etc/motd"), "other\n");
}

TEST_F(HookTest, PlaceManyBytesAtATime) {
  auto machine = make();
  std::string written;
  machine->on<Sys::write>([&](Call<Sys::write>& call) {
    const std::string large(300'000, 'x');
    const GuestPointer first = value(call.place("first")), second = value(call.place(large));
    EXPECT_EQ(first.address() % 16, 0u);
    EXPECT_EQ(value(first.bytes(5)), "first");
    EXPECT_EQ(value(second.bytes(large.size())), large);
    written += value(call.arguments().buf.bytes(call.arguments().count));
  });
  EXPECT_EQ(run(*machine, "echo 1; (echo 2); exec echo 3"), "1\n2\n3\n");
  EXPECT_EQ(written, "1\n2\n3\n");
}

TEST_F(HookTest, SeeAndReplaceResults) {
  auto machine = make();
  std::vector<std::int64_t> results;
  machine->after<Sys::getpid>([&](Call<Sys::getpid>& call) {
    results.push_back(call.result().value_or(-1));
    call.answer(99);
  });
  machine->after<Sys::getpid>(
      [&](Call<Sys::getpid>& call) { results.push_back(call.result().value_or(-1)); });
  EXPECT_EQ(run(*machine, "echo $$"), "99\n");
  ASSERT_GE(results.size(), 2u);
  EXPECT_GT(results[0], 1);
  EXPECT_EQ(results[1], 99);
}

TEST_F(HookTest, ChangeWhatWasRead) {
  auto machine = make();
  machine->after<Sys::clock_gettime>([&](Call<Sys::clock_gettime>& call) {
    const timespec time{86'400 * 365, 0};
    EXPECT_FALSE(call.arguments().time.write_value(time));
  });
  EXPECT_EQ(run(*machine, "date -u +%F"), "1971-01-01\n");
}

TEST_F(HookTest, SeeBlockedCallsOnce) {
  auto machine = make();
  int begun = 0, ended = 0;
  machine->on<Sys::wait4>([&](auto&) { ++begun; });
  machine->after<Sys::wait4>([&](auto&) { ++ended; });
  run(*machine, "sleep 1; sleep 1");
  EXPECT_GE(begun, 2);
  EXPECT_EQ(begun, ended);
}

TEST_F(HookTest, SeeCallsThatASignalEnds) {
  auto machine = make();
  std::vector<std::int64_t> results;
  machine->after<Sys::clock_nanosleep>([&](auto& call) {
    if (call.program() == "sleep") results.push_back(*call.result());
  });
  machine->after<Sys::nanosleep>([&](auto& call) {
    if (call.program() == "sleep") results.push_back(*call.result());
  });
  machine->after<Sys::rt_sigsuspend>([&](auto& call) { results.push_back(*call.result()); });
  run(*machine, "trap 'echo usr1' USR1; (sleep 1; kill -USR1 $$) & wait");
  EXPECT_THAT(results, ::testing::Contains(-EINTR));
  EXPECT_THAT(out_, HasSubstr("usr1"));
}

TEST_F(HookTest, AnswerCallsThatBlockOrEnd) {
  auto machine = make();
  machine->on<Sys::clock_nanosleep>([](auto& call) { call.answer(0); });
  machine->on<Sys::nanosleep>([](auto& call) { call.answer(0); });
  EXPECT_EQ(run(*machine, "sleep 3600; date -u +%H"), "00\n");
  const Hook no_programs = machine->on<Sys::execve>([](auto& call) { call.fail(EACCES); });
  EXPECT_THAT(run(*machine, "/bin/busybox true"), HasSubstr("Permission denied"));
  machine->remove(no_programs);
  machine->on<Sys::clone>([](auto& call) { call.fail(EAGAIN); });
  EXPECT_THAT(run(*machine, "(true); true"), HasSubstr("fork"));
}

TEST_F(HookTest, CallsByNumberAndName) {
  auto machine = make();
  int all = 0, unknown = 0, named = 0;
  machine->on_call(Machine::kEveryCall, [&](AnyCall&) { ++all; });
  machine->on_call(999, [&](AnyCall&) { ++unknown; });
  const auto hook =
      machine->on_call("getpid", [&](AnyCall& call) { named += call.number() == 172; });
  EXPECT_TRUE(std::holds_alternative<Hook>(hook));
  EXPECT_TRUE(std::holds_alternative<Hook>(machine->on_call("io_setup", [](AnyCall&) {})));
  EXPECT_EQ(error_of(machine->on_call("open", [](AnyCall&) {})), "no system call is named 'open'");
  EXPECT_EQ(error_of(machine->after_call("", [](AnyCall&) {})), "no system call is named ''");
  run(*machine, "echo $$");
  EXPECT_GT(all, 10);
  EXPECT_EQ(unknown, 0);
  EXPECT_GE(named, 1);
}

TEST_F(HookTest, TraceSaysWhatWasInjected) {
  MachineOptions traced = options();
  std::string trace;
  traced.trace = [&](std::string_view line) { trace += line; };
  traced.trace_filter = "getppid,mkdirat,exit_group";
  traced.trace_options.stable = true;
  auto machine = make(traced);
  machine->on<Sys::getppid>([](auto& call) { call.answer(4711); });
  machine->after<Sys::mkdirat>([](auto& call) { call.fail(EIO); });
  machine->on<Sys::mkdirat>([&](Call<Sys::mkdirat>& call) {
    auto arguments = call.arguments();
    arguments.mode = 0700;
    call.set_arguments(arguments);
  });
  run(*machine, "mkdir /tmp/a");
  EXPECT_THAT(trace, HasSubstr("getppid() = 4711 (INJECTED)\n"));
  EXPECT_THAT(trace, HasSubstr("mkdirat(AT_FDCWD, \"/tmp/a\", 0700) = -1 EIO"));
  EXPECT_THAT(trace, HasSubstr("(Input/output error) (INJECTED)\n"));
  EXPECT_THAT(trace, HasSubstr("exit_group(1) = ?\n"));
}

TEST_F(HookTest, ChangeNothingByLooking) {
  const auto trace_of = [&](bool looking) {
    MachineOptions traced = options();
    std::string trace;
    traced.trace = [&](std::string_view line) { trace += line; };
    traced.trace_options.times = TraceOptions::Times::Epoch;
    auto machine = make(traced);
    if (looking) {
      machine->on_call(Machine::kEveryCall, [](AnyCall&) {});
      machine->after_call(Machine::kEveryCall, [](AnyCall&) {});
      machine->on_event([](const ProcessEvent&) {});
    }
    run(*machine, "for i in 1 2 3; do (echo $i; sleep 1) | cat & done; wait; date");
    return trace;
  };
  EXPECT_EQ(trace_of(false), trace_of(true));
}

TEST_F(HookTest, RemoveThemselves) {
  auto machine = make();
  int calls = 0;
  Hook once, event;
  once = machine->on_call(Machine::kEveryCall, [&](AnyCall& call) {
    ++calls;
    call.machine().remove(once);
    call.machine().on_call(Machine::kEveryCall, [&](AnyCall&) { ++calls; });
    machine->remove(event);
  });
  event = machine->on_event([&](const ProcessEvent&) { calls = -1000; });
  EXPECT_EQ(calls, 0);
  run(*machine, "true");
  EXPECT_GT(calls, 1 - 1000);
}

TEST_F(HookTest, TellWhatBecomesOfProcesses) {
  auto machine = make();
  std::vector<std::string> events;
  machine->on_event([&](const ProcessEvent& event) {
    const std::string program(event.program);
    switch (event.kind) {
      case ProcessEvent::Kind::Fork:
        EXPECT_NE(event.child, event.pid);
        events.push_back(program + " forks");
        break;
      case ProcessEvent::Kind::Exec: events.push_back("exec " + program); break;
      case ProcessEvent::Kind::Exit:
        EXPECT_NE(
            value(machine->read_memory(event.pid, value(machine->registers(event.pid)).sp, 8)), "");
        events.push_back(program + " exits " + std::to_string(event.status.code) + " " +
                         std::to_string(event.status.signal));
        break;
      case ProcessEvent::Kind::Signal:
        events.push_back(program + " gets " + std::to_string(event.signal));
        break;
    }
  });
  run(*machine, "sh -c 'kill -TERM $$'; exit 3");
  EXPECT_THAT(events, ElementsAre("exec busybox", "busybox forks", "exec exe", "sh gets 15",
                                  "sh exits 0 15", "busybox gets 17", "busybox exits 3 0"));
}

TEST_F(HookTest, EndTheRunWhenTheyThrow) {
  auto machine = make();
  const Hook call = machine->on<Sys::getpid>([](auto&) { throw std::runtime_error("at getpid"); });
  spawn(*machine, shell("echo $$; echo on"));
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "at getpid");
  machine->remove(call);
  const Hook event = machine->on_event([](const ProcessEvent&) { throw 1; });
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "a callback threw something that is no std::exception");
  machine->remove(event);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_THAT(out_, HasSubstr("on\n"));
}

TEST_F(HookTest, NeitherStartNorRunPrograms) {
  auto machine = make();
  int callbacks = 0;
  const auto try_all = [&] {
    ++callbacks;
    const auto spawned = machine->spawn(shell("true"));
    EXPECT_EQ(error_of(spawned), "a callback cannot start a program");
    EXPECT_EQ(machine->run(), RunEnd::InCallback);
    machine->run_rest();
  };
  machine->on<Sys::getpid>([&](auto&) { try_all(); });
  machine->on_event([&](const ProcessEvent&) { try_all(); });
  Program program = shell("echo $$");
  program.output = Stream::to([&](std::string_view) { try_all(); });
  spawn(*machine, program);
  EXPECT_EQ(machine->run({[&] {
                            try_all();
                            return !machine->guests_left();
                          },
                          false}),
            RunEnd::Condition);
  EXPECT_GT(callbacks, 4);
  EXPECT_EQ(run(*machine, "exit 0"), "");
}

TEST_F(HookTest, ReachRegistersOfWhoCalls) {
  auto machine = make();
  bool looked = false;
  machine->on<Sys::getpid>([&](Call<Sys::getpid>& call) {
    const GuestRegisters registers = value(machine->registers(call.pid()));
    EXPECT_EQ(registers.x[8], 172u);
    EXPECT_EQ(registers.sp % 16, 0u);
    // svc #0 is behind it.
    EXPECT_EQ(value(call.pointer(registers.pc - 4).read<std::uint32_t>()), 0xd4000001u);
    EXPECT_FALSE(machine->set_registers(call.pid(), registers));
    looked = true;
  });
  run(*machine, "echo $$; exec sleep 1");
  EXPECT_TRUE(looked);
}

TEST_F(HookTest, RegistersAreOutOfReachInsideTheEngine) {
  auto machine = make();
  std::string told;
  Program program = shell("echo text");
  program.output = Stream::to([&](std::string_view) { told = error_of(machine->registers(2)); });
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(told, "no registers can be reached from this callback");
}

TEST_F(HookTest, PointersTellWhatIsNotThere) {
  auto machine = make();
  machine->on<Sys::getpid>([&](Call<Sys::getpid>& call) {
    EXPECT_EQ(error_of(call.pointer(0x10).bytes(3)), "cannot read 3 bytes at 0x10");
    EXPECT_EQ(error_of(call.pointer(~0ull - 5).bytes(100)),
              "cannot read 100 bytes at 0xfffffffffffffffa");
    EXPECT_THAT(error_of(call.pointer(0x10000).bytes(~0ull)), HasSubstr("cannot read"));
    const auto error = call.pointer(0x20).write("text");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message, "cannot write 4 bytes at 0x20");
    EXPECT_EQ(error->kind, Error::Kind::NotMapped);
    EXPECT_THAT(error_of(call.pointer(call.machine().kEveryCall).string()), HasSubstr("cannot"));
  });
  run(*machine, "echo $$");
  EXPECT_EQ(error_of(machine->read_memory(77, 0, 1)), "there is no process 77");
  EXPECT_EQ(error_of(GuestPointer().bytes(1)), "it points nowhere");
}

}  // namespace
}  // namespace kemu
