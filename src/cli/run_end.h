#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace kemu::cli {

// How a run ended, told on standard error after the guests' own output.

// Exit statuses of kemu's own, from what is rarest up; beyond them come timeout(1)'s and env(1)'s.
constexpr int kOtherRunStatus = 121;
constexpr int kMissingStatus = 122;
constexpr int kDeadlockStatus = 123;
constexpr int kBudgetStatus = 124;
constexpr int kSetupStatus = 125;
constexpr int kCannotExecuteStatus = 126;
constexpr int kNotFoundStatus = 127;

/// "kemu: WHY", and below it who waits for what (Machine::explain).
void tell_who_waits(std::string_view waits, std::string_view why);

/// The exit status of a run that did not end by itself, told with `waits`; nothing otherwise.
std::optional<int> verdict_status(RunEnd end, std::string_view waits);

/// What budgets kept from guests: a line each.
void tell_refusals(const std::vector<Refusal>& refusals);

/// What guests missed, where the log shows warnings; it goes where the log goes. With --strict the
/// exit status that comes of it.
std::optional<int> tell_missing(const std::vector<MissingFeature>& missing, const Options& options);

/// The command line, as a shell takes it.
void tell_how_to_reproduce(const std::vector<std::string>& command_line);

}  // namespace kemu::cli
