#include <fmt/format.h>

#include <array>

#include "fs/tree_fs.h"
#include "process/open_files.h"
#include "process/procfs_parts.h"
#include "process/system_identity.h"

// /proc/sys: what sysctl(8) shows of this machine. Names of the machine may be set, by root.

namespace kemu::procfs {
namespace {

constexpr u64 kFirstControlInode = 0xf0001000;
constexpr i32 kPidMax = 32768;
constexpr u64 kMostPtys = 4096;
constexpr u64 kLongestName = 64;  // __NEW_UTS_LEN

std::string random_uuid(Kernel& kernel) {
  std::array<u8, 16> b{};
  kernel.entropy().fill(std::as_writable_bytes(std::span(b)));
  b[6] = (b[6] & 0x0f) | 0x40;  // version 4
  b[8] = (b[8] & 0x3f) | 0x80;  // RFC 4122's variant
  std::string text;
  for (size_t i = 0; i < b.size(); ++i)
    text += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
  return text + '\n';
}

/// Puts /proc/sys together: values, each a line, and folders of them.
class Controls {
 public:
  explicit Controls(Kernel& kernel) : kernel_(kernel) {}

  std::shared_ptr<Inode> text(std::string_view value) {
    return computed([value = fmt::format("{}\n", value)] { return Result(value); });
  }
  std::shared_ptr<Inode> number(u64 value) { return text(std::to_string(value)); }
  std::shared_ptr<Inode> computed(std::function<Result<std::string>()> content) {
    return make_tree_file(inode_++, 0444, std::move(content), proc_of(kernel_));
  }
  /// A name of uname(2)'s: the line written, or the start of it (proc_do_uts_string()).
  std::shared_ptr<Inode> name(const std::string& (*get)(Kernel&),
                              void (*set)(Kernel&, std::string)) {
    const auto content = [&kernel = kernel_, get] { return Result(get(kernel) + "\n"); };
    const auto write = [&kernel = kernel_, set](std::string_view text) -> Result<Unit> {
      text = text.substr(0, text.find_first_of(std::string_view("\n\0", 2)));
      set(kernel, std::string(text.substr(0, kLongestName)));
      return Unit{};
    };
    return make_writable_tree_file(inode_++, 0644, content, write, proc_of(kernel_));
  }
  std::shared_ptr<Inode> folder(Entries entries) {
    return make_fixed_directory(inode_++, std::move(entries), proc_of(kernel_));
  }

 private:
  Kernel& kernel_;
  u64 inode_ = kFirstControlInode;
};

const std::string& host_name(Kernel& kernel) { return kernel.options().host_name; }
const std::string& domain_name(Kernel& kernel) { return kernel.options().domain_name; }

std::shared_ptr<Inode> random_controls(Kernel& kernel, Controls& make) {
  auto boot_id = make.computed([&kernel, id = std::make_shared<std::string>()] {
    if (id->empty()) *id = random_uuid(kernel);
    return Result(*id);
  });
  return make.folder({{"boot_id", std::move(boot_id)},
                      {"entropy_avail", make.number(256)},
                      {"poolsize", make.number(256)},
                      {"urandom_min_reseed_secs", make.number(60)},
                      {"uuid", make.computed([&kernel] { return Result(random_uuid(kernel)); })},
                      {"write_wakeup_threshold", make.number(256)}});
}

std::shared_ptr<Inode> kernel_controls(Kernel& kernel, Controls& make) {
  return make.folder({{"cap_last_cap", make.number(abi::kLastCapability)},
                      {"core_pattern", make.text("core")},
                      {"core_uses_pid", make.number(0)},
                      {"domainname", make.name(domain_name,
                                               [](Kernel& machine, std::string name) {
                                                 machine.set_domain_name(std::move(name));
                                               })},
                      {"hostname", make.name(host_name,
                                             [](Kernel& machine, std::string name) {
                                               machine.set_host_name(std::move(name));
                                             })},
                      {"ngroups_max", make.number(65536)},
                      {"osrelease", make.text(kSystemRelease)},
                      {"ostype", make.text(kSystemName)},
                      {"overflowgid", make.number(65534)},
                      {"overflowuid", make.number(65534)},
                      {"pid_max", make.number(kPidMax)},
                      {"pty", make.folder({{"max", make.number(kMostPtys)}})},
                      {"random", random_controls(kernel, make)},
                      {"randomize_va_space", make.number(0)},
                      {"tainted", make.number(0)},
                      {"threads-max", make.number(kPidMax)},
                      {"version", make.text(kSystemVersion)}});
}

/// The most files there may be: file-max, and the last number of file-nr.
std::string most_open_files(const Kernel& kernel) {
  constexpr u64 kLinuxMost = 0x7fff'ffff'ffff'ffff;
  return fmt::to_string(std::min(kernel.options().budgets.files, kLinuxMost));
}

/// Open files, free ones (always 0), and the most there may be.
std::string open_file_counts(const Kernel& kernel) {
  return fmt::format("{}\t0\t{}\n", count_open_files(kernel), most_open_files(kernel));
}

}  // namespace

Entries system_controls(Kernel& kernel) {
  Controls make(kernel);
  auto watches = make.folder({{"max_queued_events", make.number(16384)},
                              {"max_user_instances", make.number(128)},
                              {"max_user_watches", make.number(65536)}});
  auto files = make.folder(
      {{"aio-max-nr", make.number(65536)},
       {"aio-nr", make.number(0)},
       {"dir-notify-enable", make.number(1)},
       {"epoll", make.folder({{"max_user_watches", make.number(1048576)}})},
       {"file-max", make.text(most_open_files(kernel))},
       {"file-nr", make.computed([&kernel] { return Result(open_file_counts(kernel)); })},
       {"inotify", std::move(watches)},
       {"lease-break-time", make.number(45)},
       {"leases-enable", make.number(1)},
       {"mount-max", make.number(100000)},
       {"nr_open", make.number(1048576)},
       {"overflowgid", make.number(65534)},
       {"overflowuid", make.number(65534)},
       {"pipe-max-size", make.number(1048576)},
       {"pipe-user-pages-hard", make.number(0)},
       {"pipe-user-pages-soft", make.number(16384)},
       {"protected_fifos", make.number(0)},
       {"protected_hardlinks", make.number(1)},
       {"protected_regular", make.number(0)},
       {"protected_symlinks", make.number(0)},
       {"suid_dumpable", make.number(0)}});
  auto memory = make.folder({{"admin_reserve_kbytes", make.number(8192)},
                             {"dirty_background_bytes", make.number(0)},
                             {"dirty_background_ratio", make.number(10)},
                             {"dirty_bytes", make.number(0)},
                             {"dirty_expire_centisecs", make.number(3000)},
                             {"dirty_ratio", make.number(20)},
                             {"dirty_writeback_centisecs", make.number(500)},
                             {"laptop_mode", make.number(0)},
                             {"legacy_va_layout", make.number(0)},
                             {"max_map_count", make.number(65530)},
                             {"min_free_kbytes", make.number(4096)},
                             {"mmap_min_addr", make.number(kUserStart.value())},
                             {"nr_hugepages", make.number(0)},
                             {"nr_overcommit_hugepages", make.number(0)},
                             {"oom_dump_tasks", make.number(1)},
                             {"oom_kill_allocating_task", make.number(0)},
                             {"overcommit_kbytes", make.number(0)},
                             {"overcommit_memory", make.number(0)},
                             {"overcommit_ratio", make.number(50)},
                             {"page-cluster", make.number(3)},
                             {"panic_on_oom", make.number(0)},
                             {"stat_interval", make.number(1)},
                             {"swappiness", make.number(60)},
                             {"user_reserve_kbytes", make.number(131072)},
                             {"vfs_cache_pressure", make.number(100)},
                             {"zone_reclaim_mode", make.number(0)}});
  auto core = make.folder({{"somaxconn", make.number(4096)}});
  return {{"fs", std::move(files)},
          {"kernel", kernel_controls(kernel, make)},
          {"net", make.folder({{"core", std::move(core)}})},
          {"vm", std::move(memory)}};
}

}  // namespace kemu::procfs
