#pragma once

#include <optional>
#include <string_view>

#include "fs/fs_machine.h"
#include "fs/terminal.h"

namespace kemu {

/// devpts(5): a directory with a node for each pty in use and `ptmx`, whose opening makes one.
/// `host_node` is the host's terminal, there under `host_name` where that is a pty, too.
struct DevPts {
  std::shared_ptr<Inode> directory;
  /// /dev/ptmx.
  std::shared_ptr<Inode> multiplexer;
};

/// What mount(2) says about an instance; by itself as distributions mount theirs.
struct DevPtsOptions {
  u64 device = 22;               // st_dev
  u32 permissions = 0620;        // of the nodes
  std::optional<u32> uid = 0;    // nothing: of whoever opens ptmx
  std::optional<u32> gid = 5;    // tty
  u32 ptmx_permissions = 0;      // of the one among the nodes: /dev/ptmx is for everybody
  u32 most = 4096;               // /proc/sys/kernel/pty/max
  FsMachine* machine = nullptr;  // tells who opens
};

/// Those of a guest's own mount, with the kernel's defaults: EINVAL.
Result<DevPtsOptions> parse_dev_pts_options(std::string_view text, FsMachine& machine);

/// For a copy of a machine, before anything else that is in the instance whose nodes `directory`
/// holds is copied: copies it with its ptys. Nothing for any other directory.
void copy_dev_pts(MachineCopy& copy, Inode& directory);
/// The same into an instance that the copy of the machine has got already, for `made` in its /dev.
void copy_dev_pts(MachineCopy& copy, Inode& directory, Inode& made);

DevPts make_dev_pts(const TerminalSignals& signals, std::string host_name,
                    std::shared_ptr<Inode> host_node, const DevPtsOptions& options = {});

}  // namespace kemu
