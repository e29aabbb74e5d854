#pragma once

#include <vector>

#include "base/abi/capability.h"
#include "base/types.h"

namespace kemu {

/// User and group ids and capabilities of a process; Linux's `struct cred`. Root of the machine has
/// every capability, whoever runs kemu.
struct Credentials {
  u32 uid = 0, euid = 0, suid = 0, fsuid = 0;
  u32 gid = 0, egid = 0, sgid = 0, fsgid = 0;
  std::vector<u32> groups;

  // capabilities(7): a bit each.
  u64 inheritable = 0;
  u64 permitted = abi::kAllCapabilities;
  u64 effective = abi::kAllCapabilities;
  u64 bounding = abi::kAllCapabilities;
  u64 ambient = 0;
  u32 secure_bits = 0;  // SECBIT_…

  bool capable(u32 capability) const { return effective >> capability & 1; }
  bool privileged() const { return capable(abi::kCapSysAdmin); }

  /// The sets of somebody who logs in: all for root, none for others.
  void reset_capabilities();
  /// After a change of user ids from those of `old`: cap_emulate_setxuid() in security/commoncap.c.
  void after_change_of_users(const Credentials& old);
  /// setfsuid(2)'s part of it: the capabilities about files follow.
  void after_change_of_filesystem_user(const Credentials& old);
  /// execve(2) of a file without capabilities: cap_bprm_creds_from_file().
  void after_exec(const Credentials& old);
};

/// ptrace_may_access()'s rules for PTRACE_MODE_REALCREDS, without those about dumpability.
bool may_inspect(const Credentials& own, const Credentials& other);

}  // namespace kemu
