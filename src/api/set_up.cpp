#include "api/set_up.h"

#include <fcntl.h>

#include "fs/dev_fs.h"
#include "process/procfs.h"

namespace kemu {

namespace {

Error setup_error(std::string message) { return {Error::Kind::Setup, std::move(message)}; }

std::optional<Error> mount_bind(Kernel& kernel, const Bind& bind) {
  const auto attempt = [&]() -> Result<Unit> {
    auto tree = TRY(open_host_tree(bind.host_path, kernel.host_files()));
    const auto access = bind.read_only ? MountAccess::ReadOnly : MountAccess::ReadWrite;
    return kernel.mounts().mount(bind.guest_path, std::move(tree), "host", bind.host_path, access);
  };
  const auto mounted = attempt();
  if (mounted.ok()) return std::nullopt;
  return setup_error(fmt::format("cannot bind '{}' to '{}': {}", bind.host_path, bind.guest_path,
                                 errno_text(mounted.error())));
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

StandardFiles adopt_standard_files(Kernel& kernel, const std::array<bool, 3>& open) {
  StandardFiles files;
  for (int fd = 0; fd < 3; ++fd) {
    if (!open[static_cast<std::size_t>(fd)]) continue;
    auto file = adopt_host_fd(fd, kernel.host_files());
    if (file.ok()) files[static_cast<std::size_t>(fd)] = std::move(file).value();
  }
  return files;
}

std::shared_ptr<FileDescription> find_terminal(const StandardFiles& files) {
  for (const auto& file : files)
    if (file && file->terminal()) return file;
  return nullptr;
}

std::optional<Error> mount_everything(Kernel& kernel, const MachineOptions& options,
                                      const StandardFiles& files) {
  auto root = open_host_tree(options.root, kernel.host_files());
  if (!root.ok())
    return setup_error(
        fmt::format("cannot use '{}' as root: {}", options.root, errno_text(root.error())));
  if ((*root)->type() != FileType::Directory)
    return setup_error(fmt::format("cannot use '{}' as root: not a directory", options.root));
  kernel.set_mounts(std::make_unique<MountTable>(std::move(root).value(), "host", options.root,
                                                 MountAccess::ReadWrite));
  MountTable& mounts = kernel.mounts();
  const auto read_write = MountAccess::ReadWrite;
  auto devices = make_dev_fs(kernel.entropy(), find_terminal(files));
  CHECK(mounts.mount("/proc", make_proc_fs(kernel), "proc", "proc", read_write).ok());
  CHECK(mounts.mount("/dev", std::move(devices), "devtmpfs", "dev", read_write).ok());
  for (const Bind& bind : options.binds)
    if (auto error = mount_bind(kernel, bind)) return error;
  return std::nullopt;
}

std::string search_program(Kernel& kernel, const Location& cwd, const Program& program) {
  if (program.path.find('/') != std::string::npos) return program.path;
  const FsContext fs{cwd, kernel.mounts().root(), 0};
  const Caller nobody;
  PathWalker walker(kernel.mounts(), fs, nobody);
  const auto is_file = [&](const std::string& path) {
    auto found = walker.find(cwd, path, FinalLink::Follow);
    return found.ok() && (*found)->inode->type() == FileType::Regular;
  };
  if (is_file(program.path)) return program.path;
  std::string_view rest = "/bin:/usr/bin";
  for (const std::string& entry : program.environment)
    if (entry.starts_with("PATH=")) rest = std::string_view(entry).substr(5);
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const std::string directory(colon == 0 ? "." : rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    const std::string candidate = directory + "/" + program.path;
    if (is_file(candidate)) return candidate;
  }
  return "";
}

}  // namespace kemu
