#include "fs/fake_ownership.h"

#include "fs/host_inode.h"

namespace kemu {

namespace {

constexpr u32 kSetUser = 04000, kSetGroup = 02000, kAnyExecute = 0111, kGroupExecute = 010;

}  // namespace

FileStatus FakeOwnership::shown(FileStatus real) const {
  real.uid = real.gid = 0;
  const auto found = files_.find({real.device, real.inode});
  if (found == files_.end()) return real;
  const Claim& claim = found->second;
  real.uid = claim.uid;
  real.gid = claim.gid;
  real.permissions = claim.permissions.value_or(real.permissions);
  if (claim.type) {
    real.type = *claim.type;
    real.special_device = claim.device;
  }
  return real;
}

FileType FakeOwnership::type_of(const FileId& id, FileType real) const {
  const auto found = files_.find(id);
  return found == files_.end() ? real : found->second.type.value_or(real);
}

void FakeOwnership::set_owner(const FileStatus& real, i64 uid, i64 gid) {
  const u32 permissions = shown(real).permissions;
  Claim& claim = files_[{real.device, real.inode}];
  if (uid != -1) claim.uid = static_cast<u32>(uid);
  if (gid != -1) claim.gid = static_cast<u32>(gid);
  if (real.type != FileType::Regular || !(permissions & kAnyExecute)) return;
  u32 kept = permissions & ~kSetUser;
  if (permissions & kGroupExecute) kept &= ~kSetGroup;
  if (kept != permissions) claim.permissions = kept;
}

void FakeOwnership::set_permissions(const FileId& id, u32 permissions) {
  files_[id].permissions = permissions;
}

void FakeOwnership::set_device(const FileId& id, FileType type, u64 device) {
  Claim& claim = files_[id];
  claim.type = type;
  claim.device = device;
}

void enable_fake_ownership(HostFsContext& context) {
  context.inodes->fake_ownership = std::make_unique<FakeOwnership>();
}

}  // namespace kemu
