#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kemu/error.h"
#include "kemu/machine.h"

namespace kemu {

/// Compares a run, event by event, with one before it. The first run's events are kept in a file,
/// since a trace may be longer than memory.
class TraceComparison {
 public:
  TraceComparison();

  /// What makes a machine's trace the one that is compared: every event, times and bytes included.
  static void set_up(MachineOptions& options);

  /// An event of the first run; all of them come before those of the second.
  void first(std::string_view line);
  /// An event of the second run. False when nothing more of it is of interest.
  bool second(std::string_view line);
  /// Events in the second run that were the same.
  std::size_t same() const { return same_; }
  /// Once both have ended: where they part, as lines for people; "" when they do not.
  std::string difference();

 private:
  bool next_first(std::string& line);
  void part(std::string line, std::string other);

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  bool failed_ = false;  // the file could not be written: a disk is full
  bool comparing_ = false, parted_ = false;
  std::size_t same_ = 0;
  std::vector<std::string> before_;  // the last events that were the same
  std::vector<std::string> left_, right_;
};

/// What two runs of a program came to.
struct Verification {
  RunEnd end = RunEnd::Exited;       // of the first run
  std::string waits;                 // who waited for what at that end
  std::optional<ExitStatus> status;  // likewise
  std::vector<Refusal> refusals;     // likewise, and what follows
  std::vector<MissingFeature> missing;
  std::size_t events = 0;  // that both runs had
  std::string difference;  // "" when they were the same
};

/// Runs a program twice, each time in a new deterministic machine, until it has ended. What its
/// output and error are is what the first run's are; guests find a pipe there in both. An error
/// when no machine can be made, or none in which the first run leaves no traces for the second.
Expected<Verification> verify(MachineOptions options, const Program& program);

}  // namespace kemu
