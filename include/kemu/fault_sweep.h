#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kemu/error.h"
#include "kemu/options.h"
#include "kemu/program.h"

/// What becomes of a program when one of its system calls fails: every one, each in a run of its
/// own (docs/faults.md).
namespace kemu {

struct FaultSweepOptions {
  /// Deterministic if it is not, without a network, and with everything that guests change kept in
  /// memory: overlays lie over the root and all writable directories, and files that are bound are
  /// read-only. Functions of virtual files are called in every run.
  MachineOptions machine;
  /// Its standard input should be bytes or nothing: every run starts with it. What it writes to the
  /// other two is kept and compared.
  Program program;
  /// Which calls are made to fail, as MachineOptions::trace_filter has them; empty: all.
  std::string calls;
};

/// A failure that the program did not take well.
struct FaultFinding {
  enum class Kind : std::uint8_t {
    Crash,         // a signal ended the program, or a fault one of its processes
    Hang,          // a deadlock, or far more time, code or output than the clean run's
    ChangedOutput  // it exited with 0, and something it has written is not as it was
  };
  Kind kind = Kind::Crash;
  std::string call;          // as strace prints it
  std::uint64_t number = 0;  // which of the clean run's calls, from 1
  std::string rule;          // of MachineOptions::inject: shows it again
  std::string outcome;       // what happened

  /// All of it in one line, without a newline.
  std::string text() const;
};

struct FaultSweep {
  std::uint64_t calls = 0;     // of the clean run
  std::uint64_t fallible = 0;  // those of them that were made to fail
  std::uint64_t runs = 0;      // with one failure each
  std::vector<FaultFinding> findings;

  /// "61 calls, 23 of them failed in 40 runs: 0 crashes, 1 hang, 2 changed outputs".
  std::string summary() const;
};

/// Runs the program as it is, which has to end with exit status 0, then once for each failure that
/// is likely for one of its calls; a call that fails anyway is left alone. `found` is told of
/// each finding when it is there.
Expected<FaultSweep> sweep_faults(const FaultSweepOptions& options,
                                  const std::function<void(const FaultFinding&)>& found = {});

}  // namespace kemu
