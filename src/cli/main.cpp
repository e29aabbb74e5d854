#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "cli/options.h"
#include "cli/sweep_command.h"
#include "cli/test_command.h"
#include "cli/trace_command.h"

namespace kemu::cli {

namespace {

constexpr int kDeadlockStatus = 123;
constexpr int kBudgetStatus = 124;  // as timeout(1)
constexpr int kSetupStatus = 125;
constexpr int kCannotExecuteStatus = 126;
constexpr int kNotFoundStatus = 127;

// A signal handler gets no argument of ours: this is how it finds the machine.
std::atomic<Machine*> signalled_machine{nullptr};

void forward_signal(int signal) {
  if (Machine* machine = signalled_machine.load()) machine->post_signal(signal);
}

/// Signals that mean the guests. Those kemu was started with ignored stay so.
void forward_host_signals(Machine& machine) {
  signalled_machine = &machine;
  struct sigaction action {};
  action.sa_handler = forward_signal;
  for (int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) {
    struct sigaction old {};
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
  // A guest's EPIPE is the guest's SIGPIPE, not ours.
  ::signal(SIGPIPE, SIG_IGN);
}

int report(const Error& error) {
  std::fprintf(stderr, "kemu: %s\n", error.message.c_str());
  switch (error.kind) {
    case Error::Kind::NotFound: return kNotFoundStatus;
    case Error::Kind::CannotExecute: return kCannotExecuteStatus;
    case Error::Kind::Setup:
    case Error::Kind::NoProcess:
    case Error::Kind::NotMapped:
    case Error::Kind::Misuse: break;
  }
  return kSetupStatus;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // a trace nobody can take is dropped; the run goes on
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void end_trace(int fd, const Machine& machine) {
  write_all(fd, machine.trace_summary());
  write_all(fd, machine.trace_end());
}

void print_statistics(const Statistics& s) {
  std::fprintf(
      stderr,
      "kemu: %llu system calls, %llu task switches, %llu forks, %llu execs, %llu signals\n"
      "kemu: %llu frames in use, %llu at most; %llu TLB fills, %llu flushes, "
      "%llu code invalidations\n",
      static_cast<unsigned long long>(s.system_calls),
      static_cast<unsigned long long>(s.task_switches), static_cast<unsigned long long>(s.forks),
      static_cast<unsigned long long>(s.execs), static_cast<unsigned long long>(s.signals),
      static_cast<unsigned long long>(s.frames_in_use),
      static_cast<unsigned long long>(s.frames_peak), static_cast<unsigned long long>(s.tlb_fills),
      static_cast<unsigned long long>(s.tlb_flushes),
      static_cast<unsigned long long>(s.code_invalidations));
}

/// Remembers the terminal's modes, for a guest that was killed before it could restore them.
class TerminalModes {
 public:
  TerminalModes() : saved_(::tcgetattr(STDIN_FILENO, &modes_) == 0) {}
  void restore() const {
    if (saved_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_);
  }

 private:
  termios modes_{};
  bool saved_;
};

void tell_who_waits(const Machine& machine, const char* why) {
  std::fprintf(stderr, "kemu: %s\n", why);
  const std::string text = machine.explain();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::fprintf(stderr, "kemu:   %.*s\n", static_cast<int>(end - at), text.c_str() + at);
    at = end + 1;
  }
}

/// Runs until the first program ended; ^Z of it stops kemu too, so that the host's shell sees it.
/// Somebody at a terminal can still end a deadlock by ^C.
RunEnd run_with_job_control(Machine& machine) {
  RunOptions how;
  for (;;) {
    const RunEnd end = machine.run(how);
    if (end == RunEnd::Stopped) {
      ::raise(SIGSTOP);
      machine.post_signal(SIGCONT);
    } else if (end == RunEnd::Deadlocked && ::isatty(STDIN_FILENO) == 1) {
      tell_who_waits(machine, "every guest waits for another one; ^C ends that");
      how.wait_in_deadlock = true;
    } else {
      return end;
    }
  }
}

/// The exit status of a run that did not end by itself, told on standard error; nothing otherwise.
std::optional<int> verdict_status(const Machine& machine, RunEnd end) {
  switch (end) {
    case RunEnd::Deadlocked:
      tell_who_waits(machine, "deadlock: every guest waits for another one");
      return kDeadlockStatus;
    case RunEnd::OutOfBlocks:
      tell_who_waits(machine, "the guests have executed the blocks of --max-blocks");
      return kBudgetStatus;
    case RunEnd::OutOfTime:
      tell_who_waits(machine, "the guests have run for the time of --max-time");
      return kBudgetStatus;
    case RunEnd::CallbackFailed:
    case RunEnd::Condition:
    case RunEnd::Exited:
    case RunEnd::Interrupted:
    case RunEnd::OutOfInstructions:
    case RunEnd::Breakpoint:
    case RunEnd::InCallback:
    case RunEnd::Stopped: break;
  }
  return std::nullopt;
}

/// On Linux a program's children live on after it. The exit status cannot wait for them, so a copy
/// of this process goes on with them; kemu has one thread, which is what makes that right.
void leave_rest_behind(Machine& machine, int trace_fd) {
  std::fflush(nullptr);
  if (::fork() == 0) {
    machine.run_rest();
    end_trace(trace_fd, machine);
    ::_exit(0);
  }
}

/// Where the trace goes: standard error, or the file named, never under a number of 0 to 2 that the
/// caller closed.
int open_trace(const std::string& path) {
  if (path.empty()) return STDERR_FILENO;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  ::close(fd);
  return moved;
}

int run(Options& options) {
  const int trace_fd = open_trace(options.trace_file);
  if (trace_fd < 0)
    return report({Error::Kind::Setup,
                   "cannot write trace '" + options.trace_file + "': " + std::strerror(errno)});
  if (options.strace)
    options.machine.trace = [trace_fd](std::string_view line) { write_all(trace_fd, line); };

  auto created = Machine::create(options.machine);
  if (auto* error = std::get_if<Error>(&created)) return report(*error);
  Machine& machine = *std::get<std::unique_ptr<Machine>>(created);
  auto started = machine.spawn(options.program);
  if (auto* error = std::get_if<Error>(&started)) {
    end_trace(trace_fd, machine);
    return report(*error);
  }
  forward_host_signals(machine);

  const TerminalModes modes;
  const RunEnd end = run_with_job_control(machine);
  const ExitStatus status = machine.exit_status().value_or(ExitStatus{});
  if (status.signal != 0) modes.restore();
  if (options.stats) print_statistics(machine.statistics());
  if (const auto verdict = verdict_status(machine, end)) {
    modes.restore();
    end_trace(trace_fd, machine);
    std::fflush(nullptr);
    ::_exit(*verdict);
  }
  if (machine.guests_left())
    leave_rest_behind(machine, trace_fd);
  else
    end_trace(trace_fd, machine);
  // Nothing is left to flush, and the kernel frees memory faster than destructors do.
  std::fflush(nullptr);
  ::_exit(status.signal != 0 ? 128 + status.signal : status.code);
}

}  // namespace

}  // namespace kemu::cli

int main(int argc, char** argv) {
  using namespace kemu::cli;
  if (argc > 1 && std::string_view(argv[1]) == "test") return test_command(argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "trace") return trace_command(argc - 1, argv + 1);
  auto parsed = parse_options(argc, argv);
  if (auto* leave = std::get_if<Leave>(&parsed)) {
    std::FILE* stream = leave->status == 0 ? stdout : stderr;
    std::fputs(leave->text.c_str(), stream);
    return std::fflush(stream) == 0 ? leave->status : kSetupStatus;
  }
  auto& options = std::get<Options>(parsed);
  return options.sweep ? sweep_command(options) : run(options);
}
