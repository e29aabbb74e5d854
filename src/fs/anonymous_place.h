#pragma once

#include <string>

#include "fs/inode.h"

namespace kemu {

/// Where an open file lives that has no name in any tree: "anon_inode:[eventfd]". Linux's
/// anon_inodefs: mode 0600 without a file type.
Location make_anonymous_place(std::string name, u64 inode_number);

}  // namespace kemu
