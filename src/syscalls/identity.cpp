#include <algorithm>

#include "base/abi/capability.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// Who a process is (credentials(7)). User and group ids follow the same rules, kernel/sys.c's, so
// one body serves both.

namespace kemu {

namespace {

constexpr u32 kUnchanged = ~u32{0};  // (uid_t)-1

/// The four ids of one kind.
struct Ids {
  u32& real;
  u32& effective;
  u32& saved;
  u32& filesystem;
};

Ids user_ids(Credentials& c) { return {c.uid, c.euid, c.suid, c.fsuid}; }
Ids group_ids(Credentials& c) { return {c.gid, c.egid, c.sgid, c.fsgid}; }

enum class Kind : u8 { User, Group };
/// Which capabilities a change of user ids takes along.
enum class Fixup : u8 { Users, FilesystemUser };

/// Applies `change` to a copy of the caller's ids of one kind and keeps what it made unless it
/// failed. A new effective id takes dumpability and the parent-death signal away (commit_creds()).
template <typename Change>
Result<Unit> change_ids(Task& task, Kind kind, Change&& change, Fixup fixup = Fixup::Users) {
  Process& process = task.process();
  Credentials fresh = task.credentials;
  const Credentials& old = task.credentials;
  const bool may_be_anybody = old.capable(kind == Kind::User ? abi::kCapSetuid : abi::kCapSetgid);
  TRY(change(kind == Kind::User ? user_ids(fresh) : group_ids(fresh), may_be_anybody));
  if (kind == Kind::User && fixup == Fixup::Users) fresh.after_change_of_users(old);
  if (kind == Kind::User && fixup == Fixup::FilesystemUser)
    fresh.after_change_of_filesystem_user(old);
  if (fresh.euid != old.euid || fresh.egid != old.egid || fresh.fsuid != old.fsuid ||
      fresh.fsgid != old.fsgid) {
    process.dumpable = false;
    process.parent_death_signal = 0;
  }
  // flag_nproc_exceeded(): programs do not expect setuid(2) to fail, so execve(2) will.
  const u64 limit = process.limits.soft(Resource::Processes);
  if (fresh.uid != old.uid)
    process.over_process_limit = limit != kUnlimited && fresh.uid != 0 &&
                                 task.kernel().user_has_processes(fresh.uid, limit + 1);
  task.credentials = std::move(fresh);
  return Unit{};
}

// setuid(2), setgid(2)
Result<Unit> set_id(Task& task, Kind kind, u32 id) {
  if (id == kUnchanged) return Errno::EINVAL;
  return change_ids(task, kind, [id](Ids ids, bool privileged) -> Result<Unit> {
    if (privileged) {
      ids.real = ids.saved = id;
    } else if (id != ids.real && id != ids.saved) {
      return Errno::EPERM;
    }
    ids.effective = ids.filesystem = id;
    return Unit{};
  });
}

// setreuid(2), setregid(2)
Result<Unit> set_real_effective(Task& task, Kind kind, u32 real, u32 effective) {
  return change_ids(task, kind, [=](Ids ids, bool privileged) -> Result<Unit> {
    const u32 old_real = ids.real, old_effective = ids.effective;
    if (real != kUnchanged) {
      if (real != old_real && real != old_effective && !privileged) return Errno::EPERM;
      ids.real = real;
    }
    if (effective != kUnchanged) {
      const bool own =
          effective == old_real || effective == old_effective || effective == ids.saved;
      if (!own && !privileged) return Errno::EPERM;
      ids.effective = effective;
    }
    if (real != kUnchanged || (effective != kUnchanged && effective != old_real))
      ids.saved = ids.effective;
    ids.filesystem = ids.effective;
    return Unit{};
  });
}

// setresuid(2), setresgid(2)
Result<Unit> set_all(Task& task, Kind kind, u32 real, u32 effective, u32 saved) {
  return change_ids(task, kind, [=](Ids ids, bool privileged) -> Result<Unit> {
    const auto may_become = [&](u32 id) {
      return privileged || id == kUnchanged || id == ids.real || id == ids.effective ||
             id == ids.saved;
    };
    if (!may_become(real) || !may_become(effective) || !may_become(saved)) return Errno::EPERM;
    if (real != kUnchanged) ids.real = real;
    if (effective != kUnchanged) ids.effective = effective;
    if (saved != kUnchanged) ids.saved = saved;
    ids.filesystem = ids.effective;
    return Unit{};
  });
}

// setfsuid(2), setfsgid(2): never an error, always the old id.
Result<u32> set_filesystem_id(Task& task, Kind kind, u32 id) {
  u32 old = 0;
  TRY(change_ids(
      task, kind,
      [id, &old](Ids ids, bool privileged) -> Result<Unit> {
        old = ids.filesystem;
        const bool own = id == ids.real || id == ids.effective || id == ids.saved || id == old;
        if (id != kUnchanged && (own || privileged)) ids.filesystem = id;
        return Unit{};
      },
      Fixup::FilesystemUser));
  return old;
}

Result<Unit> tell_three(Task& task, OutPtr<u32> real, OutPtr<u32> effective, OutPtr<u32> saved,
                        Ids ids) {
  TRY(task.space->write_value(real.addr, ids.real));
  TRY(task.space->write_value(effective.addr, ids.effective));
  return task.space->write_value(saved.addr, ids.saved);
}

}  // namespace

SyscallResult<u32> sys_getuid(Task& task) { return task.credentials.uid; }
SyscallResult<u32> sys_geteuid(Task& task) { return task.credentials.euid; }
SyscallResult<u32> sys_getgid(Task& task) { return task.credentials.gid; }
SyscallResult<u32> sys_getegid(Task& task) { return task.credentials.egid; }

SyscallResult<Unit> sys_setuid(Task& task, u32 uid) { return set_id(task, Kind::User, uid); }
SyscallResult<Unit> sys_setgid(Task& task, u32 gid) { return set_id(task, Kind::Group, gid); }

SyscallResult<Unit> sys_setreuid(Task& task, u32 ruid, u32 euid) {
  return set_real_effective(task, Kind::User, ruid, euid);
}
SyscallResult<Unit> sys_setregid(Task& task, u32 rgid, u32 egid) {
  return set_real_effective(task, Kind::Group, rgid, egid);
}

SyscallResult<Unit> sys_setresuid(Task& task, u32 ruid, u32 euid, u32 suid) {
  return set_all(task, Kind::User, ruid, euid, suid);
}
SyscallResult<Unit> sys_setresgid(Task& task, u32 rgid, u32 egid, u32 sgid) {
  return set_all(task, Kind::Group, rgid, egid, sgid);
}

SyscallResult<Unit> sys_getresuid(Task& task, OutPtr<u32> ruid, OutPtr<u32> euid,
                                  OutPtr<u32> suid) {
  return tell_three(task, ruid, euid, suid, user_ids(task.credentials));
}
SyscallResult<Unit> sys_getresgid(Task& task, OutPtr<u32> rgid, OutPtr<u32> egid,
                                  OutPtr<u32> sgid) {
  return tell_three(task, rgid, egid, sgid, group_ids(task.credentials));
}

SyscallResult<u32> sys_setfsuid(Task& task, u32 uid) {
  return set_filesystem_id(task, Kind::User, uid);
}
SyscallResult<u32> sys_setfsgid(Task& task, u32 gid) {
  return set_filesystem_id(task, Kind::Group, gid);
}

SyscallResult<i32> sys_getgroups(Task& task, i32 size, GuestAddr list) {
  const std::vector<u32>& groups = task.credentials.groups;
  const i32 count = static_cast<i32>(groups.size());
  if (size < 0) return Errno::EINVAL;
  if (size == 0) return count;
  if (size < count) return Errno::EINVAL;
  TRY(task.space->write(list, std::as_bytes(std::span(groups))));
  return count;
}

SyscallResult<Unit> sys_setgroups(Task& task, i32 size, GuestAddr list) {
  constexpr u32 kMostGroups = 65536;  // NGROUPS_MAX
  Credentials& ids = task.credentials;
  if (!ids.capable(abi::kCapSetgid)) return Errno::EPERM;
  if (static_cast<u32>(size) > kMostGroups) return Errno::EINVAL;
  std::vector<u32> groups(static_cast<u32>(size));
  TRY(task.space->read(list, std::as_writable_bytes(std::span(groups))));
  // Kept sorted, as getgroups(2) tells them back.
  std::sort(groups.begin(), groups.end());
  ids.groups = std::move(groups);
  return Unit{};
}

namespace {

/// How many CapabilityData a header's version means. For an unknown one the header is told the
/// preferred version (capget(2)). EFAULT, EINVAL.
Result<u32> capability_words(Task& task, GuestAddr header_addr, abi::CapabilityHeader& header) {
  header = TRY(task.space->read_value<abi::CapabilityHeader>(header_addr));
  switch (header.version) {
    case abi::kCapabilityVersion1: return 1u;
    case abi::kCapabilityVersion2:
    case abi::kCapabilityVersion3: return 2u;
    default:
      TRY(task.space->write_value(header_addr, abi::kCapabilityVersion3));
      return Errno::EINVAL;
  }
}

}  // namespace

SyscallResult<Unit> sys_capget(Task& task, GuestAddr header_addr, GuestAddr data) {
  abi::CapabilityHeader header;
  const auto words = capability_words(task, header_addr, header);
  if (!words.ok()) {
    // Asking for the version alone is no error.
    if (words.error() == Errno::EINVAL && data.is_null()) return Unit{};
    return words.error();
  }
  if (header.pid < 0) return Errno::EINVAL;
  Task* target = header.pid == 0 ? &task : task.kernel().find_task(header.pid);
  if (!target) return Errno::ESRCH;
  if (data.is_null()) return Unit{};
  const Credentials& ids = target->credentials;
  std::array<abi::CapabilityData, 2> told{};
  for (u32 i = 0; i < *words; ++i) {
    told[i].effective = static_cast<u32>(ids.effective >> 32 * i);
    told[i].permitted = static_cast<u32>(ids.permitted >> 32 * i);
    told[i].inheritable = static_cast<u32>(ids.inheritable >> 32 * i);
  }
  return task.space->write(data, std::as_bytes(std::span(told).first(*words)));
}

// cap_capset() in security/commoncap.c.
SyscallResult<Unit> sys_capset(Task& task, GuestAddr header_addr, GuestAddr data) {
  abi::CapabilityHeader header;
  const u32 words = TRY(capability_words(task, header_addr, header));
  if (header.pid != 0 && header.pid != task.tid()) return Errno::EPERM;
  std::array<abi::CapabilityData, 2> wanted{};
  TRY(task.space->read(data, std::as_writable_bytes(std::span(wanted).first(words))));
  Credentials& ids = task.credentials;
  u64 effective = 0, permitted = 0, inheritable = 0;
  for (u32 i = 0; i < words; ++i) {
    effective |= u64{wanted[i].effective} << 32 * i & abi::kAllCapabilities;
    permitted |= u64{wanted[i].permitted} << 32 * i & abi::kAllCapabilities;
    inheritable |= u64{wanted[i].inheritable} << 32 * i & abi::kAllCapabilities;
  }
  const auto within = [](u64 set, u64 bound) { return (set & ~bound) == 0; };
  if (!ids.capable(abi::kCapSetpcap) && !within(inheritable, ids.inheritable | ids.permitted))
    return Errno::EPERM;
  if (!within(inheritable, ids.inheritable | ids.bounding) || !within(permitted, ids.permitted) ||
      !within(effective, permitted))
    return Errno::EPERM;
  ids.effective = effective;
  ids.permitted = permitted;
  ids.inheritable = inheritable;
  ids.ambient &= permitted & inheritable;
  return Unit{};
}

}  // namespace kemu
