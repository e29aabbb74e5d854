#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "fs/file_status.h"

namespace kemu {

class FileDescription;
class Flock;
class Inode;
class InodeWatchers;
class MachineCopy;
struct Dentry;
struct Mount;

/// A place in the mount tree: a name, what it names, and the way up. Linux's `struct path`.
using Location = std::shared_ptr<const Dentry>;

struct Dentry {
  Location parent;  // null at the root of everything
  std::string name;
  std::shared_ptr<Inode> inode;
  std::shared_ptr<const Mount> mount;

  std::shared_ptr<const Dentry> copy_to(MachineCopy& copy) const;
};

/// Who asks: what `/proc/self` names depends on it.
struct Caller {
  i32 pid = 0;
  i32 tid = 0;
};

/// Where a symbolic link leads: a text to walk on, or (as /proc/PID/exe does) a place itself.
using LinkTarget = std::variant<std::string, Location>;

/// What becomes of a symbolic link at the end of a path.
enum class FinalLink : u8 { Follow, Keep };

struct TimesUpdate {
  std::optional<Nanoseconds> accessed;  // nothing: UTIME_OMIT
  std::optional<Nanoseconds> modified;
  bool both_now = false;  // the values are the present: needs the right to write, no ownership
};

/// What somebody does with a file's contents for a while: has it open for writing, or runs it.
enum class ContentsUse : u8 { Write, Execute };

/// setxattr(2): whether the attribute must be new (XATTR_CREATE) or must be there (XATTR_REPLACE).
enum class AttributeMode : u8 { Any, Create, Replace };

/// Whiteout leaves one of an overlay's whiteouts (the character device 0:0) where the file was.
enum class RenameMode : u8 { Replace, NoReplace, Exchange, Whiteout };

/// One file, directory, link or device of a mounted file system; Linux's `struct inode` with its
/// inode_operations. The defaults answer as a file system does that lacks the operation.
class Inode : public std::enable_shared_from_this<Inode> {
 public:
  Inode();
  virtual ~Inode();
  Inode(const Inode&) = delete;
  Inode& operator=(const Inode&) = delete;

  virtual FileType type() const = 0;
  virtual Result<FileStatus> status() = 0;

  // Directories. Names are single components, never "." or "..". ENOTDIR by default.
  virtual Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller);
  /// Creates a regular file that did not exist. EEXIST, EACCES, EROFS…
  virtual Result<std::shared_ptr<Inode>> create(std::string_view name, u32 permissions);
  /// Creates a regular file and opens it at once, whatever its own permissions say; `at` is this
  /// directory. By default `create`, then `open`. EEXIST…
  virtual Result<std::shared_ptr<FileDescription>> create_open(const Location& at,
                                                               std::string_view name, u32 flags,
                                                               u32 permissions);
  /// O_TMPFILE: a nameless file in this directory. EOPNOTSUPP by default.
  virtual Result<std::shared_ptr<FileDescription>> open_temporary(const Location& at, u32 flags,
                                                                  u32 permissions);
  virtual Result<Unit> make_directory(std::string_view name, u32 permissions);
  virtual Result<Unit> make_node(std::string_view name, FileType type, u32 permissions, u64 device);
  virtual Result<Unit> make_symlink(std::string_view name, std::string_view target);
  virtual Result<Unit> link(std::string_view name, Inode& existing);
  virtual Result<Unit> unlink(std::string_view name);
  virtual Result<Unit> remove_directory(std::string_view name);
  virtual Result<Unit> rename(std::string_view name, Inode& new_directory,
                              std::string_view new_name, RenameMode mode);

  /// Whether a directory of an overlay's upper tree hides what the lower ones hold under its name.
  /// EOPNOTSUPP by default, and false.
  virtual Result<Unit> set_opaque();
  virtual bool opaque() { return false; }
  /// What `name` in this directory is, without making an inode of it. By default `lookup`'s.
  virtual Result<FileStatus> status_of(std::string_view name, const Caller& caller);
  /// Whether a path leads from this directory to `other` now, if that can be told in one step;
  /// whoever gets a no has to walk.
  virtual bool leads_to(const std::string& path, FinalLink final_link, const Inode& other) const;

  /// readlink(2)'s text. EINVAL by default.
  virtual Result<std::string> read_link(const Caller& caller);
  /// Where the walk goes on; read_link's text by default.
  virtual Result<LinkTarget> follow(const Caller& caller);

  /// A new open file description; `flags` are abi::kOpen… bits, creation flags already served
  /// (kOpenTruncate is served here). `at` is where it was found. A FIFO's description may come
  /// back with `open_pending()` true: see FileDescription.
  virtual Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) = 0;

  virtual Result<Unit> set_permissions(u32 permissions);
  /// -1 leaves an id as it is.
  virtual Result<Unit> set_owner(i64 uid, i64 gid);
  virtual Result<Unit> set_times(const TimesUpdate& times);
  virtual Result<Unit> truncate(u64 size);
  // Extended attributes (xattr(7)), by full name ("user.comment"). EOPNOTSUPP by default.
  /// The value: ENODATA when there is none.
  virtual Result<std::string> attribute(const std::string& name);
  /// EEXIST, ENODATA as `mode` says; ENOSPC, EPERM…
  virtual Result<Unit> set_attribute(const std::string& name, std::string_view value,
                                     AttributeMode mode);
  virtual Result<Unit> remove_attribute(const std::string& name);
  /// All names, a NUL behind each.
  virtual Result<std::string> list_attributes();
  /// access(2) for R_OK=4, W_OK=2, X_OK=1 bits (0: existence).
  virtual Result<Unit> check_access(u32 mode);
  virtual Result<FilesystemStatus> filesystem_status();
  /// A host descriptor (O_PATH will do) for host files; -1 for kemu's own. The loader and the
  /// xattr calls use it.
  virtual int host_fd() const { return -1; }

  /// Whether the host raises the events of the file for inotify(7). Those of a file of kemu's own
  /// are raised by whoever serves the call: see fs/watches.h.
  virtual bool host_raises_events() const { return host_fd() >= 0; }

  /// The flock(2) state of the file; made on first use.
  Flock& flock();
  /// Who watches it; null when nobody does.
  InodeWatchers* watchers() const { return watchers_.get(); }
  InodeWatchers& make_watchers();
  void drop_watchers();

  /// Where it was last moved to, for whoever still holds the place it had. A file of kemu's own.
  struct PresentName {
    std::weak_ptr<Inode> directory;
    std::string name;
  };
  std::unique_ptr<PresentName> moved_to;

  /// How many open file descriptions name it: with the last one goes a file that has no name.
  u32 descriptions = 0;
  /// F_SET_RW_HINT: kept and told.
  u64 write_hint = 0;

  /// Counts as a writer or as a running program until what is returned is dropped. ETXTBSY while
  /// the file is used the other way. Linux: get_write_access and deny_write_access.
  Result<std::shared_ptr<void>> use_contents(ContentsUse use);

  /// The same file in a copy of its machine.
  virtual std::shared_ptr<Inode> copy_to(MachineCopy& copy) const = 0;
  /// Whether its directory's lookup makes it, in a copy of the machine as here: then that is how a
  /// place there gets its inode, and `copy_to` is never asked.
  virtual bool made_by_lookup() const { return false; }

 protected:
  /// For `copy_to`: what every inode has but its uses, which whoever uses it adds. Returns `made`.
  std::shared_ptr<Inode> copy_common(MachineCopy& copy, std::shared_ptr<Inode> made) const;

 private:
  i32 writers_ = 0;  // below zero: programs that run. Linux's i_writecount
  std::unique_ptr<Flock> flock_;
  std::unique_ptr<InodeWatchers> watchers_;
};

}  // namespace kemu
