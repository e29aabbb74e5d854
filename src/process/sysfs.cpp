#include "process/sysfs.h"

#include <fmt/format.h>

#include <map>

#include "fs/tree_fs.h"
#include "process/kernel.h"

// The paths are those of Documentation/ABI in Linux's tree that C libraries, lscpu(1), numactl(8)
// and kin look at. Nothing can be written.

namespace kemu {

namespace {

constexpr u64 kMagic = 0x62656572;  // SYSFS_MAGIC
constexpr u64 kDevice = 23;
constexpr u32 kFilePermissions = 0444;

struct SysFile {
  std::string_view path;  // below /sys
  std::string_view content;
};
constexpr SysFile kFiles[] = {
    {"class/net/lo/addr_len", "6\n"},
    {"class/net/lo/address", "00:00:00:00:00:00\n"},
    {"class/net/lo/broadcast", "00:00:00:00:00:00\n"},
    {"class/net/lo/carrier", "1\n"},
    {"class/net/lo/dev_id", "0x0\n"},
    {"class/net/lo/flags", "0x9\n"},
    {"class/net/lo/ifindex", "1\n"},
    {"class/net/lo/iflink", "1\n"},
    {"class/net/lo/mtu", "65536\n"},
    {"class/net/lo/operstate", "unknown\n"},
    {"class/net/lo/tx_queue_len", "1000\n"},
    {"class/net/lo/type", "772\n"},
    {"devices/system/cpu/cpu0/topology/cluster_id", "-1\n"},
    {"devices/system/cpu/cpu0/topology/core_cpus", "1\n"},
    {"devices/system/cpu/cpu0/topology/core_cpus_list", "0\n"},
    {"devices/system/cpu/cpu0/topology/core_id", "0\n"},
    {"devices/system/cpu/cpu0/topology/core_siblings", "1\n"},
    {"devices/system/cpu/cpu0/topology/core_siblings_list", "0\n"},
    {"devices/system/cpu/cpu0/topology/die_cpus", "1\n"},
    {"devices/system/cpu/cpu0/topology/die_cpus_list", "0\n"},
    {"devices/system/cpu/cpu0/topology/package_cpus", "1\n"},
    {"devices/system/cpu/cpu0/topology/package_cpus_list", "0\n"},
    {"devices/system/cpu/cpu0/topology/physical_package_id", "0\n"},
    {"devices/system/cpu/cpu0/topology/thread_siblings", "1\n"},
    {"devices/system/cpu/cpu0/topology/thread_siblings_list", "0\n"},
    {"devices/system/cpu/isolated", "\n"},
    {"devices/system/cpu/kernel_max", "0\n"},
    {"devices/system/cpu/offline", "\n"},
    {"devices/system/cpu/online", "0\n"},
    {"devices/system/cpu/possible", "0\n"},
    {"devices/system/cpu/present", "0\n"},
    {"devices/system/node/has_cpu", "0\n"},
    {"devices/system/node/has_memory", "0\n"},
    {"devices/system/node/has_normal_memory", "0\n"},
    {"devices/system/node/node0/cpulist", "0\n"},
    {"devices/system/node/node0/cpumap", "1\n"},
    {"devices/system/node/node0/distance", "10\n"},
    {"devices/system/node/online", "0\n"},
    {"devices/system/node/possible", "0\n"},
    {"kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise madvise [never]\n"},
    {"kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n"},
    {"kernel/mm/transparent_hugepage/hpage_pmd_size", "2097152\n"},
    {"kernel/mm/transparent_hugepage/shmem_enabled",
     "always within_size advise [never] deny force\n"},
};
constexpr std::string_view kEmptyDirectories[] = {
    "block",    "bus",       "class/block",         "class/tty", "dev/block", "dev/char",
    "firmware", "fs/cgroup", "kernel/mm/hugepages", "module",    "power",
};

struct SysLink {
  std::string_view path;
  std::string_view target;
};
constexpr SysLink kLinks[] = {
    {"devices/system/cpu/cpu0/node0", "../../node/node0"},
    {"devices/system/node/node0/cpu0", "../../cpu/cpu0"},
};

std::string node_memory(Kernel& kernel) {
  const u64 total = kernel.pool().size();
  const u64 used = std::min(total, u64{kernel.pool().in_use()} * kPageSize);
  std::string text;
  const auto row = [&text](std::string_view name, u64 bytes) {
    text += fmt::format("Node 0 {:<15}{:>8} kB\n", fmt::format("{}:", name), bytes / 1024);
  };
  row("MemTotal", total);
  row("MemFree", total - used);
  row("MemUsed", used);
  row("Active", used);
  row("Inactive", 0);
  row("AnonPages", used);
  return text;
}

/// A directory while the tree is put together: entries by name, in order.
struct Folder {
  std::map<std::string, Folder, std::less<>> folders;
  std::map<std::string, std::shared_ptr<Inode>, std::less<>> files;
};

class Tree {
 public:
  explicit Tree(Kernel& kernel) { identity_.machine = &kernel.own_files(); }

  void add_file(std::string_view path, std::function<Result<std::string>()> content) {
    add(path, make_tree_file(++number_, kFilePermissions, std::move(content), identity_));
  }
  void add_link(std::string_view path, std::string_view target) {
    add(path, make_tree_link(
                  ++number_, [target](const Caller&) { return Result(std::string(target)); }, {},
                  identity_));
  }
  Folder& folder(std::string_view path) {
    Folder* place = &root_;
    while (!path.empty()) {
      const std::string_view name = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(name.size() + 1, path.size()));
      place = &place->folders[std::string(name)];
    }
    return *place;
  }
  std::shared_ptr<Inode> make() && { return make(std::move(root_), kRootNumber); }

 private:
  static constexpr u64 kRootNumber = 1;

  void add(std::string_view path, std::shared_ptr<Inode> inode) {
    const size_t slash = path.rfind('/');
    CHECK(slash != std::string_view::npos);
    folder(path.substr(0, slash)).files.emplace(path.substr(slash + 1), std::move(inode));
  }
  std::shared_ptr<Inode> make(Folder folder, u64 number) {
    auto entries = std::make_shared<std::map<std::string, std::shared_ptr<Inode>, std::less<>>>(
        std::move(folder.files));
    for (auto& [name, below] : folder.folders)
      entries->emplace(name, make(std::move(below), ++number_));
    TreeDirectory directory;
    directory.list = [entries](const Caller&) {
      std::vector<TreeDirectory::Name> names;
      for (const auto& [name, inode] : *entries) {
        const auto status = inode->status();
        names.push_back({name, inode->type(), status.ok() ? status->inode : 0});
      }
      return names;
    };
    directory.find = [entries](std::string_view name,
                               const Caller&) -> Result<std::shared_ptr<Inode>> {
      const auto found = entries->find(name);
      if (found == entries->end()) return Errno::ENOENT;
      return found->second;
    };
    return make_tree_directory(number, 0555, std::move(directory), identity_);
  }

  TreeIdentity identity_{kDevice, kMagic};
  Folder root_;
  u64 number_ = kRootNumber;
};

}  // namespace

std::shared_ptr<Inode> make_sys_fs(Kernel& kernel) {
  Tree tree(kernel);
  for (const SysFile& file : kFiles)
    tree.add_file(file.path, [&file] { return Result(std::string(file.content)); });
  tree.add_file("devices/system/node/node0/meminfo",
                [&kernel] { return Result(node_memory(kernel)); });
  for (const SysLink& link : kLinks) tree.add_link(link.path, link.target);
  for (const std::string_view path : kEmptyDirectories) tree.folder(path);
  return std::move(tree).make();
}

}  // namespace kemu
