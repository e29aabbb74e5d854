#pragma once

#include <deque>
#include <ostream>

#include <gmock/gmock.h>

#include "kemu/machine.h"

/// GoogleTest matchers for a guest's run:
///
///   const kemu::GuestRun run = kemu::run_guest(options, program);
///   EXPECT_THAT(run, kemu::ExitsWith(0));
///   EXPECT_THAT(run, kemu::StdoutIs("text\n"));
///
/// A failure shows how the run ended, both outputs and the last events of its trace.
namespace kemu {

/// What became of one program in a machine of its own.
struct GuestRun {
  std::optional<ExitStatus> status;  // nothing when it did not end
  std::string out;
  std::string err;
  std::string problem;  // why it did not start or end, else empty
  std::vector<MissingFeature> missing;
  std::deque<std::string> trace;  // the last lines of it
};

/// Runs a program and what it starts to their end. Its outputs are caught whatever `program` says
/// of them, and an input that would be the caller's own is empty.
inline GuestRun run_guest(MachineOptions options, Program program) {
  constexpr std::size_t kTraceLines = 20;
  GuestRun run;
  options.trace = [&run, traces = options.trace](std::string_view line) {
    if (traces) traces(line);
    run.trace.emplace_back(line);
    if (run.trace.size() > kTraceLines) run.trace.pop_front();
  };
  if (std::holds_alternative<Stream::Inherited>(program.input.value()))
    program.input = Stream::null();
  program.output = Stream::append_to(run.out);
  program.error = Stream::append_to(run.err);

  auto created = Machine::create(options);
  if (const auto* error = std::get_if<Error>(&created)) {
    run.problem = error->message;
    return run;
  }
  Machine& machine = *std::get<std::unique_ptr<Machine>>(created);
  const auto spawned = machine.spawn(program);
  if (const auto* error = std::get_if<Error>(&spawned)) {
    run.problem = error->message;
    return run;
  }
  switch (machine.run()) {
    case RunEnd::Exited:
    case RunEnd::Condition: machine.run_rest(); break;
    case RunEnd::Stopped: run.problem = "it was stopped by a signal"; break;
    case RunEnd::Deadlocked: run.problem = "deadlock:\n" + machine.explain(); break;
    case RunEnd::OutOfBlocks: run.problem = "its budget of blocks is spent"; break;
    case RunEnd::OutOfInstructions: run.problem = "its instructions are spent"; break;
    case RunEnd::OutOfTime: run.problem = "its budget of time is spent"; break;
    case RunEnd::OutOfOutput: run.problem = "its budget of output is spent"; break;
    case RunEnd::Interrupted: run.problem = "it was interrupted"; break;
    case RunEnd::Breakpoint: run.problem = "it came to a breakpoint"; break;
    case RunEnd::InCallback: run.problem = "a callback cannot run guests"; break;
    case RunEnd::CallbackFailed: break;
  }
  if (const std::string failure = machine.take_failure(); !failure.empty()) run.problem = failure;
  run.status = machine.exit_status(std::get<int>(spawned));
  run.missing = machine.missing();
  return run;
}

/// How GoogleTest shows one.
inline void PrintTo(const GuestRun& run, std::ostream* to) {
  if (!run.status)
    *to << "a run that did not end";
  else if (run.status->signal != 0)
    *to << "a run killed by signal " << run.status->signal;
  else
    *to << "a run that exited with " << run.status->code;
  if (!run.problem.empty()) *to << "\nproblem: " << run.problem;
  *to << "\nstdout: " << ::testing::PrintToString(run.out);
  *to << "\nstderr: " << ::testing::PrintToString(run.err);
  for (const MissingFeature& feature : run.missing)
    if (!feature.probed) *to << "\nnot implemented: " << feature.what << ": " << feature.answer;
  *to << "\nlast events:\n";
  for (const std::string& line : run.trace) *to << "  " << line;
}

MATCHER_P(ExitsWith, code,
          std::string(negation ? "does not exit with " : "exits with ") +
              ::testing::PrintToString(code)) {
  (void)result_listener;
  return arg.problem.empty() && arg.status == ExitStatus{code, 0};
}

MATCHER_P(KilledBy, signal,
          std::string(negation ? "is not killed by signal " : "is killed by signal ") +
              ::testing::PrintToString(signal)) {
  (void)result_listener;
  return arg.problem.empty() && arg.status == ExitStatus{0, signal};
}

/// Of a text, or of a matcher of one.
MATCHER_P(StdoutIs, text,
          std::string("has stdout that ") +
              ::testing::DescribeMatcher<std::string>(text, negation)) {
  return ::testing::ExplainMatchResult(text, arg.out, result_listener);
}

MATCHER_P(StderrIs, text,
          std::string("has stderr that ") +
              ::testing::DescribeMatcher<std::string>(text, negation)) {
  return ::testing::ExplainMatchResult(text, arg.err, result_listener);
}

inline auto StdoutContains(const std::string& part) { return StdoutIs(::testing::HasSubstr(part)); }
inline auto StderrContains(const std::string& part) { return StderrIs(::testing::HasSubstr(part)); }

}  // namespace kemu
