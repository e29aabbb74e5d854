#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/abi/mount.h"
#include "base/result.h"
#include "fs/directory_cache.h"
#include "fs/inode.h"

namespace kemu {

enum class MountAccess : u8 { ReadWrite, ReadOnly };

/// One mounted file system. Linux's `struct mount`.
struct Mount {
  std::shared_ptr<Inode> root;
  std::string type;    // "host", "proc", "devtmpfs"
  std::string source;  // as /proc/mounts tells it
  std::string target;  // path it was mounted at
  MountAccess access = MountAccess::ReadWrite;
  u64 flags = 0;             // abi::kMountNoSuid, NoDevices, NoExec, the access times'
  std::string options = {};  // the file system's own: ",size=1024k"
  std::string part = "/";    // of its file system, for what a bind mount shows
  u64 id = 0;
  /// For a root that copies of the machine make anew, as /proc is; captures nothing of a machine.
  std::function<std::shared_ptr<Inode>(MachineCopy&)> remake = {};

  std::shared_ptr<Mount> copy_to(MachineCopy& copy) const;
  bool has(u64 flag) const { return (flags & flag) != 0; }
};

/// What is mounted where. A mount covers a *name* in a directory, so its mount point need not exist
/// in the directory below. Linux's mount namespace.
class MountTable {
 public:
  explicit MountTable(std::shared_ptr<Inode> root, std::string type, std::string source,
                      MountAccess access);

  const Location& root() const { return root_; }
  Mount& root_mount() { return *mounts_.front(); }
  /// Mounts at an absolute path whose parent directory exists. ENOENT, ENOTDIR.
  Result<Unit> mount(std::string_view target, std::shared_ptr<Inode> inode, std::string type,
                     std::string source, MountAccess access);
  /// The same with all of a Mount said but its target.
  Result<Unit> mount(std::string_view target, Mount mount);
  /// Mounts over what is at `place`, as mount(2) does: ENOTDIR when one is a directory and the
  /// other is none. Where it is then.
  Result<Location> mount_at(const Location& place, Mount mount);
  /// MS_BIND: shows `source` at `place` too; `Below::With` brings what is mounted below it along.
  enum class Below : u8 { Without, With };
  Result<Unit> bind(const Location& source, const Location& place, Below below);
  /// MS_MOVE. EINVAL unless `from` is a mount's root; ELOOP into itself.
  Result<Unit> move(const Location& from, const Location& place);
  /// MS_REMOUNT: new flags (kMountReadOnly among them) for the mount whose root `place` is: EINVAL.
  Result<Unit> remount(const Location& place, u64 flags);
  /// umount2(2) of the mount whose root `place` is: EINVAL when it is none, or the root of all.
  /// EBUSY while anybody but the caller holds a place in it, unless it is to be detached: then it
  /// goes with all mounts in it, and lives on for who is in there.
  enum class Detach : u8 { No, Yes };
  Result<Unit> unmount(Location place, Detach detach);
  /// pivot_root(2): `new_root` becomes the root of all and the old one goes to `put_old`. EINVAL,
  /// EBUSY. The caller moves everybody's root and working directory.
  Result<Unit> pivot(const Location& new_root, const Location& put_old);

  /// What covers `name` in `directory`, or null.
  Location covering(const Location& directory, std::string_view name) const;
  /// What is mounted over `place` itself (only over a root by its own path), or `place`.
  Location top_of(Location place) const;
  /// Names covered in a directory (getdents adds those the directory below lacks).
  std::vector<std::string> names_in(const Location& directory) const;
  /// What walks over this table share.
  DirectoryCache& directories() const { return directories_; }
  /// All mounts in the order they were made, the root first.
  const std::vector<std::shared_ptr<Mount>>& mounts() const { return mounts_; }
  /// What holds the two halves of a rename together for inotify(7).
  u32 next_cookie() const { return ++last_cookie_; }
  /// The id of the mount that `mount` is mounted in, as mountinfo tells it.
  u64 parent_id(const Mount& mount) const;

  /// All mounts in a copy of the machine. Comes before any place is copied.
  std::unique_ptr<MountTable> copy_to(MachineCopy& copy) const;

 private:
  MountTable() = default;

  /// A mount over a name. The one Dentry of the mount's root is changed when the mount moves, so
  /// that everything in it has moved along.
  struct Cover {
    Location directory;  // null when it is over a root
    std::string name;
    std::shared_ptr<Dentry> place;
  };
  using Covers = std::vector<Cover>;

  Location attach(const Location& directory, std::string_view name, Mount mount);
  Covers::iterator find(const Location& place);
  bool is_below(const Location& place, const Location& above) const;
  void remove(Covers::iterator cover);
  void tell_targets();

  std::shared_ptr<Dentry> root_dentry_;
  Location root_;
  std::vector<std::shared_ptr<Mount>> mounts_;
  Covers covers_;
  u64 last_id_ = 0;
  mutable u32 last_cookie_ = 0;
  mutable DirectoryCache directories_;  // cleared whenever anything is mounted or unmounted
};

}  // namespace kemu
