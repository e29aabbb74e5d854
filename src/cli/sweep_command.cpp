#include "cli/sweep_command.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "kemu/fault_sweep.h"

namespace kemu::cli {

namespace {

constexpr int kFindingsStatus = 1, kSetupStatus = 125;

int complain(const std::string& message) {
  std::fprintf(stderr, "kemu: %s\n", message.c_str());
  return kSetupStatus;
}

/// Everything on standard input, for every run to start with; nothing from a terminal. What is
/// wrong, or "".
std::string read_input(Program& program) {
  constexpr std::size_t kMost = std::size_t{64} << 20;
  program.input = Stream::null();
  if (::isatty(STDIN_FILENO) == 1) return {};
  std::string bytes;
  std::array<char, 1 << 16> piece;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EBADF) return {};  // the caller has closed it
    if (got < 0) return std::string("cannot read standard input: ") + std::strerror(errno);
    if (got == 0) break;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    if (bytes.size() > kMost) return "standard input has more than 64 MiB";
  }
  program.input = Stream::bytes(std::move(bytes));
  return {};
}

}  // namespace

int sweep_command(const Options& options) {
  FaultSweepOptions sweep;
  sweep.machine = options.machine;
  sweep.program = options.program;
  sweep.calls = *options.sweep;
  if (std::string wrong = read_input(sweep.program); !wrong.empty()) return complain(wrong);
  const auto tell = [](const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
  };
  const auto swept =
      sweep_faults(sweep, [&](const FaultFinding& finding) { tell(finding.text()); });
  if (const auto* error = std::get_if<Error>(&swept)) return complain(error->message);
  const auto& result = std::get<FaultSweep>(swept);
  tell(result.summary());
  if (std::ferror(stdout) != 0) return complain("cannot write to standard output");
  return result.findings.empty() ? 0 : kFindingsStatus;
}

}  // namespace kemu::cli
