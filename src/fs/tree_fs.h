#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fs/fs_machine.h"
#include "fs/inode.h"

namespace kemu {

// A read-only file system made of values and functions: /proc is built of these. Contents are made
// when a file is read, names when a directory is looked at.

/// A directory whose entries are computed: `list` names them (name and type), `find` makes one.
struct TreeDirectory {
  struct Name {
    std::string name;
    FileType type;
    u64 inode;
  };
  std::function<std::vector<Name>(const Caller&)> list;
  /// ENOENT for a name that is not there.
  std::function<Result<std::shared_ptr<Inode>>(std::string_view, const Caller&)> find;
  /// How many links it has besides its own two; may be empty: none.
  std::function<u32()> links = {};
};

/// Which file system a tree is, as stat(2) and statfs(2) tell it.
struct TreeIdentity {
  u64 device = 21;     // st_dev; Linux hands such numbers out in order of mounting
  u64 magic = 0x9fa0;  // PROC_SUPER_MAGIC
  /// Who tells whether root or somebody else asks; without it, what any class may do is granted.
  FsMachine* machine = nullptr;
};

/// What one write(2) means to a computed file; the offset means nothing.
using TreeWrite = std::function<Result<Unit>(std::string_view)>;

std::shared_ptr<Inode> make_tree_directory(u64 inode, u32 permissions, TreeDirectory directory,
                                           TreeIdentity identity = {});
/// A file whose bytes `content` makes whenever it is read from its start.
std::shared_ptr<Inode> make_tree_file(u64 inode, u32 permissions,
                                      std::function<Result<std::string>()> content,
                                      TreeIdentity identity = {});
/// The same, written too.
std::shared_ptr<Inode> make_writable_tree_file(u64 inode, u32 permissions,
                                               std::function<Result<std::string>()> content,
                                               TreeWrite write, TreeIdentity identity = {});
/// A link: `text` is what readlink(2) tells, `follow` (may be empty) where a walk goes on.
std::shared_ptr<Inode> make_tree_link(u64 inode,
                                      std::function<Result<std::string>(const Caller&)> text,
                                      std::function<Result<LinkTarget>(const Caller&)> follow,
                                      TreeIdentity identity = {});

}  // namespace kemu
