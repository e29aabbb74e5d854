#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "fs/inode.h"

namespace kemu {

// Events of kemu's own files for inotify(7): Linux's fsnotify. Whoever serves a call tells them;
// files of the host are told of by the host itself, and watched there.

/// One watch of one inode; Linux's `struct fsnotify_mark`.
class InodeWatch {
 public:
  virtual ~InodeWatch() = default;
  /// `name` is what a file in the watched directory is called, empty for the watched file itself.
  virtual void event(u32 mask, u32 cookie, std::string_view name) = 0;

 private:
  friend class InodeWatchers;
  u64 order_ = 0;  // among the watches of its inode
};

/// The watches of one inode, in the order they were made.
class InodeWatchers {
 public:
  void add(InodeWatch& watch);
  /// Adds a copy of `original`, of the inode that this one's is a copy of, where that one stands.
  void add_like(InodeWatch& watch, const InodeWatch& original);
  /// True when none is left.
  bool remove(const InodeWatch& watch);
  void tell(u32 mask, u32 cookie, std::string_view name) const;

 private:
  std::vector<InodeWatch*> watches_;
  u64 orders_ = 0;
};

/// Something happened to `inode`; or, with a name, to an entry of the directory it is. `mask` has
/// abi::kInotify… bits.
void tell_watchers(const Inode& inode, u32 mask, std::string_view name = {}, u32 cookie = 0);
/// Something happened to the file at `place`: whoever watches it hears of it, and whoever watches
/// its directory.
void tell_watchers(const Location& place, u32 mask);
/// A rename gave `inode` this name: events of who has it open come under it.
void note_moved(const std::shared_ptr<Inode>& inode, const std::shared_ptr<Inode>& directory,
                std::string_view name);
/// A name of `inode` went away: it may have been the last thing that kept the file.
void tell_name_removed(Inode& inode);

}  // namespace kemu
