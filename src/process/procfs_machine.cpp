#include <fmt/format.h>

#include "fs/tree_fs.h"
#include "process/procfs_parts.h"
#include "process/system_identity.h"

// What /proc tells about the machine: one CPU, the frame pool's memory, the guests' processes.

namespace kemu::procfs {
namespace {

constexpr Nanoseconds kTick = kSecond / 100;  // USER_HZ

// AT_HWCAP's and AT_HWCAP2's bits, the lowest first (arch/arm64/kernel/cpuinfo.c).
constexpr std::string_view kFeatures[] = {
    "fp",      "asimd", "evtstrm", "aes",   "pmull",    "sha1",   "sha2", "crc32",
    "atomics", "fphp",  "asimdhp", "cpuid", "asimdrdm", "jscvt",  "fcma", "lrcpc",
    "dcpop",   "sha3",  "sm3",     "sm4",   "asimddp",  "sha512", "sve",  "asimdfhm",
    "dit",     "uscat", "ilrcpc",  "flagm", "ssbs",     "sb",     "paca", "pacg",
};
constexpr std::string_view kFeatures2[] = {
    "dcpodp", "sve2",    "sveaes",   "svepmull", "svebitperm", "svesha3", "svesm4", "flagm2",
    "frint",  "svei8mm", "svef32mm", "svef64mm", "svebf16",    "i8mm",    "bf16",   "dgh",
    "rng",    "bti",     "mte",      "ecv",      "afp",        "rpres",   "mte3",   "sme",
};

template <size_t count>
std::string feature_names(u64 bits, const std::string_view (&names)[count]) {
  std::string text;
  for (size_t bit = 0; bit < count; ++bit)
    if (bits >> bit & 1) text += fmt::format(" {}", names[bit]);
  return text;
}

struct Census {
  u64 processes = 0;
  u64 running = 0;
  i32 last_pid = 0;
};

Census count_processes(Kernel& kernel) {
  Census census;
  for (const auto& [pid, process] : kernel.processes()) {
    census.processes += 1 + process->zombies.size();
    census.last_pid = std::max(census.last_pid, pid);
    for (const auto& task : process->tasks)
      if (task->state == TaskState::Runnable && !process->stopped) ++census.running;
  }
  return census;
}

Nanoseconds time_up(Kernel& kernel) { return kernel.monotonic() - kernel.boot_time(); }

/// The processor time of kemu itself is that of its one CPU.
Nanoseconds time_busy(Kernel& kernel) {
  return std::min(kernel.clock().now(HostClock::ProcessCpu), time_up(kernel));
}

std::string hundredths(Nanoseconds time) {
  return fmt::format("{}.{:02}", time / kSecond, time % kSecond / (kSecond / 100));
}

std::string mount_options(const Mount& mount) {
  std::string text = mount.access == MountAccess::ReadOnly ? "ro" : "rw";
  if (mount.has(abi::kMountNoSuid)) text += ",nosuid";
  if (mount.has(abi::kMountNoDevices)) text += ",nodev";
  if (mount.has(abi::kMountNoExec)) text += ",noexec";
  if (mount.has(abi::kMountNoAccessTime)) text += ",noatime";
  if (mount.has(abi::kMountNoDirectoryAccessTime)) text += ",nodiratime";
  const bool relative =
      !mount.has(abi::kMountNoAccessTime) && !mount.has(abi::kMountStrictAccessTime);
  return relative ? text + ",relatime" : text;
}

/// Blanks and backslashes as getmntent(3) reads them.
std::string escape(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == ' ' || c == '\t' || c == '\n' || c == '\\'
                  ? fmt::format("\\{:03o}", static_cast<unsigned>(c))
                  : std::string(1, c);
  return result;
}

std::string target_of(const Mount& mount) {
  return mount.target.empty() ? "/" : escape(mount.target);
}

}  // namespace

std::string cpu_info(Kernel& kernel) {
  const HardwareCapabilities has = kernel.engine().capabilities();
  return fmt::format(
      "processor\t: 0\nBogoMIPS\t: 100.00\nFeatures\t:{}{}\nCPU implementer\t: 0x00\n"
      "CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0x051\nCPU revision\t: 0\n\n",
      feature_names(has.hwcap, kFeatures), feature_names(has.hwcap2, kFeatures2));
}

std::string memory_info(Kernel& kernel) {
  const u64 total = kernel.pool().size();
  const u64 used = u64{kernel.pool().in_use()} * kPageSize;
  const u64 free = total - std::min(total, used);
  std::string text;
  const auto row = [&text](std::string_view name, u64 bytes) {
    text += fmt::format("{:<16}{:8} kB\n", fmt::format("{}:", name), bytes / 1024);
  };
  row("MemTotal", total);
  row("MemFree", free);
  row("MemAvailable", free);
  for (const std::string_view name : {"Buffers", "Cached", "SwapCached"}) row(name, 0);
  row("Active", used);
  for (const std::string_view name : {"Inactive", "SwapTotal", "SwapFree", "Dirty", "Writeback"})
    row(name, 0);
  row("AnonPages", used);
  for (const std::string_view name : {"Mapped", "Shmem", "Slab", "SReclaimable", "SUnreclaim"})
    row(name, 0);
  row("CommitLimit", total);
  row("Committed_AS", used);
  return text;
}

std::string machine_stat(Kernel& kernel) {
  const u64 busy = static_cast<u64>(time_busy(kernel) / kTick);
  const u64 idle = static_cast<u64>(time_up(kernel) / kTick) - busy;
  const Nanoseconds booted = kernel.clock().now(HostClock::Realtime) - time_up(kernel);
  const KernelStatistics& counts = kernel.statistics();
  return fmt::format(
      "cpu  {0} 0 0 {1} 0 0 0 0 0 0\ncpu0 {0} 0 0 {1} 0 0 0 0 0 0\nintr 0\nctxt {2}\nbtime {3}\n"
      "processes {4}\nprocs_running {5}\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
      busy, idle, counts.task_switches, booted / kSecond, counts.forks + 1,
      count_processes(kernel).running);
}

std::string load_average(Kernel& kernel) {
  const Census census = count_processes(kernel);
  LoadAverage& load = kernel.load_average();
  load.account(kernel.monotonic(), kernel.monotonic(), 0);
  const auto& [one, five, fifteen] = load.values();
  return fmt::format("{:.2f} {:.2f} {:.2f} {}/{} {}\n", one, five, fifteen, census.running,
                     census.processes, census.last_pid);
}

std::string uptime(Kernel& kernel) {
  const Nanoseconds up = time_up(kernel);
  return fmt::format("{} {}\n", hundredths(up), hundredths(up - time_busy(kernel)));
}

std::string version(Kernel&) {
  return fmt::format("{} version {} (kemu) {}\n", kSystemName, kSystemRelease, kSystemVersion);
}

std::string file_systems(Kernel& kernel) {
  std::set<std::string> types{"proc", "sysfs", "devtmpfs", "tmpfs", "ramfs", "overlay"};
  for (const auto& mount : kernel.mounts().mounts()) types.insert(mount->type);
  std::string text;
  for (const std::string& type : types) text += fmt::format("nodev\t{}\n", type);
  return text;
}

std::string mounts(Kernel& kernel) {
  std::string text;
  for (const auto& mount : kernel.mounts().mounts())
    text += fmt::format("{} {} {} {}{} 0 0\n", escape(mount->source), target_of(*mount),
                        mount->type, mount_options(*mount), mount->options);
  return text;
}

std::string mount_info(Kernel& kernel) {
  std::string text;
  for (const auto& mount : kernel.mounts().mounts()) {
    const auto status = mount->root->status();
    const u64 device = status.ok() ? status->device : 0;
    text += fmt::format(
        "{} {} {}:{} {} {} {} - {} {} {}{}\n", mount->id, kernel.mounts().parent_id(*mount),
        device >> 8 & 0xfff, (device & 0xff) | (device >> 12 & 0xfff00), escape(mount->part),
        target_of(*mount), mount_options(*mount), mount->type, escape(mount->source),
        mount->access == MountAccess::ReadOnly ? "ro" : "rw", mount->options);
  }
  return text;
}

std::string mount_statistics(Kernel& kernel) {
  std::string text;
  for (const auto& mount : kernel.mounts().mounts())
    text += fmt::format("device {} mounted on {} with fstype {}\n", escape(mount->source),
                        target_of(*mount), mount->type);
  return text;
}

}  // namespace kemu::procfs
