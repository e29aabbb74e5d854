#include "process/open_files.h"

#include <unordered_set>

#include "process/kernel.h"

namespace kemu {

namespace {

template <typename Visit>
void for_each_table(const Kernel& kernel, Visit&& visit) {
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks)
      if (task->files) visit(*task->files);
}

}  // namespace

u64 count_open_files(const Kernel& kernel) {
  std::unordered_set<const FileDescription*> files;
  for_each_table(kernel, [&](const FdTable& table) {
    table.for_each([&](const FileDescription& file) { files.insert(&file); });
  });
  return files.size();
}

bool has_room_for_files(const Kernel& kernel, u64 wanted) {
  const u64 most = kernel.options().budgets.files;
  if (most == KernelBudgets::kNone) return true;
  if (wanted > most) return false;
  // Numbers are at least as many as what they stand for, and quicker counted.
  u64 numbers = 0;
  for_each_table(kernel, [&](const FdTable& table) { numbers += table.size(); });
  return numbers <= most - wanted || count_open_files(kernel) <= most - wanted;
}

}  // namespace kemu
