// Programs that the host program starts: their streams, how they end, what cannot be started.

#include <csignal>

#include "api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Programs : public ApiTest {};

TEST_F(Programs, ReadTheirInputAndWriteBothOutputs) {
  auto machine = make();
  Program program = shell("tr a-z A-Z; echo wrong >&2; exit 3");
  program.input = Stream::bytes("some text\n");
  const int pid = spawn(*machine, program);
  EXPECT_FALSE(machine->exit_status(pid).has_value());
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "SOME TEXT\n");
  EXPECT_EQ(error_, "wrong\n");
  EXPECT_EQ(machine->exit_status(pid), (ExitStatus{3, 0}));
  EXPECT_EQ(machine->exit_status(), (ExitStatus{3, 0}));
}

TEST_F(Programs, AreJoinedByPipesOfTheCallers) {
  auto machine = make();
  Program first = applet({"cat"});
  Program second = applet({"sort"});
  Program third = applet({"wc", "-l"});
  first.input = Stream::bytes("b\nc\na\n");
  int sort = 0;
  {
    const ProgramPipe to_sort = machine->make_pipe(), to_wc = machine->make_pipe();
    first.output = Stream::pipe({nullptr, to_sort.write_end});
    second.input = Stream::pipe({to_sort.read_end, nullptr});
    second.output = Stream::pipe({nullptr, to_wc.write_end});
    third.input = Stream::pipe({to_wc.read_end, nullptr});
  }
  spawn(*machine, first);
  sort = spawn(*machine, second);
  spawn(*machine, third);
  // A Stream holds its end, too.
  first = second = third = Program{};
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "3\n");
  EXPECT_EQ(machine->exit_status(sort), ExitStatus{});
}

TEST_F(Programs, OfOneOutputMayShareASink) {
  auto machine = make();
  Program program = shell("echo one; echo two >&2; echo three");
  program.error = program.output;
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "one\ntwo\nthree\n");
}

TEST_F(Programs, SeeClosedAndEmptyStreams) {
  auto machine = make();
  Program program = shell("cat; ls /proc/self/fd | tr '\\n' ' '; echo done >&2");
  program.error = Stream::closed();
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_THAT(out_, StartsWith("0 1 "));
  EXPECT_EQ(error_, "");
}

TEST_F(Programs, GetEnvironmentAndDirectory) {
  MachineOptions machine_options = options();
  machine_options.directories.push_back("/home/user");
  machine_options.links.push_back({"/usr/bin/sh", "/bin/busybox"});
  auto machine = make(machine_options);
  Program program = shell("pwd; echo $NAME");
  program.path.clear();
  program.environment = {"NAME=value", "PATH=/usr/bin"};
  program.cwd = "/home/user";
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "/home/user\nvalue\n");
}

TEST_F(Programs, AreKilledByTheirPids) {
  auto machine = make();
  const int asleep = spawn(*machine, shell("while :; do sleep 1; done"));
  const int other = spawn(*machine, applet({"true"}));
  const auto other_ended = [&] { return machine->exit_status(other).has_value(); };
  EXPECT_EQ(machine->run({other_ended, false}), RunEnd::Condition);
  EXPECT_EQ(machine->exit_status(other), ExitStatus{});
  EXPECT_EQ(machine->exit_status(asleep), std::nullopt);
  EXPECT_TRUE(machine->guests_left());
  EXPECT_TRUE(machine->kill(asleep, SIGKILL));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(asleep), (ExitStatus{0, SIGKILL}));
  EXPECT_FALSE(machine->kill(asleep, SIGKILL));
}

TEST_F(Programs, ThatStopEndTheRunUntilTheyAreContinued) {
  auto machine = make();
  const int pid = spawn(*machine, shell("kill -STOP $$; echo continued"));
  EXPECT_EQ(machine->run(), RunEnd::Stopped);
  EXPECT_EQ(machine->exit_status(pid), std::nullopt);
  EXPECT_TRUE(machine->kill(pid, SIGCONT));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "continued\n");
}

TEST_F(Programs, CannotBeSignalledWithNonsense) {
  auto machine = make();
  const int pid = spawn(*machine, applet({"cat"}));
  EXPECT_FALSE(machine->kill(pid, 0));
  EXPECT_FALSE(machine->kill(pid, -1));
  EXPECT_FALSE(machine->kill(pid, 65));
  EXPECT_FALSE(machine->kill(-1, SIGTERM));
  EXPECT_FALSE(machine->kill(pid + 1000, SIGTERM));
}

TEST_F(Programs, ThatCannotStartAreErrors) {
  MachineOptions machine_options = options();
  machine_options.files.push_back({"/etc/text", "not a program\n", {}, {}, 0755});
  auto machine = make(machine_options);
  Program program = applet({"true"});
  program.path = "/bin/missing";
  const auto missing = machine->spawn(program);
  EXPECT_EQ(error_of(missing), "cannot run '/bin/missing': No such file or directory");
  EXPECT_EQ(std::get<Error>(missing).kind, Error::Kind::NotFound);
  program.path = "missing";
  EXPECT_EQ(error_of(machine->spawn(program)), "cannot run 'missing': not found here or in PATH");
  program.path = "/etc/text";
  const auto text = machine->spawn(program);
  EXPECT_EQ(std::get<Error>(text).kind, Error::Kind::CannotExecute);
  EXPECT_THAT(error_of(text), StartsWith("cannot run '/etc/text': "));
  program = applet({"true"});
  program.cwd = "/nowhere";
  EXPECT_EQ(error_of(machine->spawn(program)),
            "cannot change to '/nowhere': No such file or directory");
  EXPECT_THAT(error_of(machine->spawn(Program{})), HasSubstr("cannot run ''"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(), std::nullopt);
}

}  // namespace
}  // namespace kemu
