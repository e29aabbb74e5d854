#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace kemu::cram {

/// Broken: the test said nothing about the program, for its file is malformed or no machine could
/// be made for it. It counts as failed.
enum class Verdict { Passed, Failed, Skipped, Broken };

struct TestResult {
  std::string name;  // the path by which the test was given
  Verdict verdict = Verdict::Passed;
  /// Lines to read before the diff: notes, a timeout, why it was skipped or is broken.
  std::vector<std::string> messages;
  std::string diff;
  std::string trace;  // the last events of the command that failed
  std::chrono::nanoseconds duration{0};
};

struct Totals {
  std::size_t run = 0, skipped = 0, failed = 0;
};

Totals count(const std::vector<TestResult>& results);

/// Progress: cram's dots, s and !; or (cram -v) a line with the name for every test.
enum class Verbosity { Quiet, Progress, Names };

/// What is printed when a test ends: its progress and, unless Quiet, why it failed.
std::string progress_text(const TestResult& result, Verbosity verbosity);

/// What is printed at the end: "# Ran N tests, K skipped, F failed."
std::string summary_text(const Totals& totals, Verbosity verbosity);

/// The Test Anything Protocol. Version 14 differs from 13 in what it escapes in names.
enum class TapVersion { V13 = 13, V14 = 14 };
std::string tap_text(const std::vector<TestResult>& results, TapVersion version);

/// JUnit's XML, in UTF-8; what XML cannot hold becomes U+FFFD.
std::string junit_text(const std::vector<TestResult>& results, const std::string& suite);

/// 0: every test passed or was skipped. 1: at least one did not.
int exit_status(const Totals& totals);

}  // namespace kemu::cram
