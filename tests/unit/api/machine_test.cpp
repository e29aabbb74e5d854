// Machines: how runs end, what callbacks may do, and that machines share and leave nothing.

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "api_fixture.h"

namespace kemu {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Machines : public ApiTest {};

TEST_F(Machines, RunUntilACondition) {
  auto machine = make();
  spawn(*machine, shell("echo a; while :; do echo more; done"));
  EXPECT_EQ(machine->run({[&] { return out_.size() > 100; }, false}), RunEnd::Condition);
  EXPECT_GT(out_.size(), 100u);
  EXPECT_TRUE(machine->guests_left());
}

TEST_F(Machines, AreInterruptedFromAnotherThread) {
  auto machine = make();
  std::atomic<bool> running = false;
  Program program = shell("echo running; while :; do :; done");
  program.output = Stream::to([&](std::string_view) { running = true; });
  const int pid = spawn(*machine, program);
  std::thread other([&] {
    while (!running) std::this_thread::yield();
    machine->interrupt();
  });
  EXPECT_EQ(machine->run(), RunEnd::Interrupted);
  other.join();
  EXPECT_TRUE(machine->kill(pid, SIGTERM));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(pid), (ExitStatus{0, SIGTERM}));
}

TEST_F(Machines, LoseNoInterruption) {
  auto machine = make();
  spawn(*machine, shell("echo ran"));
  machine->interrupt();
  machine->interrupt();
  EXPECT_EQ(machine->run(), RunEnd::Interrupted);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "ran\n");
  // One that comes too late ends the next run, unless it is taken back.
  machine->interrupt();
  EXPECT_TRUE(machine->forget_interrupt());
  EXPECT_FALSE(machine->forget_interrupt());
  spawn(*machine, shell("echo again"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "ran\nagain\n");
}

TEST_F(Machines, SpendNoTimeInSleep) {
  auto machine = make();
  spawn(*machine, shell("sleep 86400; date +%F"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "2020-01-02\n");
}

TEST_F(Machines, ExplainADeadlockAndGoOn) {
  auto machine = make();
  Program program = applet({"cat"});
  const ProgramPipe pipe = machine->make_pipe();
  program.input = Stream::pipe({pipe.read_end, nullptr});
  const int pid = spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::Deadlocked);
  EXPECT_THAT(machine->explain(), HasSubstr("reads"));
  EXPECT_TRUE(machine->kill(pid, SIGKILL));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
}

TEST_F(Machines, EndAtTheirBudgets) {
  MachineOptions machine_options = options();
  machine_options.budgets.blocks = 100'000;
  auto machine = make(machine_options);
  spawn(*machine, shell("while :; do :; done"));
  EXPECT_EQ(machine->run(), RunEnd::OutOfBlocks);
  machine_options.budgets = {};
  machine_options.budgets.time = 1'000'000'000;
  machine = make(machine_options);
  spawn(*machine, shell("sleep 10"));
  EXPECT_EQ(machine->run(), RunEnd::OutOfTime);
}

TEST_F(Machines, EndAtTheBudgetsOfARun) {
  auto machine = make();
  spawn(*machine, shell("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo $i"));
  const auto run_for = [&](std::optional<std::uint64_t> blocks,
                           std::optional<std::uint64_t> instructions) {
    const Statistics before = machine->statistics();
    const RunEnd end = machine->run({{}, false, blocks, instructions});
    const Statistics after = machine->statistics();
    return std::tuple(end, after.blocks - before.blocks, after.instructions - before.instructions);
  };
  for (const std::uint64_t blocks : {1u, 1000u, 300'000u}) {
    const auto [end, executed, instructions] = run_for(blocks, std::nullopt);
    EXPECT_EQ(end, RunEnd::OutOfBlocks);
    EXPECT_EQ(executed, blocks);
    EXPECT_GE(instructions, blocks);
  }
  for (const std::uint64_t budget : {1u, 1000u, 300'000u}) {
    const auto [end, blocks, instructions] = run_for(std::nullopt, budget);
    EXPECT_EQ(end, RunEnd::OutOfInstructions);
    EXPECT_GE(instructions, budget);
    EXPECT_LT(instructions, budget + 512);
  }
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "3000\n");
}

TEST_F(Machines, CountInstructionsTheSameEachTime) {
  std::vector<std::uint64_t> counts;
  for (const bool divided : {false, false, true}) {
    auto machine = make();
    spawn(*machine, shell("for i in 1 2 3; do echo $i | cat; done; sleep 1"));
    while (machine->run({{},
                         false,
                         std::nullopt,
                         divided ? std::optional<std::uint64_t>(5000) : std::nullopt}) !=
           RunEnd::Exited) {
    }
    if (!divided) counts.push_back(machine->statistics().instructions);
  }
  EXPECT_EQ(counts[0], counts[1]);
  EXPECT_EQ(out_, "1\n2\n3\n1\n2\n3\n1\n2\n3\n");
}

TEST_F(Machines, ShowVirtualFiles) {
  MachineOptions machine_options = options();
  int reads = 0;
  std::string written;
  machine_options.files.push_back({"/etc/fixed", "fixed\n", {}, {}, 0600});
  VirtualFile live{"/run/deep/down", {}, {}, {}, 0644};
  live.read = [&] { return "read " + std::to_string(++reads) + "\n"; };
  live.write = [&](std::string_view bytes) { written += bytes; };
  machine_options.files.push_back(live);
  auto machine = make(machine_options);
  spawn(*machine, shell("cat /etc/fixed /run/deep/down /run/deep/down; echo in > /run/deep/down;"
                        "stat -c %a /etc/fixed"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_, "fixed\nread 1\nread 2\n600\n");
  EXPECT_EQ(error_, "");
  EXPECT_EQ(written, "in\n");
}

TEST_F(Machines, HaveDirectoriesAndLinksInMemory) {
  MachineOptions machine_options = options();
  machine_options.directories = {"/srv/a/b", "/srv/a/c/"};
  machine_options.links.push_back({"/links/to-b", "/srv/a/b"});
  auto machine = make(machine_options);
  spawn(*machine, shell("cd /links/to-b && echo text > file && cat /srv/a/b/file; ls /srv/a"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(out_ + error_, "text\nb\nc\n");
}

TEST_F(Machines, SurviveCallbacksThatThrow) {
  auto machine = make();
  Program program = shell("echo text; while :; do :; done");
  program.output = Stream::to([](std::string_view) { throw std::runtime_error("no more"); });
  const int pid = spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "no more");
  EXPECT_EQ(machine->take_failure(), "");
  EXPECT_TRUE(machine->kill(pid, SIGKILL));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  const int next = spawn(*machine, shell("echo next"));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
  EXPECT_EQ(machine->exit_status(next), ExitStatus{});
  EXPECT_EQ(out_, "next\n");
}

// The run is over before the interruption that the callback caused is looked at.
TEST_F(Machines, ForgetAFailureAtTheVeryEnd) {
  auto machine = make();
  Program program = applet({"echo", "text"});
  program.output = Stream::to([](std::string_view) { throw 1; });
  spawn(*machine, program);
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_THAT(machine->take_failure(), HasSubstr("no std::exception"));
  spawn(*machine, applet({"true"}));
  EXPECT_EQ(machine->run(), RunEnd::Exited);
}

TEST_F(Machines, TellOfAnEmptyException) {
  auto machine = make();
  spawn(*machine, applet({"true"}));
  const auto fail = []() -> bool { throw std::runtime_error(""); };
  EXPECT_EQ(machine->run({fail, false}), RunEnd::CallbackFailed);
  EXPECT_NE(machine->take_failure(), "");
  EXPECT_EQ(machine->run(), RunEnd::Exited);
}

TEST_F(Machines, FailWhereAVirtualFileOrATraceThrows) {
  MachineOptions machine_options = options();
  VirtualFile file{"/etc/bad", {}, {}, {}, 0644};
  file.read = []() -> std::string { throw std::runtime_error("unreadable"); };
  machine_options.files.push_back(file);
  auto machine = make(machine_options);
  spawn(*machine, applet({"cat", "/etc/bad"}));
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "unreadable");
  machine.reset();

  machine_options.trace = [](std::string_view) { throw std::runtime_error("untraceable"); };
  machine = make(machine_options);
  spawn(*machine, applet({"true"}));
  EXPECT_EQ(machine->run(), RunEnd::CallbackFailed);
  EXPECT_EQ(machine->take_failure(), "untraceable");
}

TEST_F(Machines, ThatCannotBeMadeAreErrors) {
  MachineOptions machine_options = options();
  machine_options.root = "/no/such/root";
  EXPECT_EQ(error_of(Machine::create(machine_options)),
            "cannot use '/no/such/root' as root: No such file or directory");
  machine_options = options();
  machine_options.binds.push_back({"/no/such/file", "/bin/other", false});
  EXPECT_THAT(error_of(Machine::create(machine_options)),
              StartsWith("cannot bind '/no/such/file' to '/bin/other': "));
  machine_options = options();
  machine_options.log_level = "loud";
  EXPECT_EQ(error_of(Machine::create(machine_options)), "unknown log level 'loud'");
  machine_options = options();
  machine_options.trace = [](std::string_view) {};
  machine_options.trace_filter = "trace=nonsense_call";
  EXPECT_NE(error_of(Machine::create(machine_options)), "no error");
  machine_options = options();
  machine_options.directories.push_back("relative");
  EXPECT_EQ(error_of(Machine::create(machine_options)),
            "cannot place 'relative': the path is relative");
  machine_options = options();
  machine_options.binds.push_back({busybox(), "bin/other", false});
  EXPECT_THAT(error_of(Machine::create(machine_options)), StartsWith("cannot place 'bin/other'"));
  machine_options = options();
  machine_options.files.push_back({"", "x", {}, {}, 0644});
  EXPECT_THAT(error_of(Machine::create(machine_options)), StartsWith("cannot place ''"));
}

TEST_F(Machines, RunInTwoThreadsAtOnce) {
  const auto work = [this](std::string& out) {
    for (int round = 0; round < 3; ++round) {
      auto machine = make(options());
      Program program =
          shell("for i in 1 2 3; do echo $i | cat; done; seq 200 | sort -n | tail -1");
      program.output = Stream::append_to(out);
      spawn(*machine, program);
      EXPECT_EQ(machine->run(), RunEnd::Exited);
    }
  };
  std::string first, second;
  std::thread one([&] { work(first); }), two([&] { work(second); });
  one.join();
  two.join();
  const std::string once = "1\n2\n3\n200\n";
  EXPECT_EQ(first, once + once + once);
  EXPECT_EQ(second, first);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

std::size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) ++count;
  return count;
}

std::size_t resident_pages() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident;
}

TEST_F(Machines, OneAfterAnotherLeaveNothing) {
  const auto one = [this] {
    auto machine = make();
    spawn(*machine, applet({"true"}));
    EXPECT_EQ(machine->run(), RunEnd::Exited);
    const ProgramPipe pipe = machine->make_pipe();
    Program waits = applet({"cat"});
    waits.input = Stream::pipe({pipe.read_end, nullptr});
    spawn(*machine, waits);  // alive when the machine is destroyed
    EXPECT_EQ(machine->run(), RunEnd::Deadlocked);
  };
  for (int i = 0; i < 10; ++i) one();
  const std::size_t descriptors = open_descriptors(), maps = mappings(), pages = resident_pages();
  constexpr int kMachines = 100;
  for (int i = 0; i < kMachines; ++i) one();
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_LE(mappings(), maps + kMachines / 2);
#ifndef __SANITIZE_ADDRESS__  // which keeps what is freed, and tells of leaks itself
  // The allocator and Unicorn's own list of regions may grow a little; an engine has megabytes.
  EXPECT_LE(resident_pages(), pages + 4 * kMachines) << "of " << pages;
#endif
}

}  // namespace
}  // namespace kemu
