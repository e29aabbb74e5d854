#include "syscalls/trace_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "syscalls/table.h"

namespace kemu {

namespace {

using CallCount = Tracer::CallCount;

struct SummaryRow {
  std::string name;
  CallCount count;
};

std::vector<SummaryRow> rows_of(const Tracer& tracer) {
  std::vector<SummaryRow> rows;
  for (unsigned number = 0; number < tracer.counts().size(); ++number) {
    const CallCount& count = tracer.counts()[number];
    if (count.calls == 0) continue;
    const SyscallEntry* row = find_syscall(number);
    std::string name(row ? row->name : unimplemented_name(number));
    if (name.empty()) name = fmt::format("syscall_{:#x}", number);
    rows.push_back({std::move(name), count});
  }
  const bool stable = tracer.style().stable;
  std::ranges::sort(rows, [stable](const SummaryRow& a, const SummaryRow& b) {
    const auto key = [stable](const SummaryRow& row) {
      return std::tuple(stable ? Nanoseconds{0} : -row.count.time, ~row.count.calls, row.name);
    };
    return key(a) < key(b);
  });
  return rows;
}

std::string counts_text(const CallCount& count, std::string_view name) {
  const std::string errors = count.errors == 0 ? "" : fmt::to_string(count.errors);
  return fmt::format("{:9} {:>9} {}\n", count.calls, errors, name);
}

std::string times_text(const CallCount& count, Nanoseconds all) {
  const double share =
      all == 0 ? 0 : 100.0 * static_cast<double>(count.time) / static_cast<double>(all);
  return fmt::format("{:6.2f} {:11.6f} {:11} ", share,
                     static_cast<double>(count.time) / static_cast<double>(kSecond),
                     count.calls == 0 ? 0 : count.time / 1000 / static_cast<i64>(count.calls));
}

}  // namespace

std::string trace_summary(const Tracer& tracer) {
  const std::vector<SummaryRow> rows = rows_of(tracer);
  CallCount total;
  for (const SummaryRow& row : rows) {
    total.calls += row.count.calls;
    total.errors += row.count.errors;
    total.time += row.count.time;
  }
  const bool stable = tracer.style().stable;
  const auto line = [&](const CallCount& count, std::string_view name) {
    return (stable ? "" : times_text(count, total.time)) + counts_text(count, name);
  };
  const std::string rule = std::string(stable ? "" : "------ ----------- ----------- ") +
                           "--------- --------- ----------------\n";
  std::string text = std::string(stable ? "" : "% time     seconds  usecs/call ") +
                     "    calls    errors syscall\n" + rule;
  for (const SummaryRow& row : rows) text += line(row.count, row.name);
  return text + rule + line(total, "total");
}

}  // namespace kemu
