#pragma once

#include <vector>

#include "base/types.h"

namespace kemu {

/// User and group ids of a process; Linux's `struct cred`.
struct Credentials {
  u32 uid = 0, euid = 0, suid = 0, fsuid = 0;
  u32 gid = 0, egid = 0, sgid = 0, fsgid = 0;
  std::vector<u32> groups;
  bool keep_capabilities = false;  // prctl(PR_SET_KEEPCAPS), told but without effect

  bool privileged() const { return euid == 0; }
};

}  // namespace kemu
