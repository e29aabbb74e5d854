#include "fs/host_fs.h"

#include <fcntl.h>
#include <unistd.h>

#include "fs/host_file.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"
#include "fs/host_stream.h"
#include "fs/host_terminal.h"
#include "fs/path_walk.h"
#include "fs/sysroot.h"

namespace kemu {

namespace {

/// Its path on the host; empty when the host tells none.
std::string host_path(int fd) {
  char text[abi::kPathMax];
  const ssize_t size = readlink(FdLink(fd).path(), text, sizeof text);
  return std::string(text, size > 0 ? static_cast<u64>(size) : 0);
}

/// A regular file that kemu was given open: the guest shares the host's offset.
Result<std::shared_ptr<FileDescription>> adopt_host_file(int fd, const HostFsContext& context) {
  auto path_fd = TRY(host_open(FdLink(fd).path(), O_PATH | O_CLOEXEC));
  auto inode = TRY(context.inodes->get(std::move(path_fd), context));
  const u32 flags = TRY(abi_flags_of(fd));
  if ((flags & abi::kOpenAccessMode) != abi::kOpenReadOnly) inode->mark_output();
  const auto at =
      std::make_shared<const Dentry>(Dentry{nullptr, host_path(fd), std::move(inode), nullptr});
  return HostFile::create(at, flags, TRY(host_duplicate(fd)));
}

}  // namespace

Result<std::shared_ptr<Inode>> open_host_tree(const std::string& host_path,
                                              HostFsContext& context) {
  auto fd = TRY(host_open(host_path.c_str(), O_PATH | O_CLOEXEC));
  return std::shared_ptr<Inode>(TRY(context.inodes->get(std::move(fd), context)));
}

Result<std::shared_ptr<FileDescription>> adopt_host_fd(int fd, HostFsContext& context) {
  const FileStatus status = TRY(host_status(fd));
  if (isatty(fd)) return adopt_host_terminal(fd, status, context);
  switch (status.type) {
    case FileType::Regular: return adopt_host_file(fd, context);
    case FileType::Directory: return Errno::EISDIR;
    default: return adopt_host_stream(fd, status, context);
  }
}

std::optional<std::string> current_path(int fd, const Mount& mount) {
  if (fd < 0 || mount.root->host_fd() < 0) return std::nullopt;
  const std::string path = host_path(fd);
  std::optional<std::string> below;
  // What the layer of a --sysroot has stands at its place there, whatever else it is called.
  if (const int layer = layer_fd(*mount.root); layer >= 0)
    below = path_below(path, host_path(layer));
  if (!below) below = path_below(path, host_path(mount.root->host_fd()));
  if (!below) return std::nullopt;
  if (mount.target == "/") return below;
  return *below == "/" ? mount.target : mount.target + *below;
}

}  // namespace kemu
