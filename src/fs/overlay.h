#pragma once

#include <memory>
#include <vector>

#include "fs/fs_machine.h"
#include "fs/inode.h"

namespace kemu {

/// A directory tree that shows `lowers` (the first hides the next) and keeps every change in
/// `upper`, so that the lower ones stay as they are. Linux's overlayfs, without redirected
/// directories (a directory of a lower tree cannot be renamed: EXDEV, and mv(1) copies it) and
/// without an index (a file of a lower tree that has several names is copied up under one of them).
/// A whiteout is the character device 0:0, as there. Without an upper tree it is read-only.
std::shared_ptr<Inode> make_overlay(FsMachine& machine, std::vector<std::shared_ptr<Inode>> lowers,
                                    std::shared_ptr<Inode> upper);

}  // namespace kemu
