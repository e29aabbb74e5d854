#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fs/file_description.h"
#include "fs/host_poller.h"
#include "fs/inode.h"
#include "vm/frame_pool.h"

namespace kemu {

class HostInodes;
class PageCache;

std::shared_ptr<HostInodes> make_host_inodes();

/// What host-backed files share in one machine: the frames of mapped files, the poller, and the
/// inodes in use. Copied by whoever keeps it; pool and poller must outlive every host file.
struct HostFsContext {
  FramePool& pool;
  HostPoller& poller;
  std::shared_ptr<PageCache> page_cache;
  std::shared_ptr<HostInodes> inodes = make_host_inodes();
};

/// A host directory tree (or a single file, for binds) as a file system. ENOENT, EACCES…
Result<std::shared_ptr<Inode>> open_host_tree(const std::string& host_path, HostFsContext& context);

/// An inherited descriptor of kemu's own (0, 1, 2) as a guest's open file: a terminal, a pipe, a
/// regular file or a device. The host's O_NONBLOCK is never changed: others share the description.
/// `fd` stays the caller's and may be closed afterwards. Descriptors of one terminal share its
/// Terminal.
Result<std::shared_ptr<FileDescription>> adopt_host_fd(int fd, HostFsContext& context);

/// Where the file of a host descriptor is now, whatever it was called when it was opened: its path
/// from the root of all mounts, with " (deleted)" behind it as the host's kernel tells it. Nothing
/// when that is not below `mount`, which has to be a host tree.
std::optional<std::string> current_path(int fd, const Mount& mount);

}  // namespace kemu
