#pragma once

#include "fs/terminal.h"

namespace kemu {

/// devpts(5): a directory with a node for each pty in use and `ptmx`, whose opening makes one.
/// `host_node` is the host's terminal, there under `host_name` where that is a pty, too.
struct DevPts {
  std::shared_ptr<Inode> directory;
  /// /dev/ptmx.
  std::shared_ptr<Inode> multiplexer;
};

DevPts make_dev_pts(const TerminalSignals& signals, std::string host_name,
                    std::shared_ptr<Inode> host_node);

}  // namespace kemu
