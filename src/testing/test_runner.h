#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kemu/error.h"
#include "kemu/options.h"
#include "testing/running_machines.h"
#include "testing/test_report.h"

namespace kemu::cram {

struct RunnerOptions {
  /// What each file's machine is made of; the runner adds the scratch folder and the test's own.
  MachineOptions machine;
  std::vector<std::string> shell;        // the guest's argv: a path and options
  std::vector<std::string> environment;  // NAME=value, beside cram's variables and over them
  std::size_t indent = 2;
  bool strict = false;  // a test fails that misses something kemu does not implement
  bool verify = false;  // each test is run twice, and fails where the runs differ
  /// Where machines are found while they run; null: nowhere.
  RunningMachines* running = nullptr;
  /// Gets the test's name and what its guests do, when such a machine is asked for a report.
  std::function<void(std::string_view, std::string_view)> report;
};

struct TestRun {
  TestResult result;
  std::optional<std::string> updated;  // what the file should be, where it should be another
};

/// Runs one `.t` file of the host in a machine of its own, in an empty folder of guest memory. May
/// be called from several threads at once.
TestRun run_test(const std::string& path, const RunnerOptions& options);

/// The machine that tests run in when no root is given: a BusyBox of the host as /bin/busybox,
/// links to it for all its applets, and little else. A message when it cannot be run.
Expected<MachineOptions> busybox_machine(const std::string& host_path);

}  // namespace kemu::cram
