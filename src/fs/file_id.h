#pragma once

#include <compare>
#include <cstddef>
#include <functional>

#include "base/types.h"

namespace kemu {

/// Which file, whatever it is called: device and inode number.
struct FileId {
  u64 device = 0;
  u64 inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

struct FileIdHash {
  std::size_t operator()(const FileId& id) const {
    return std::hash<u64>{}(id.inode * 0x9e37'79b9'7f4a'7c15 ^ id.device);
  }
};

}  // namespace kemu
