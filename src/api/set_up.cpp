#include "api/set_up.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstring>

#include "api/furnish.h"
#include "api/host.h"
#include "base/unique_fd.h"
#include "fs/memory_file.h"
#include "fs/overlay.h"
#include "fs/sysroot.h"
#include "fs/tmpfs.h"
#include "fs/tree_fs.h"
#include "process/own_mounts.h"

namespace kemu {

namespace {

Error setup_error(std::string message) { return {Error::Kind::Setup, std::move(message)}; }

std::optional<Error> mount_bind(Kernel& kernel, const Bind& bind) {
  const auto attempt = [&]() -> Result<Unit> {
    Mount mount;
    mount.root = TRY(open_host_tree(bind.host_path, kernel.host_files()));
    mount.type = "host";
    mount.source = bind.host_path;
    mount.access = bind.read_only ? MountAccess::ReadOnly : MountAccess::ReadWrite;
    // Nodes that stand in a tree are not to be the host's devices; one that is bound by itself is
    // asked for.
    if (mount.root->type() == FileType::Directory) mount.flags = abi::kMountNoDevices;
    return kernel.mounts().mount(bind.guest_path, std::move(mount));
  };
  const auto mounted = attempt();
  if (mounted.ok()) return std::nullopt;
  return setup_error(fmt::format("cannot bind '{}' to '{}': {}", bind.host_path, bind.guest_path,
                                 errno_text(mounted.error())));
}

/// An overlay over `lower`: its changes go to the host directory `upper`, or to memory.
Result<Mount> overlay_over(Kernel& kernel, std::shared_ptr<Inode> lower, const std::string& upper) {
  if (lower->type() != FileType::Directory) return Errno::ENOTDIR;
  FsMachine& files = kernel.own_files();
  Mount mount;
  mount.type = mount.source = "overlay";
  mount.flags = abi::kMountNoDevices;
  std::shared_ptr<Inode> changes;
  if (upper.empty()) {
    const FileStatus status = TRY(lower->status());
    TmpfsOptions options = default_tmpfs_options(files);
    options.permissions = status.permissions;
    options.uid = status.uid;
    options.gid = status.gid;
    changes = make_tmpfs(files, options);
  } else {
    changes = TRY(open_host_tree(upper, kernel.host_files()));
    if (changes->type() != FileType::Directory) return Errno::ENOTDIR;
  }
  mount.root = make_overlay(files, {std::move(lower)}, std::move(changes));
  return mount;
}

Error overlay_error(const OverlayDirectory& overlay, Errno error) {
  return setup_error(
      fmt::format("cannot make '{}' an overlay: {}", overlay.path, errno_text(error)));
}

std::optional<Error> mount_overlay(Kernel& kernel, const OverlayDirectory& overlay) {
  const auto attempt = [&]() -> Result<Unit> {
    MountTable& mounts = kernel.mounts();
    const FsContext fs{mounts.root(), mounts.root(), 0};
    const Location place =
        TRY(PathWalker(mounts, fs, Caller{}).find(fs.root, overlay.path, FinalLink::Follow));
    Mount mount = TRY(overlay_over(kernel, place->inode, overlay.upper));
    // kemu's own devices go on to work; a tree of the host's gives none to its overlay.
    if (overlay.upper.empty() && !place->mount->has(abi::kMountNoDevices)) mount.flags = 0;
    TRY(mounts.mount_at(place, std::move(mount)));
    return Unit{};
  };
  const auto mounted = attempt();
  if (mounted.ok()) return std::nullopt;
  return overlay_error(overlay, mounted.error());
}

/// A root in memory: /tmp, for everybody, and nothing else.
Mount make_memory_root(Kernel& kernel) {
  FsMachine& files = kernel.own_files();
  Mount root;
  root.root = make_tmpfs(files, default_tmpfs_options(files));
  root.type = root.source = "tmpfs";
  constexpr u32 kForEverybody = 01777, kForAllToSee = 0755;
  const FsMachine::Privilege as_root(files);
  CHECK(root.root->set_permissions(kForAllToSee).ok());
  CHECK(root.root->make_directory("tmp", kForEverybody).ok());
  return root;
}

/// A host directory that an option names.
Expected<std::shared_ptr<Inode>> open_directory(Kernel& kernel, const std::string& path,
                                                std::string_view use) {
  auto tree = open_host_tree(path, kernel.host_files());
  if (!tree.ok())
    return setup_error(
        fmt::format("cannot use '{}' as {}: {}", path, use, errno_text(tree.error())));
  if ((*tree)->type() != FileType::Directory)
    return setup_error(fmt::format("cannot use '{}' as {}: not a directory", path, use));
  return std::move(tree).value();
}

/// The tree the guests see as "/", under a sysroot and an overlay if they are asked for.
Expected<Mount> make_root(Kernel& kernel, const MachineOptions& options) {
  Mount root;
  if (options.root.empty()) {
    root = make_memory_root(kernel);
  } else {
    auto tree = open_directory(kernel, options.root, "root");
    if (auto* error = std::get_if<Error>(&tree)) return *error;
    root.root = std::get<std::shared_ptr<Inode>>(std::move(tree));
    root.type = "host";
    root.source = options.root;
  }
  if (!options.sysroot.empty()) {
    auto layer = open_directory(kernel, options.sysroot, "sysroot");
    if (auto* error = std::get_if<Error>(&layer)) return *error;
    root.root = make_sysroot(std::get<std::shared_ptr<Inode>>(std::move(layer)), root.root);
  }
  for (const OverlayDirectory& overlay : options.overlays) {
    if (overlay.path != "/" || options.root.empty()) continue;
    auto made = overlay_over(kernel, root.root, overlay.upper);
    if (!made.ok()) return overlay_error(overlay, made.error());
    root = std::move(made).value();
  }
  return root;
}

/// A second open of kemu's own controlling terminal by its own name, which /dev/tty hides: guests
/// ask for its number and name. By /dev/tty where it is no pty, or one of another devpts.
UniqueFd open_controlling_terminal() {
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  constexpr unsigned kFirstPtyMajor = 136;  // UNIX98_PTY_SLAVE_MAJOR
  UniqueFd tty(::open("/dev/tty", kFlags));
  unsigned device = 0;
  if (!tty || ::ioctl(tty.get(), TIOCGDEV, &device) != 0 || major(device) != kFirstPtyMajor)
    return tty;
  UniqueFd named(::open(fmt::format("/dev/pts/{}", minor(device)).c_str(), kFlags));
  struct stat status;
  const bool same = named && ::fstat(named.get(), &status) == 0 && status.st_rdev == device;
  return same ? std::move(named) : std::move(tty);
}

}  // namespace

Expected<std::unique_ptr<Log>> make_log(const MachineOptions& options) {
  const auto level = log_level_from(options.log_level);
  if (!level) return setup_error(fmt::format("unknown log level '{}'", options.log_level));
  if (options.log_file.empty()) return std::make_unique<Log>(*level);
  auto log = Log::to_file(options.log_file, *level);
  if (log.ok()) return std::move(log).value();
  return setup_error(
      fmt::format("cannot write log '{}': {}", options.log_file, errno_text(log.error())));
}

std::unique_ptr<MachineEntropy> make_entropy(const MachineOptions& options) {
  if (options.deterministic) return std::make_unique<SeededEntropy>(options.deterministic->seed);
  return std::make_unique<HostEntropy>();
}

u64 fault_seed(const MachineOptions& options) {
  u64 seed = 0;
  if (!options.deterministic)
    HostEntropy().fill(std::as_writable_bytes(std::span(&seed, 1)));
  else
    seed = options.deterministic->seed + (options.deterministic->schedule_seed.value_or(0) << 32);
  return seed;
}

KernelBudgets budgets(const Budgets& options) {
  constexpr u64 kNone = KernelBudgets::kNone;
  return {options.blocks.value_or(kNone), options.time.value_or(kNone),
          options.processes.value_or(kNone), options.files.value_or(kNone),
          options.output.value_or(kNone)};
}

Expected<NetworkAccess> network_access(const MachineOptions& options) {
  switch (options.network) {
    case MachineOptions::Network::Host: return NetworkAccess::Host;
    case MachineOptions::Network::None: return NetworkAccess::None;
    case MachineOptions::Network::Loopback: break;
  }
  if (!can_confine_to_loopback())
    return setup_error("cannot keep sockets to the loopback: the host needs Linux 5.7");
  return NetworkAccess::Loopback;
}

std::array<bool, 3> reserve_standard_descriptors() {
  std::array<bool, 3> open{};
  for (int fd = 0; fd < 3; ++fd) {
    // The lowest free number is this one: those below are taken. Close-on-exec marks it as ours.
    const int flags = ::fcntl(fd, F_GETFD);
    open[static_cast<std::size_t>(fd)] = flags >= 0 && !(flags & FD_CLOEXEC);
    if (flags < 0) (void)::open("/dev/null", O_RDWR | O_CLOEXEC);
  }
  return open;
}

std::shared_ptr<FileDescription> open_null(Kernel& kernel) {
  const FsContext fs{kernel.mounts().root(), kernel.mounts().root(), 0};
  auto found =
      PathWalker(kernel.mounts(), fs, Caller{}).find(fs.root, "/dev/null", FinalLink::Follow);
  if (!found.ok()) return nullptr;
  auto file = (*found)->inode->open(*found, abi::kOpenReadWrite);
  return file.ok() ? std::move(file).value() : nullptr;
}

std::shared_ptr<FileDescription> file_of_bytes(Kernel& kernel, std::string_view bytes) {
  auto file = make_memory_file(kernel.pool(), "/input", 0, kernel.next_anonymous_inode());
  std::vector<std::byte> copy(bytes.size());
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  const auto written = file->write_at({HostSpan(copy)}, 0);
  return written.ok() || bytes.empty() ? file : nullptr;
}

std::shared_ptr<FileDescription> find_terminal(Kernel& kernel, const StandardFiles& files) {
  for (const auto& file : files)
    if (file && file->terminal()) return file;
  const UniqueFd tty = open_controlling_terminal();
  if (!tty) return nullptr;
  auto file = adopt_host_fd(tty.get(), kernel.host_files());
  return file.ok() && (*file)->terminal() ? std::move(file).value() : nullptr;
}

std::optional<Error> mount_everything(Kernel& kernel, const MachineOptions& options,
                                      const CallbackGuard& guard) {
  auto root = make_root(kernel, options);
  if (auto* error = std::get_if<Error>(&root)) return *error;
  Mount& top = std::get<Mount>(root);
  kernel.set_mounts(
      std::make_unique<MountTable>(top.root, top.type, top.source, MountAccess::ReadWrite));
  MountTable& mounts = kernel.mounts();
  mounts.root_mount().flags = abi::kMountNoDevices;
  CHECK(mounts.mount("/proc", proc_mount(kernel)).ok());
  CHECK(mounts.mount("/sys", sys_mount(kernel)).ok());
  CHECK(mounts.mount("/dev", device_mount(kernel)).ok());
  FsMachine& own = kernel.own_files();
  Mount shared_memory;
  shared_memory.root = make_tmpfs(own, default_tmpfs_options(own));
  shared_memory.type = shared_memory.source = "tmpfs";
  shared_memory.flags = abi::kMountNoSuid | abi::kMountNoDevices;
  CHECK(mounts.mount("/dev/shm", std::move(shared_memory)).ok());
  for (const Bind& bind : options.binds) {
    // A mount covers a name in a directory, which a root that is empty has to be given.
    if (options.root.empty())
      if (auto error = make_parents(kernel, bind.guest_path)) return error;
    if (auto error = mount_bind(kernel, bind)) return error;
  }
  for (const OverlayDirectory& overlay : options.overlays)
    if (overlay.path != "/")
      if (auto error = mount_overlay(kernel, overlay)) return error;
  return furnish(kernel, options, guard);
}

std::string search_program(Kernel& kernel, const Location& cwd, const std::string& name,
                           const std::vector<std::string>& environment) {
  if (name.empty() || name.find('/') != std::string::npos) return name;
  const FsContext fs{cwd, kernel.mounts().root(), 0};
  const Caller nobody;
  PathWalker walker(kernel.mounts(), fs, nobody);
  const auto is_file = [&](const std::string& path) {
    auto found = walker.find(cwd, path, FinalLink::Follow);
    return found.ok() && (*found)->inode->type() == FileType::Regular;
  };
  if (is_file(name)) return name;
  std::string_view rest = "/bin:/usr/bin";
  for (const std::string& entry : environment)
    if (entry.starts_with("PATH=")) rest = std::string_view(entry).substr(5);
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const std::string directory(colon == 0 ? "." : rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    const std::string candidate = directory + "/" + name;
    if (is_file(candidate)) return candidate;
  }
  return "";
}

}  // namespace kemu
