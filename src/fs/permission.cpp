#include "fs/permission.h"

#include <algorithm>

namespace kemu {

namespace {

constexpr u32 kSetUserId = 04000;
constexpr u32 kSetGroupId = 02000;
constexpr u32 kSticky = 01000;
constexpr u32 kGroupExecute = 010;
constexpr u32 kAnyExecute = 0111;
constexpr u32 kMayWrite = 2;
constexpr u32 kMayExecute = 1;

/// Set-group-ID without the group's x bit once meant mandatory locking, so it stays.
u32 without_set_ids(u32 permissions) {
  permissions &= ~kSetUserId;
  return (permissions & kGroupExecute) != 0 ? permissions & ~kSetGroupId : permissions;
}

}  // namespace

bool FileCredentials::in_group(u32 group) const {
  return gid == group || std::find(groups.begin(), groups.end(), group) != groups.end();
}

Result<Unit> check_permission(const FileStatus& file, u32 mode, const FileCredentials& who) {
  mode &= 7;
  if (who.privileged()) {
    const bool executable =
        file.type == FileType::Directory || (file.permissions & kAnyExecute) != 0;
    if ((mode & kMayExecute) != 0 && !executable) return Errno::EACCES;
    return Unit{};
  }
  u32 granted = file.permissions;
  if (who.uid == file.uid)
    granted >>= 6;
  else if (who.in_group(file.gid))
    granted >>= 3;
  if ((mode & ~granted) != 0) return Errno::EACCES;
  return Unit{};
}

Result<Unit> check_may_delete(const FileStatus& directory, const FileStatus& victim,
                              const FileCredentials& who) {
  TRY(check_permission(directory, kMayWrite | kMayExecute, who));
  if ((directory.permissions & kSticky) == 0 || who.privileged()) return Unit{};
  if (who.uid != victim.uid && who.uid != directory.uid) return Errno::EPERM;
  return Unit{};
}

Result<Unit> check_owner(const FileStatus& file, const FileCredentials& who) {
  if (who.privileged() || who.uid == file.uid) return Unit{};
  return Errno::EPERM;
}

Result<u32> changed_permissions(const FileStatus& file, u32 wanted, const FileCredentials& who) {
  TRY(check_owner(file, who));
  if (!who.privileged() && !who.in_group(file.gid)) wanted &= ~kSetGroupId;
  return wanted;
}

Result<FileStatus> changed_owner(FileStatus file, i64 uid, i64 gid, const FileCredentials& who) {
  const bool owner = who.uid == file.uid;
  if (uid >= 0 && !who.privileged() && !(owner && uid == file.uid)) return Errno::EPERM;
  if (gid >= 0 && !who.privileged()) {
    const u32 group = static_cast<u32>(gid);
    if (!owner || (group != file.gid && !who.in_group(group))) return Errno::EPERM;
  }
  if (uid >= 0) file.uid = static_cast<u32>(uid);
  if (gid >= 0) file.gid = static_cast<u32>(gid);
  if (file.type != FileType::Directory) file.permissions = without_set_ids(file.permissions);
  return file;
}

u32 permissions_after_write(const FileStatus& file, const FileCredentials& who) {
  return who.privileged() ? file.permissions : without_set_ids(file.permissions);
}

Ownership ownership_in(const FileStatus& directory, FileType type, u32 permissions,
                       const FileCredentials& who) {
  Ownership owner{who.uid, who.gid, permissions};
  if ((directory.permissions & kSetGroupId) == 0) return owner;
  owner.gid = directory.gid;
  if (type == FileType::Directory)
    owner.permissions |= kSetGroupId;
  else if (!who.privileged() && !who.in_group(owner.gid) && (permissions & kGroupExecute) != 0)
    owner.permissions &= ~kSetGroupId;
  return owner;
}

}  // namespace kemu
