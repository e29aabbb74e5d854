#pragma once

#include <memory>

#include "base/entropy.h"
#include "fs/inode.h"
#include "fs/terminal.h"

namespace kemu {

/// /dev of kemu's own: null zero full random urandom tty console fd stdin stdout stderr, an empty
/// shm, ptmx, and pts with the ptys in use. `terminal` is the host terminal's open file (from
/// adopt_host_fd) or null: /dev/console and pts/N lead to it. What /dev/tty opens is for the caller
/// to say, who knows whose terminal it is (Terminal::open); by itself it is the host's, and a file
/// without a terminal while that controls no session. `signals` is what ptys send.
std::shared_ptr<Inode> make_dev_fs(Entropy& entropy, std::shared_ptr<FileDescription> terminal,
                                   const TerminalSignals& signals = {});

}  // namespace kemu
