#include <fmt/format.h>

#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

// /proc/1: the kernel itself, which stands for init. It is there so that the tree of processes has
// a root to show; it has no memory, descriptors or program to tell about.

namespace kemu::procfs {
namespace {

std::string zeros(int count) {
  std::string text;
  while (count-- > 0) text += " 0";
  return text;
}

/// proc_pid_stat(5): it sleeps in its own session without a terminal.
std::string init_stat() {
  std::string text = fmt::format("{0} (kemu) S 0 {0} {0} 0 -1", Kernel::kInitSession);
  text += zeros(9);  // flags, faults, times: fields 9 to 17
  text += " 20 0 1" + zeros(4) + fmt::format(" {}", kUnlimited);      // priority to rsslim
  text += zeros(12) + fmt::format(" {}", abi::kSigChld) + zeros(14);  // exit_signal is field 38
  return text + '\n';
}

std::string init_status() {
  return fmt::format(
      "Name:\tkemu\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t{0}\nNgid:\t0\nPid:\t{0}\n"
      "PPid:\t0\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t\n"
      "Threads:\t1\n",
      Kernel::kInitSession);
}

}  // namespace

std::shared_ptr<Inode> make_init_directory() {
  u64 inode = u64{Kernel::kInitSession} << 32;
  const u64 own = inode++;
  Entries entries;
  const auto add = [&](std::string_view name, std::string text) {
    entries.emplace_back(name, make_tree_file(inode++, 0444, [text] { return Result(text); }));
  };
  add("cmdline", "");
  add("comm", "kemu\n");
  add("stat", init_stat());
  add("status", init_status());
  return make_fixed_directory(own, std::move(entries));
}

}  // namespace kemu::procfs
