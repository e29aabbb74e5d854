#include "testing/shortages.h"

#include <fmt/format.h>

#include <array>

namespace kemu {

namespace {

std::string times_text(std::uint64_t times) {
  return times == 1 ? "once" : fmt::format("{} times", times);
}

std::string who_text(int pid, const std::string& program) {
  return pid == 0 ? "kemu itself" : fmt::format("pid {} `{}`", pid, program);
}

std::string budget_text(const Refusal& refusal) {
  switch (refusal.budget) {
    case Refusal::Budget::Processes:
      return fmt::format("processes ran out at {} (--max-processes)", refusal.limit);
    case Refusal::Budget::Files:
      return fmt::format("open files ran out at {} (--max-files)", refusal.limit);
    case Refusal::Budget::Memory:
      return fmt::format("memory ran out at {} (--max-memory)", size_text(refusal.limit));
  }
  return {};
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::pair<const char*, unsigned>, 3> kUnits = {
      {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}}};
  for (const auto& [name, shift] : kUnits) {
    const std::uint64_t unit = std::uint64_t{1} << shift;
    if (bytes >= unit && bytes % unit == 0) return fmt::format("{} {}", bytes / unit, name);
  }
  return fmt::format("{} bytes", bytes);
}

std::string refusal_text(const Refusal& refusal) {
  return fmt::format("{}: refused {}, first to {}", budget_text(refusal), times_text(refusal.times),
                     who_text(refusal.pid, refusal.program));
}

std::string missing_text(const MissingFeature& feature) {
  return fmt::format("{}: {} {}, first to {}", feature.what, feature.answer,
                     times_text(feature.times), who_text(feature.pid, feature.program));
}

}  // namespace kemu
