#pragma once

#include <memory>
#include <string_view>

#include "fs/inode.h"

namespace kemu {

/// The tree `below` with that of `layer` over it: a name that the layer has is the layer's, and a
/// directory that both have is both. What qemu-user's -L does to paths, done to directories, so
/// that relative paths, ".." and listings agree with absolute ones. Files are the trees' own: what
/// the layer has is changed there, a new name in a common directory is made in the tree below.
std::shared_ptr<Inode> make_sysroot(std::shared_ptr<Inode> layer, std::shared_ptr<Inode> below);

/// The directory of one tree that has `name`, or would get it: `directory` itself unless it is one
/// of two trees.
Inode& holder_of(Inode& directory, std::string_view name);

/// A host descriptor of the layer's root where `root` is a tree with one over it; else -1.
int layer_fd(const Inode& root);

}  // namespace kemu
