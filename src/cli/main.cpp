#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "cli/options.h"
#include "cli/run_end.h"
#include "cli/sweep_command.h"
#include "cli/test_command.h"
#include "cli/trace_command.h"
#include "testing/verify.h"

namespace kemu::cli {

namespace {

// A signal handler gets no argument of ours: this is how it finds the machine.
std::atomic<Machine*> signalled_machine{nullptr};

void forward_signal(int signal) {
  if (Machine* machine = signalled_machine.load()) machine->post_signal(signal);
}

void ask_for_report(int) {
  if (Machine* machine = signalled_machine.load()) machine->request_report();
}

/// Signals that mean the guests, and the one that means kemu. Those kemu was started with ignored
/// stay so.
void handle_host_signals(Machine& machine) {
  signalled_machine = &machine;
  struct sigaction action {};
  for (int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) {
    struct sigaction old {};
    ::sigaction(signal, nullptr, &old);
    action.sa_handler = signal == SIGUSR1 ? ask_for_report : forward_signal;
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
      tell_who_waits(machine.explain(), "every guest waits for another one; ^C ends that");
      how.wait_in_deadlock = true;
    } else {
      return end;
    }
  }
}

/// On Linux a program's children live on after it. The exit status cannot wait for them, so a copy
/// of this process goes on with them; kemu has one thread, which is what makes that right.
void leave_rest_behind(Machine& machine, const Options& options, int trace_fd) {
  std::fflush(nullptr);
  const auto told = static_cast<std::ptrdiff_t>(machine.missing().size());
  const auto refused = machine.refusals();
  if (::fork() == 0) {
    machine.run_rest();
    if (machine.refusals() != refused) tell_refusals(machine.refusals());
    const auto missing = machine.missing();
    (void)tell_missing({missing.begin() + told, missing.end()}, options);
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

/// What there is to say of a run beside its program's own status, and the status that comes of it.
std::optional<int> tell_end(const Options& options, RunEnd end, std::string_view waits,
                            const std::vector<Refusal>& refusals,
                            const std::vector<MissingFeature>& missing) {
  tell_refusals(refusals);
  const auto strict = tell_missing(missing, options);
  const auto verdict = verdict_status(end, waits);
  return verdict ? verdict : strict;
}

int status_of(const ExitStatus& status) {
  return status.signal != 0 ? 128 + status.signal : status.code;
}

/// `status`, with how it comes about again when it is a failure under --chaos.
int leave(const Options& options, int status) {
  const auto& deterministic = options.machine.deterministic;
  if (status != 0 && deterministic && deterministic->schedule_seed)
    tell_how_to_reproduce(options.command_line);
  std::fflush(nullptr);
  return status;
}

/// What is read once and fed to both runs. Of a terminal nothing: it would be waited for whether
/// the program reads it or not.
std::string input_of_both() {
  std::string input;
  if (::isatty(STDIN_FILENO) == 1) return input;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return input;
    input.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

int verify_run(Options& options) {
  Program& program = options.program;
  program.input = Stream::bytes(input_of_both());
  program.output = Stream::to([](std::string_view text) { write_all(STDOUT_FILENO, text); });
  program.error = Stream::to([](std::string_view text) { write_all(STDERR_FILENO, text); });
  ::signal(SIGPIPE, SIG_IGN);
  const auto verified = verify(options.machine, program);
  if (const auto* error = std::get_if<Error>(&verified)) return report(*error);
  const auto& both = std::get<Verification>(verified);
  const auto other = tell_end(options, both.end, both.waits, both.refusals, both.missing);
  if (!both.difference.empty()) {
    std::fprintf(stderr, "kemu: --verify: %s", both.difference.c_str());
    return leave(options, kOtherRunStatus);
  }
  return leave(options, other ? *other : status_of(both.status.value_or(ExitStatus{})));
}

int run(Options& options) {
  if (options.verify) return verify_run(options);
  const int trace_fd = open_trace(options.trace_file);
  if (trace_fd < 0)
    return report({Error::Kind::Setup,
                   "cannot write trace '" + options.trace_file + "': " + std::strerror(errno)});
  if (options.strace)
    options.machine.trace = [trace_fd](std::string_view line) { write_all(trace_fd, line); };

  options.machine.report = [](std::string_view waits) {
    tell_who_waits(waits, "what the guests do:");
  };

  auto created = Machine::create(options.machine);
  if (auto* error = std::get_if<Error>(&created)) return report(*error);
  Machine& machine = *std::get<std::unique_ptr<Machine>>(created);
  auto started = machine.spawn(options.program);
  if (auto* error = std::get_if<Error>(&started)) {
    end_trace(trace_fd, machine);
    tell_refusals(machine.refusals());
    return report(*error);
  }
  handle_host_signals(machine);

  const TerminalModes modes;
  const RunEnd end = run_with_job_control(machine);
  const ExitStatus status = machine.exit_status().value_or(ExitStatus{});
  if (status.signal != 0) modes.restore();
  if (options.stats) print_statistics(machine.statistics());
  const std::string waits = end == RunEnd::Exited ? "" : machine.explain();
  const auto other = tell_end(options, end, waits, machine.refusals(), machine.missing());
  if (end != RunEnd::Exited) modes.restore();
  if (end == RunEnd::Exited && machine.guests_left())
    leave_rest_behind(machine, options, trace_fd);
  else
    end_trace(trace_fd, machine);
  // Nothing is left to free, and the kernel does that faster than destructors do.
  ::_exit(leave(options, other ? *other : status_of(status)));
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
    return std::fflush(stream) == 0 && std::ferror(stream) == 0 ? leave->status : kSetupStatus;
  }
  auto& options = std::get<Options>(parsed);
  return options.sweep ? sweep_command(options) : run(options);
}
