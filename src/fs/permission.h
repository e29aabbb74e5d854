#pragma once

#include <span>

#include "base/result.h"
#include "fs/file_status.h"

namespace kemu {

/// Who acts on files, as file systems see it: fsuid, fsgid and supplementary groups of Linux's
/// `struct cred`.
struct FileCredentials {
  u32 uid = 0;
  u32 gid = 0;
  std::span<const u32> groups;

  bool privileged() const { return uid == 0; }
  bool in_group(u32 group) const;
};

// What the kernel checks for a file system that leaves it to it (fs/namei.c, fs/attr.c). `mode` has
// access(2)'s bits: 4 to read, 2 to write, 1 to execute or search.

/// generic_permission: EACCES.
Result<Unit> check_permission(const FileStatus& file, u32 mode, const FileCredentials& who);
/// may_delete: EACCES; EPERM in a sticky directory for what belongs to others.
Result<Unit> check_may_delete(const FileStatus& directory, const FileStatus& victim,
                              const FileCredentials& who);
/// EPERM for anybody but the owner and root (inode_owner_or_capable).
Result<Unit> check_owner(const FileStatus& file, const FileCredentials& who);

/// The permissions that chmod(2) leaves of those wanted: no set-group-ID for outsiders. EPERM.
Result<u32> changed_permissions(const FileStatus& file, u32 wanted, const FileCredentials& who);
/// The status that chown(2) makes of `file`; -1 leaves an id. EPERM.
Result<FileStatus> changed_owner(FileStatus file, i64 uid, i64 gid, const FileCredentials& who);
/// The permissions after somebody wrote: set-user-ID and set-group-ID go (file_remove_privs).
u32 permissions_after_write(const FileStatus& file, const FileCredentials& who);

/// Owner and permissions of something new in `directory`, which hands down its group when it is
/// set-group-ID (inode_init_owner).
struct Ownership {
  u32 uid = 0;
  u32 gid = 0;
  u32 permissions = 0;
};
Ownership ownership_in(const FileStatus& directory, FileType type, u32 permissions,
                       const FileCredentials& who);

}  // namespace kemu
