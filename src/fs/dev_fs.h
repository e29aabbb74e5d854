#pragma once

#include <memory>

#include "base/entropy.h"
#include "fs/inode.h"

namespace kemu {

/// /dev of kemu's own: null zero full random urandom tty console fd stdin stdout stderr, an empty
/// shm, and pts with the one terminal there is. `terminal` is the host terminal's open file (from
/// adopt_host_fd) or null: /dev/tty, /dev/console and pts/N lead to it. Opening /dev/tty is ENXIO
/// without a terminal or while that controls no session; whether it is the *caller's* session is
/// for the caller to compare (`file->terminal()->session()`).
std::shared_ptr<Inode> make_dev_fs(Entropy& entropy, std::shared_ptr<FileDescription> terminal);

}  // namespace kemu
