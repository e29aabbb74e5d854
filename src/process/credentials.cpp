#include "process/credentials.h"

namespace kemu {

namespace {

/// CAP_FS_SET: what the file-system user id is about.
constexpr u64 kFileCapabilities =
    u64{1} << abi::kCapChown | u64{1} << abi::kCapMknod | u64{1} << abi::kCapDacOverride |
    u64{1} << abi::kCapDacReadSearch | u64{1} << abi::kCapFowner | u64{1} << abi::kCapFsetid |
    u64{1} << abi::kCapLinuxImmutable | u64{1} << abi::kCapMacOverride;

bool any_is_root(const Credentials& ids) { return ids.uid == 0 || ids.euid == 0 || ids.suid == 0; }

}  // namespace

void Credentials::reset_capabilities() {
  inheritable = ambient = 0;
  bounding = abi::kAllCapabilities;
  permitted = uid == 0 || euid == 0 ? abi::kAllCapabilities : 0;
  effective = euid == 0 ? permitted : 0;
  secure_bits = 0;
}

void Credentials::after_change_of_users(const Credentials& old) {
  if (secure_bits & abi::kSecureNoSetuidFixup) return;
  if (any_is_root(old) && !any_is_root(*this)) {
    if (!(secure_bits & abi::kSecureKeepCaps)) permitted = effective = 0;
    ambient = 0;
  }
  if (old.euid == 0 && euid != 0) effective = 0;
  if (old.euid != 0 && euid == 0) effective = permitted;
}

void Credentials::after_change_of_filesystem_user(const Credentials& old) {
  if (secure_bits & abi::kSecureNoSetuidFixup) return;
  if (old.fsuid == 0 && fsuid != 0) effective &= ~kFileCapabilities;
  if (old.fsuid != 0 && fsuid == 0) effective |= permitted & kFileCapabilities;
}

void Credentials::after_exec(const Credentials& old) {
  const bool root = !(secure_bits & abi::kSecureNoRoot);
  if (euid != old.euid || egid != old.egid) ambient = 0;
  permitted = ambient;
  effective = ambient;
  if (root && (uid == 0 || euid == 0)) permitted |= bounding | inheritable;
  if (root && euid == 0) effective = permitted;
  suid = fsuid = euid;
  sgid = fsgid = egid;
  secure_bits &= ~abi::kSecureKeepCaps;
}

bool may_inspect(const Credentials& own, const Credentials& other) {
  const bool same = own.uid == other.euid && own.uid == other.suid && own.uid == other.uid &&
                    own.gid == other.egid && own.gid == other.sgid && own.gid == other.gid;
  const bool no_more = (other.permitted & ~own.permitted) == 0;
  return (same && no_more) || own.capable(abi::kCapSysPtrace);
}

}  // namespace kemu
