#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fs/inode.h"
#include "fs/mount_table.h"

namespace kemu {

/// Working directory, root and umask; shared by CLONE_FS. Linux's `struct fs_struct`.
struct FsContext {
  Location cwd;
  Location root;
  u32 umask = 022;

  std::shared_ptr<FsContext> copy_to(MachineCopy& copy) const;
};

/// What a path ends in: a name, "/" alone, "." or "..". Linux's LAST_NORM and kin.
enum class LastComponent : u8 { Name, Root, Dot, DotDot };

/// Where a path leads: the directory that holds its last component, that component's name, and what
/// is there (null when nothing is). `name` is empty when the path ends in "/", "." or ".." or is
/// the root: then `target` is set and nothing can be created or removed by that name.
struct WalkResult {
  Location parent;
  std::string name;
  Location target;
  bool trailing_slash = false;
  LastComponent last = LastComponent::Name;
};

/// What openat2(2) forbids a walk (RESOLVE_…); Linux's LOOKUP_… of the same names. `scope` is the
/// directory that `beneath` and `in_root` keep the walk in.
struct WalkRules {
  bool no_other_mount = false;
  bool no_magic_links = false;
  bool no_links = false;
  bool beneath = false;
  bool in_root = false;
  Location scope;

  bool any() const { return no_other_mount || no_magic_links || no_links || beneath || in_root; }
};

/// Walks paths component by component over a mount table: no ".." or link leaves `fs.root`.
class PathWalker {
 public:
  PathWalker(const MountTable& mounts, const FsContext& fs, const Caller& caller)
      : mounts_(mounts), fs_(fs), caller_(caller) {}

  /// ENOENT only for a missing directory on the way or an empty path; a missing last component is
  /// a result without target. ENOTDIR, ELOOP (40 links), ENAMETOOLONG, EACCES. With Keep a final
  /// link is the target even when a slash trails (what unlink and mkdir want).
  Result<WalkResult> walk(const Location& base, std::string_view path, FinalLink final_link);
  /// The same, demanding that the target exists: ENOENT. A trailing slash follows a final link and
  /// demands a directory: ENOTDIR.
  Result<Location> find(const Location& base, std::string_view path, FinalLink final_link);
  /// What `find` would lead to is: stat(2), with fewer questions to the file system.
  Result<FileStatus> status(const Location& base, std::string_view path, FinalLink final_link);

  /// The place under the name it has now, if a host file or a directory above it was renamed.
  Location present(const Location& place);

  void restrict(WalkRules rules) { rules_ = std::move(rules); }
  const MountTable& mounts() const { return mounts_; }
  const Caller& caller() const { return caller_; }

 private:
  /// What a final link is good for: followed, kept, or kept unless a slash trails (lstat(2)).
  enum class LinkPolicy : u8 { Follow, Keep, KeepWithoutSlash };
  Result<WalkResult> walk_by(const Location& base, std::string_view path, LinkPolicy policy);
  Location parent_of(const Location& place);
  Result<Location> child(const Location& directory, std::string_view name);
  bool known_path(const DirectoryCache::Start& start, std::string_view path, WalkResult& at);
  Location known_directory(const DirectoryCache::Start& start, std::string_view path,
                           std::string_view& known);
  const Location& top() const { return rules_.in_root ? rules_.scope : fs_.root; }
  /// Where an absolute path, or an absolute link met at `from`, goes on. EXDEV.
  Result<Location> to_top(const Location* from) const;
  Result<Location> up_from(const Location& place);
  /// What a link found in `directory` leads to. ELOOP, EXDEV as the rules say.
  Result<LinkTarget> follow_link(const Location& directory, Inode& link);

  const MountTable& mounts_;
  const FsContext& fs_;
  Caller caller_;  // by value: `Task::caller()` makes it anew
  WalkRules rules_;
};

/// True when both are the same file of the same mount (names may differ).
bool same_place(const Location& one, const Location& other);

/// The absolute path of a place below `root`: "/usr/bin". "(unreachable)/…" when it is outside;
/// the name alone ("pipe:[12]", "/dev/pts/3") of what belongs to no mount.
std::string path_of(const Location& place, const Location& root);

/// The same for two absolute paths as text; nothing when `path` is not below `root`.
std::optional<std::string> path_below(const std::string& path, const std::string& root);

/// open(2) from walk to description: creation, O_EXCL, O_NOFOLLOW, O_DIRECTORY, O_TMPFILE
/// (EOPNOTSUPP where unsupported), O_PATH, read-only mounts (EROFS). `permissions` come with the
/// umask applied.
Result<std::shared_ptr<FileDescription>> open_path(PathWalker& walker, const Location& base,
                                                   std::string_view path, u32 flags,
                                                   u32 permissions);

}  // namespace kemu
