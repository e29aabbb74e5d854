#pragma once

#include <array>
#include <string>
#include <string_view>

#include "fs/inode.h"

namespace kemu {

/// Directories that paths led to lately, by the text that named them. Path after path starts with
/// the same directories; one question to the host (Inode::leads_to) then stands for the walk of
/// them all. It belongs to a mount table, whose changes clear it. Linux's dcache does this for
/// single names; here the host's does, and what is saved are the calls to it.
class DirectoryCache {
 public:
  /// Where a walk starts, and the root that links and ".." of its path are bound to.
  struct Start {
    Location base;
    Location root;
  };

  /// The directory that `path` led to from `start`, if it leads there still; null otherwise. With
  /// Keep a link at its end is no way to it.
  Location find(const Start& start, std::string_view path, FinalLink final_link);
  /// Remembers a place of the same mount as `start.base`; others cannot be asked for in one step.
  void remember(const Start& start, std::string_view path, const Location& place);
  /// Lets go of a directory that loses its name, so that the host sees it go (inotify's
  /// IN_DELETE_SELF).
  void forget(const Inode& directory);
  void clear() { entries_ = {}; }

 private:
  struct Entry {
    std::size_t hash = 0;
    std::string path;
    Start start;
    Location place;

    bool is_for(const Start& other_start, std::string_view other_path) const;
  };
  std::array<Entry, 64> entries_;
  std::size_t next_ = 0;
};

}  // namespace kemu
