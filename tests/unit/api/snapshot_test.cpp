#include <algorithm>
#include <filesystem>

#include "api_fixture.h"

// Snapshots: from the same state everything goes on in the same way, as often as one likes.

namespace kemu {
namespace {

class SnapshotTest : public ApiTest {
 protected:
  static std::unique_ptr<Machine> forked(Machine& machine, const ForkOptions& options = {}) {
    auto made = machine.fork(options);
    if (const auto* error = std::get_if<Error>(&made)) {
      ADD_FAILURE() << error->message;
      return nullptr;
    }
    return std::get<std::unique_ptr<Machine>>(std::move(made));
  }
  static ForkOptions into(std::string& out, std::string* trace = nullptr) {
    ForkOptions options;
    options.output = [&out](std::string_view text) { out += text; };
    if (trace) options.trace = [trace](std::string_view text) { *trace += text; };
    return options;
  }
  /// Runs until the trace has so many lines; false when it ended before.
  static bool run_to_line(Machine& machine, const std::string& trace, std::ptrdiff_t lines) {
    RunOptions until;
    until.until = [&] { return std::count(trace.begin(), trace.end(), '\n') >= lines; };
    return machine.run(until) == RunEnd::Condition;
  }

  /// Forks the machine that runs `script` wherever a slice ends after each so many lines of its
  /// trace, and compares how original and fork go on.
  void expect_same_from_everywhere(const std::string& script, std::ptrdiff_t step,
                                   MachineOptions traced = options()) {
    std::string trace;
    traced.trace = [&](std::string_view text) { trace += text; };
    traced.trace_options.times = TraceOptions::Times::Epoch;
    // Short slices: more places to fork at.
    traced.deterministic->schedule_seed = 7;
    const auto machine = make(traced);
    ASSERT_NE(machine, nullptr);
    spawn(*machine, shell(script));
    struct Fork {
      std::unique_ptr<Machine> machine;
      std::size_t trace_before, out_before;
      std::string trace, out;
    };
    std::vector<std::unique_ptr<Fork>> forks;
    for (std::ptrdiff_t line = step; run_to_line(*machine, trace, line); line += step) {
      auto fork = std::make_unique<Fork>();
      fork->trace_before = trace.size();
      fork->out_before = out_.size();
      fork->machine = forked(*machine, into(fork->out, &fork->trace));
      ASSERT_NE(fork->machine, nullptr);
      forks.push_back(std::move(fork));
    }
    machine->run_rest();
    EXPECT_GT(forks.size(), 5u);
    for (const auto& fork : forks) {
      fork->machine->run();
      fork->machine->run_rest();
      EXPECT_EQ(fork->out, out_.substr(fork->out_before));
      ASSERT_EQ(fork->trace, trace.substr(fork->trace_before))
          << "forked at " << fork->trace_before;
      EXPECT_EQ(fork->machine->exit_status(), machine->exit_status());
    }
  }
};

TEST_F(SnapshotTest, APipelineGoesOnTheSameFromEverywhere) {
  expect_same_from_everywhere("seq 1 40 | sed 's/^/a/' | grep -v 3 | sort -r | tail -n 5; echo $?",
                              8);
}

TEST_F(SnapshotTest, FilesInMemoryGoOnTheSame) {
  expect_same_from_everywhere(
      "cd /tmp; mkdir -p a/b; echo one > a/b/f; ln -s b/f a/l; ln a/b/f g; exec 3>> g; echo two "
      ">&3;"
      "mv a c; cat c/l; mkfifo p; (cat p; echo end) & echo through > p; wait; ls -liR; rm -r c; "
      "cat g; dd if=/dev/urandom of=r bs=3000 count=3 2> /dev/null; md5sum r; stat r",
      12);
}

TEST_F(SnapshotTest, SignalsJobsAndTimersGoOnTheSame) {
  expect_same_from_everywhere(
      "trap 'echo usr1' USR1; sleep 1000 & s=$!; (sleep 3; kill -USR1 $$; sleep 1; kill $s) & "
      "wait $s; wait $s; echo $?; kill -STOP $$ & (sleep 2; kill -CONT $$) ; sleep 1; echo over; "
      "timeout 2 sleep 10; echo $?",
      8);
}

// Threads in calls of every kind, killed, executed over and made to exit.
TEST_F(SnapshotTest, ThreadsGoOnTheSame) {
  MachineOptions with_guest = options();
  with_guest.binds.push_back(
      {std::string(std::getenv("KEMU_GUESTS")) + "/musl/thread/end_at_every_call", "/bin/threads",
       true});
  // Few forks: each has an instance of inotify from the host, and there are 128 of those.
  expect_same_from_everywhere("cd /tmp; threads 8", 601, with_guest);
}

TEST_F(SnapshotTest, AForkSharesNothing) {
  const auto machine = make();
  spawn(*machine, shell("echo before > /tmp/f; read line < /tmp/go || :; cat /tmp/f"));
  machine->run();
  std::string first, second;
  const auto one = forked(*machine), other = forked(*machine);
  Program write = shell("echo one > /tmp/f; sleep 10; cat /tmp/f; cat /proc/uptime | cut -d. -f1");
  write.output = Stream::append_to(first);
  spawn(*one, write);
  Program append = shell("echo other >> /tmp/f; cat /tmp/f; kill -9 $$");
  append.output = Stream::append_to(second);
  const int killed = spawn(*other, append);
  EXPECT_EQ(one->run(), RunEnd::Exited);
  EXPECT_EQ(other->run(), RunEnd::Exited);
  EXPECT_EQ(first.substr(0, 4), "one\n");
  EXPECT_EQ(second, "before\nother\n");
  EXPECT_EQ(other->exit_status(killed)->signal, 9);
  out_.clear();
  spawn(*machine, shell("cat /tmp/f"));
  machine->run();
  EXPECT_EQ(out_, "before\n");
}

TEST_F(SnapshotTest, AMachineGoesBackToASnapshot) {
  const auto machine = make();
  spawn(*machine, shell("echo 1 > /tmp/count"));
  machine->run();
  auto taken = machine->snapshot();
  ASSERT_TRUE(std::holds_alternative<Snapshot>(taken)) << error_of(taken);
  const Snapshot snapshot = std::get<Snapshot>(taken);
  for (int i = 0; i < 3; ++i) {
    out_.clear();
    spawn(*machine,
          shell("read n < /tmp/count; echo $((n + 1)) > /tmp/count; cat /tmp/count; echo $$"));
    machine->run();
    EXPECT_EQ(out_, "2\n3\n");
    const auto failed = machine->restore(snapshot);
    ASSERT_FALSE(failed) << failed->message;
  }
  auto started = snapshot.start();
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Machine>>(started));
}

TEST_F(SnapshotTest, TenThousandForksLeaveNothing) {
  const auto machine = make();
  spawn(*machine, shell("echo x > /tmp/f; sleep 100 | sleep 100 | sleep 100 | cat"));
  RunOptions until;
  until.until = [&] { return machine->statistics().execs >= 5; };
  machine->run(until);
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  (void)forked(*machine);
  const auto frames = machine->statistics().frames_in_use;
  const auto open = descriptors();
  for (int i = 0; i < 10'000; ++i) (void)forked(*machine);
  EXPECT_EQ(machine->statistics().frames_in_use, frames);
  EXPECT_EQ(descriptors(), open);
}

TEST_F(SnapshotTest, SharedMemoryIsCopied) {
  // BusyBox has no applet that shares memory; the shell's here-documents and dd on a mapped tmpfs
  // file do not either: guests/memory's programs do.
  const char* guests = std::getenv("KEMU_GUESTS");
  MachineOptions with_guest = options();
  with_guest.binds.push_back(
      {std::string(guests) + "/musl/snapshot/shared_counter", "/bin/counter", true});
  const auto machine = make(with_guest);
  Program counter = applet({"counter"});
  counter.path = "/bin/counter";
  spawn(*machine, counter);
  RunOptions until;
  until.until = [&] { return std::count(out_.begin(), out_.end(), '\n') >= 3; };
  ASSERT_EQ(machine->run(until), RunEnd::Condition);
  const std::string before = out_;
  std::string forks_out;
  const auto fork = forked(*machine, into(forks_out));
  machine->run();
  fork->run();
  EXPECT_EQ(out_, before + forks_out);
  EXPECT_THAT(forks_out, ::testing::HasSubstr("8 8 8\n"));
}

TEST_F(SnapshotTest, WhatIsTheHostsIsRefusedWithAReason) {
  MachineOptions online = options();
  online.network = MachineOptions::Network::Loopback;
  const auto machine = make(online);
  spawn(*machine, shell("nc -l -p 0 127.0.0.1"));
  RunOptions until;
  until.until = [&] { return machine->explain().find("socket") != std::string::npos; };
  machine->run(until);
  const auto refused = machine->fork();
  EXPECT_THAT(error_of(refused), ::testing::HasSubstr("cannot take a snapshot: pid "));
}

TEST_F(SnapshotTest, ARunningMachineIsNotCopied) {
  const auto machine = make();
  std::string told;
  Program program = shell("echo x");
  program.output = Stream::to([&](std::string_view) { told = error_of(machine->fork()); });
  spawn(*machine, program);
  machine->run();
  EXPECT_EQ(told, "cannot take a snapshot: the machine runs");
}

TEST_F(SnapshotTest, APipeOfAnotherMachineIsNoStream) {
  const auto machine = make();
  const ProgramPipe pipe = machine->make_pipe();
  const auto fork = forked(*machine);
  Program program = shell("echo x");
  program.output = Stream::pipe(pipe);
  EXPECT_THAT(error_of(fork->spawn(program)), ::testing::HasSubstr("another machine"));
}

}  // namespace
}  // namespace kemu
