#include <algorithm>

#include "base/abi/fcntl.h"
#include "base/abi/resource.h"
#include "process/system_identity.h"
#include "syscalls/accounting.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// What the machine is and what it lets a process use: uname(2), sysinfo(2), limits, usage,
// randomness; and the calls of an administrator, which a guest is not.

namespace kemu {

namespace {

constexpr Nanoseconds kClockTick = kSecond / 100;  // USER_HZ

template <std::size_t kSize>
void put_text(std::array<char, kSize>& field, std::string_view text) {
  text.copy(field.data(), kSize - 1);
}

}  // namespace

SyscallResult<Unit> sys_uname(Task& task, OutPtr<abi::Utsname> name) {
  abi::Utsname told;
  put_text(told.sysname, kSystemName);
  put_text(told.nodename, task.kernel().options().host_name);
  put_text(told.release, kSystemRelease);
  put_text(told.version, kSystemVersion);
  put_text(told.machine, kSystemMachine);
  put_text(told.domainname, task.kernel().options().domain_name);
  return task.space->write_value(name.addr, told);
}

SyscallResult<Unit> sys_sethostname(Task& task, InBytes name, u64 size) {
  constexpr u64 kLongestName = 64;  // __NEW_UTS_LEN
  if (!task.credentials.privileged()) return Errno::EPERM;
  const i32 given = static_cast<i32>(size);
  if (given < 0 || static_cast<u64>(given) > kLongestName) return Errno::EINVAL;
  std::string text(static_cast<u32>(given), '\0');
  TRY(task.space->read(name.addr, std::as_writable_bytes(std::span(text))));
  task.kernel().set_host_name(text.substr(0, text.find('\0')));
  return Unit{};
}

SyscallResult<Unit> sys_sysinfo(Task& task, OutPtr<abi::Sysinfo> info) {
  Kernel& kernel = task.kernel();
  const FramePool& pool = kernel.pool();
  abi::Sysinfo told;
  told.uptime = (kernel.monotonic() - kernel.boot_time()) / kSecond;
  told.total_ram = pool.size();
  told.free_ram = pool.size() - std::min(pool.size(), u64{pool.in_use()} * kPageSize);
  LoadAverage& load = kernel.load_average();
  load.account(kernel.monotonic(), kernel.monotonic(), 0);
  constexpr double kLoadOne = 1 << 16;  // SI_LOAD_SHIFT
  for (size_t i = 0; i < told.loads.size(); ++i)
    told.loads[i] = static_cast<u64>(load.values()[i] * kLoadOne);
  told.procs = static_cast<u16>(std::min<u64>(kernel.processes().size(), UINT16_MAX));
  return task.space->write_value(info.addr, told);
}

namespace {

/// EINVAL for a number that names no limit.
Result<Resource> resource_from(ResourceNumber number) {
  if (number.bits >= kResourceCount) return Errno::EINVAL;
  return static_cast<Resource>(number.bits);
}

/// do_prlimit()'s rules. EINVAL, EPERM.
Result<Unit> check_new_limit(Task& task, Resource resource, const ResourceLimit& old,
                             const abi::Rlimit& wanted) {
  constexpr u64 kMostOpenFiles = u64{1} << 20;  // fs.nr_open
  if (wanted.soft > wanted.hard) return Errno::EINVAL;
  if (resource == Resource::OpenFiles && wanted.hard > kMostOpenFiles) return Errno::EPERM;
  if (wanted.hard > old.hard && !task.credentials.capable(abi::kCapSysResource))
    return Errno::EPERM;
  return Unit{};
}

/// Limits that an AddressSpace enforces are told to it.
void apply_limits(Process& process) {
  for (const auto& task : process.tasks) {
    if (!task->space) continue;
    MemoryLimits& limits = task->space->limits();
    limits.address_space = process.limits.soft(Resource::AddressSpace);
    limits.data = process.limits.soft(Resource::Data);
    limits.stack = process.limits.soft(Resource::Stack);
  }
}

Result<Unit> write_limit(Task& task, OutPtr<abi::Rlimit> to, const ResourceLimit& limit) {
  return task.space->write_value(to.addr, abi::Rlimit{limit.soft, limit.hard});
}

Result<Unit> change_limit(Task& task, Process& target, Resource resource,
                          InPtr<abi::Rlimit> new_limit, OutPtr<abi::Rlimit> old_limit) {
  std::optional<abi::Rlimit> wanted;
  if (!new_limit.is_null()) wanted = TRY(task.space->read_value<abi::Rlimit>(new_limit.addr));
  const ResourceLimit old = target.limits.get(resource);
  if (wanted) TRY(check_new_limit(task, resource, old, *wanted));
  if (!old_limit.is_null()) TRY(write_limit(task, old_limit, old));
  if (wanted) {
    target.limits.set(resource, {wanted->soft, wanted->hard});
    apply_limits(target);
  }
  return Unit{};
}

/// check_prlimit_permission(): all of the other's ids are the caller's own.
bool may_limit(Task& task, const Process& target) {
  const Credentials& own = task.credentials;
  const Credentials& other = target.credentials();
  if (&target == &task.process() || own.capable(abi::kCapSysResource)) return true;
  return own.uid == other.euid && own.uid == other.suid && own.uid == other.uid &&
         own.gid == other.egid && own.gid == other.sgid && own.gid == other.gid;
}

}  // namespace

SyscallResult<Unit> sys_getrlimit(Task& task, ResourceNumber resource, OutPtr<abi::Rlimit> limit) {
  const Resource which = TRY(resource_from(resource));
  return write_limit(task, limit, task.process().limits.get(which));
}

SyscallResult<Unit> sys_setrlimit(Task& task, ResourceNumber resource, InPtr<abi::Rlimit> limit) {
  if (limit.is_null()) return Errno::EFAULT;
  const Resource which = TRY(resource_from(resource));
  return change_limit(task, task.process(), which, limit, {});
}

SyscallResult<Unit> sys_prlimit64(Task& task, i32 pid, ResourceNumber resource,
                                  InPtr<abi::Rlimit> new_limit, OutPtr<abi::Rlimit> old_limit) {
  Process* target = &task.process();
  if (pid != 0) {
    Task* other = task.kernel().find_task(pid);
    if (!other) return Errno::ESRCH;
    target = &other->process();
  }
  if (!may_limit(task, *target)) return Errno::EPERM;
  const Resource which = TRY(resource_from(resource));
  return change_limit(task, *target, which, new_limit, old_limit);
}

SyscallResult<Unit> sys_getrusage(Task& task, RusageWho who, OutPtr<abi::Rusage> usage) {
  const Process& process = task.process();
  ResourceUsage told;
  switch (who.bits) {
    case abi::kUsageSelf: told = process.total_usage(); break;
    case abi::kUsageChildren: told = process.children_usage; break;
    case abi::kUsageThread:
      told = task.usage();
      told.max_resident_kib = process.total_usage().max_resident_kib;
      break;
    default: return Errno::EINVAL;
  }
  return task.space->write_value(usage.addr, to_rusage(told));
}

SyscallResult<i64> sys_times(Task& task, OutPtr<abi::Tms> times) {
  const ResourceUsage own = task.process().total_usage();
  const ResourceUsage& children = task.process().children_usage;
  const abi::Tms told{own.user_time / kClockTick, own.system_time / kClockTick,
                      children.user_time / kClockTick, children.system_time / kClockTick};
  if (!times.is_null()) TRY(task.space->write_value(times.addr, told));
  return task.kernel().monotonic() / kClockTick;
}

// The third argument has not been used since Linux 2.6.24.
SyscallResult<Unit> sys_getcpu(Task& task, OutPtr<u32> cpu, OutPtr<u32> node, GuestAddr) {
  if (!cpu.is_null()) TRY(task.space->write_value(cpu.addr, u32{0}));
  if (!node.is_null()) TRY(task.space->write_value(node.addr, u32{0}));
  return Unit{};
}

SyscallResult<u64> sys_getrandom(Task& task, OutBytes buf, u64 size, RandomFlags flags) {
  if (flags.any_but(abi::kRandomNonBlock | abi::kRandomRandom | abi::kRandomInsecure))
    return Errno::EINVAL;
  if (flags.has(abi::kRandomRandom | abi::kRandomInsecure)) return Errno::EINVAL;
  const u64 wanted = std::min(size, abi::kMaxRwCount);
  std::array<std::byte, kPageSize> bytes;
  u64 filled = 0;
  while (filled < wanted) {
    const auto piece = std::span(bytes).first(std::min(wanted - filled, kPageSize));
    task.kernel().entropy().fill(piece);
    const auto written = task.space->write_some(buf.addr + filled, piece);
    if (!written.ok() && filled == 0) return written.error();
    if (!written.ok()) break;
    filled += *written;
    if (*written < piece.size()) break;
  }
  return filled;
}

// One guest runs at a time, and switching between them orders everything: each barrier is there
// already, and who is in a restartable sequence leaves it before it goes on. Linux demands a
// registration of who uses the private ones.
SyscallResult<i32> sys_membarrier(Task& task, i32 command, u32 flags, i32) {
  constexpr i32 kCommands =
      abi::kMembarrierGlobal | abi::kMembarrierGlobalExpedited |
      abi::kMembarrierRegisterGlobalExpedited | abi::kMembarrierPrivateExpedited |
      abi::kMembarrierRegisterPrivateExpedited | abi::kMembarrierPrivateExpeditedSyncCore |
      abi::kMembarrierRegisterPrivateExpeditedSyncCore | abi::kMembarrierPrivateExpeditedRseq |
      abi::kMembarrierRegisterPrivateExpeditedRseq | abi::kMembarrierGetRegistrations;
  const bool may_name_cpu = command == abi::kMembarrierPrivateExpeditedRseq;
  if (flags != 0 && !(may_name_cpu && flags == abi::kMembarrierFlagCpu)) return Errno::EINVAL;
  i32& registered = task.process().membarriers;
  const auto needs = [&](i32 registration) -> SyscallResult<i32> {
    if (registered & registration) return 0;
    return Errno::EPERM;
  };
  switch (command) {
    case abi::kMembarrierQuery: return kCommands;
    case abi::kMembarrierGlobal:
    case abi::kMembarrierGlobalExpedited: return 0;
    case abi::kMembarrierPrivateExpedited: return needs(abi::kMembarrierRegisterPrivateExpedited);
    case abi::kMembarrierPrivateExpeditedSyncCore:
      return needs(abi::kMembarrierRegisterPrivateExpeditedSyncCore);
    case abi::kMembarrierPrivateExpeditedRseq:
      return needs(abi::kMembarrierRegisterPrivateExpeditedRseq);
    case abi::kMembarrierRegisterGlobalExpedited:
    case abi::kMembarrierRegisterPrivateExpeditedRseq:
    case abi::kMembarrierRegisterPrivateExpedited:
    case abi::kMembarrierRegisterPrivateExpeditedSyncCore: registered |= command; return 0;
    case abi::kMembarrierGetRegistrations: return registered;
    default: return Errno::EINVAL;
  }
}

SyscallResult<i32> sys_syslog(Task& task, i32, OutBytes, i32) {
  return refuse_privileged(task, "syslog", abi::kCapSyslog);
}
SyscallResult<Unit> sys_reboot(Task& task, u32, u32, u32, Opaque) {
  return refuse_privileged(task, "reboot", abi::kCapSysBoot);
}
}  // namespace kemu
