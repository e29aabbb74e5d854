#include <fmt/format.h>

#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

// Files of /proc about hardware and drivers, of which this machine has next to none.

namespace kemu::procfs {
namespace {

constexpr std::string_view kDevices =
    "Character devices:\n  1 mem\n  4 tty\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n"
    "136 pts\n\nBlock devices:\n";

struct FixedFile {
  std::string_view name;
  std::string_view content;
};
constexpr FixedFile kFixedFiles[] = {
    {"consoles", ""},
    {"devices", kDevices},
    {"diskstats", ""},
    {"execdomains", "0-0\tLinux           \t[kernel]\n"},
    {"interrupts", "           CPU0       \n"},
    {"misc", ""},
    {"modules", ""},
    {"partitions", ""},
    {"softirqs", "                    CPU0       \n"},
    {"swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"},
};

/// /proc/vmstat, of what is counted: pages by use, and events since the machine started.
std::string vm_statistics(Kernel& kernel) {
  const u64 total = kernel.pool().size() / kPageSize;
  const u64 used = kernel.pool().in_use();
  u64 faults = 0;
  for (const auto& [pid, process] : kernel.processes())
    faults += process->total_usage().minor_faults + process->children_usage.minor_faults;
  return fmt::format(
      "nr_free_pages {}\nnr_zone_inactive_anon 0\nnr_zone_active_anon {}\n"
      "nr_zone_inactive_file 0\nnr_zone_active_file 0\nnr_anon_pages {}\nnr_mapped 0\n"
      "nr_file_pages 0\nnr_dirty 0\nnr_writeback 0\npgpgin 0\npgpgout 0\npswpin 0\npswpout 0\n"
      "pgfault {}\npgmajfault 0\noom_kill 0\n",
      total - std::min(total, used), used, used, faults);
}

}  // namespace

Entries fixed_machine_files(Kernel& kernel, u64 inode) {
  Entries entries;
  for (const FixedFile& file : kFixedFiles)
    entries.emplace_back(file.name, make_tree_file(inode++, 0444, [&file] {
                           return Result(std::string(file.content));
                         }));
  entries.emplace_back(
      "vmstat", make_tree_file(inode++, 0444, [&kernel] { return Result(vm_statistics(kernel)); }));
  return entries;
}

}  // namespace kemu::procfs
