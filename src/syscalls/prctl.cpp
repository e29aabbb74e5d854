#include "base/abi/prctl.h"

#include <algorithm>

#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// prctl(2) and personality(2): small settings of a process or task, each checked as kernel/sys.c
// does.

namespace kemu {

namespace {

constexpr u64 kNameSize = 16;  // TASK_COMM_LEN

/// PR_SET_NAME: at most 15 bytes, which may end at the last byte of a page.
Result<i32> set_name(Task& task, GuestAddr from) {
  std::array<char, kNameSize - 1> bytes{};
  const u64 read = TRY(task.space->read_some(from, std::as_writable_bytes(std::span(bytes))));
  const auto end = std::find(bytes.begin(), bytes.begin() + read, '\0');
  if (end == bytes.begin() + read && read < bytes.size()) return Errno::EFAULT;
  task.name.assign(bytes.begin(), end);
  return 0;
}

Result<i32> get_name(Task& task, GuestAddr to) {
  std::array<char, kNameSize> bytes{};
  std::copy_n(task.name.begin(), std::min<u64>(task.name.size(), kNameSize - 1), bytes.begin());
  TRY(task.space->write_value(to, bytes));
  return 0;
}

template <typename T>
Result<i32> tell(Task& task, u64 to, T value) {
  TRY(task.space->write_value(GuestAddr(to), value));
  return 0;
}

Result<i32> set_switch(bool& setting, u64 value) {
  if (value > 1) return Errno::EINVAL;
  setting = value != 0;
  return 0;
}

Result<i32> set_parent_death_signal(Process& process, u64 signal) {
  if (signal > static_cast<u64>(abi::kSigMax)) return Errno::EINVAL;
  process.parent_death_signal = static_cast<i32>(signal);
  return 0;
}

Result<i32> set_timer_slack(Task& task, u64 slack) {
  task.timer_slack =
      static_cast<i64>(slack) > 0 ? static_cast<Nanoseconds>(slack) : task.default_timer_slack;
  return 0;
}

/// Options that a kernel without the feature behind them answers with EINVAL, as kemu does;
/// programs probe for them, so nobody needs to be warned.
bool is_probed_feature(i32 option) {
  switch (option) {
    case abi::kPrGetUnalign:
    case abi::kPrSetUnalign:
    case abi::kPrGetTsc:
    case abi::kPrSetTsc:
    case abi::kPrSetSeccomp:
    case abi::kPrSveSetVl:
    case abi::kPrSveGetVl:
    case abi::kPrPacResetKeys:
    case abi::kPrSetTaggedAddrCtrl:
    case abi::kPrGetTaggedAddrCtrl:
    case abi::kPrSetPtracer: return true;
    default: return false;
  }
}

Result<i32> refuse_option(Task& task, i32 option) {
  return refuse(task, fmt::format("prctl option {}", option), Errno::EINVAL,
                is_probed_feature(option) ? Lack::Probed : Lack::Felt);
}

Result<i32> drop_from_bounding_set(Credentials& ids, u64 capability) {
  if (!ids.capable(abi::kCapSetpcap)) return Errno::EPERM;
  if (capability > abi::kLastCapability) return Errno::EINVAL;
  ids.bounding &= ~(u64{1} << capability);
  return 0;
}

/// cap_task_prctl(): locked bits stay, nothing unknown is set, and CAP_SETPCAP is needed.
Result<i32> set_secure_bits(Credentials& ids, u64 wanted) {
  const u32 locked = ids.secure_bits & abi::kSecureAllLocks;
  const u64 changed = wanted ^ ids.secure_bits;
  if ((locked >> 1 & changed) != 0 || (locked & ~wanted) != 0 ||
      (wanted & ~u64{abi::kSecureAllBits | abi::kSecureAllLocks}) != 0 ||
      !ids.capable(abi::kCapSetpcap))
    return Errno::EPERM;
  ids.secure_bits = static_cast<u32>(wanted);
  return 0;
}

Result<i32> set_keep_capabilities(Credentials& ids, u64 value) {
  if (value > 1) return Errno::EINVAL;
  if (ids.secure_bits & abi::kSecureKeepCaps << 1) return Errno::EPERM;
  ids.secure_bits &= ~abi::kSecureKeepCaps;
  if (value == 1) ids.secure_bits |= abi::kSecureKeepCaps;
  return 0;
}

Result<i32> control_ambient_set(Credentials& ids, u64 operation, u64 capability, u64 rest) {
  constexpr u64 kIsSet = 1, kRaise = 2, kLower = 3, kClearAll = 4;
  if (operation == kClearAll) {
    if ((capability | rest) != 0) return Errno::EINVAL;
    ids.ambient = 0;
    return 0;
  }
  if (rest != 0 || capability > abi::kLastCapability) return Errno::EINVAL;
  const u64 bit = u64{1} << capability;
  switch (operation) {
    case kIsSet: return i32{(ids.ambient & bit) != 0};
    case kLower: ids.ambient &= ~bit; return 0;
    case kRaise:
      if (!(ids.permitted & ids.inheritable & bit) ||
          (ids.secure_bits & abi::kSecureNoAmbientRaise))
        return Errno::EPERM;
      ids.ambient |= bit;
      return 0;
    default: return Errno::EINVAL;
  }
}

struct PrctlArguments {
  u64 first, second, third, fourth;
  bool nothing_after_first() const { return (second | third | fourth) == 0; }
  bool nothing() const { return first == 0 && nothing_after_first(); }
};

Result<i32> control_machine_checks(Process& process, const PrctlArguments& args) {
  constexpr u64 kClear = 0, kSet = 1, kMostPolicy = 2;  // PR_MCE_KILL_…
  if ((args.third | args.fourth) != 0) return Errno::EINVAL;
  constexpr i32 kDefaultPolicy = 2;
  if (args.first == kClear) {
    if (args.second != 0) return Errno::EINVAL;
    process.machine_check_policy = kDefaultPolicy;
    return 0;
  }
  if (args.first != kSet || args.second > kMostPolicy) return Errno::EINVAL;
  process.machine_check_policy = static_cast<i32>(args.second);
  return 0;
}

/// PR_SET_VMA: names of anonymous memory, for /proc/PID/maps; checked, and not shown. EINVAL,
/// EFAULT, ENOMEM where nothing is mapped.
Result<i32> name_memory(Task& task, const PrctlArguments& args) {
  constexpr u64 kSetName = 0, kLongestName = 80;
  if (args.first != kSetName) return Errno::EINVAL;
  if (args.fourth != 0) {
    const auto name = task.space->read_c_string(GuestAddr(args.fourth), kLongestName);
    if (!name.ok()) return name.error() == Errno::ENAMETOOLONG ? Errno::EINVAL : name.error();
    for (const char c : *name)
      if (c < 0x20 || c > 0x7e || std::string_view("\\`$[]").find(c) != std::string_view::npos)
        return Errno::EINVAL;
  }
  const u64 size = (args.third + kPageSize - 1) & ~(kPageSize - 1);
  if (args.second % kPageSize != 0 || (args.third != 0 && size == 0) ||
      args.second + size < args.second)
    return Errno::EINVAL;
  if (size == 0) return 0;
  TRY(task.space->update_vmas({GuestAddr(args.second), GuestAddr(args.second + size)},
                              [](Vma&) {}));
  return 0;
}

/// Settings that kemu keeps and tells, and that change nothing in it.
Result<i32> control_hints(Task& task, i32 option, const PrctlArguments& args) {
  Process& process = task.process();
  switch (option) {
    case abi::kPrSetThpDisable:
      if (!args.nothing_after_first()) return Errno::EINVAL;
      process.huge_pages_disabled = args.first != 0;
      return 0;
    case abi::kPrGetThpDisable:
      if (!args.nothing()) return Errno::EINVAL;
      return i32{process.huge_pages_disabled};
    case abi::kPrSetIoFlusher:
      if (!task.credentials.capable(abi::kCapSysResource)) return Errno::EPERM;
      if (!args.nothing_after_first()) return Errno::EINVAL;
      return set_switch(process.io_flusher, args.first);
    case abi::kPrGetIoFlusher:
      if (!task.credentials.capable(abi::kCapSysResource)) return Errno::EPERM;
      if (!args.nothing()) return Errno::EINVAL;
      return i32{process.io_flusher};
    case abi::kPrMceKill: return control_machine_checks(process, args);
    case abi::kPrMceKillGet:
      if (!args.nothing()) return Errno::EINVAL;
      return process.machine_check_policy;
    case abi::kPrGetTiming: return 0;  // PR_TIMING_STATISTICAL, the one there is
    case abi::kPrSetTiming:
      if (args.first != 0) return Errno::EINVAL;
      return 0;
    case abi::kPrSetVma: return name_memory(task, args);
    // Another layout of memory than it has is CAP_SYS_RESOURCE's to declare.
    case abi::kPrSetMm: return refuse_privileged(task, "prctl PR_SET_MM", abi::kCapSysResource);
    // PR_GET/SET_SPECULATION_CTRL: no mitigation is there to be controlled.
    case abi::kPrGetSpeculation:
    case abi::kPrSetSpeculation: return Errno::ENODEV;
    default: return refuse_option(task, option);
  }
}

/// Settings of credentials and capabilities.
Result<i32> control_credentials(Task& task, i32 option, const PrctlArguments& args) {
  Credentials& ids = task.credentials;
  switch (option) {
    case abi::kPrGetKeepCaps: return i32{(ids.secure_bits & abi::kSecureKeepCaps) != 0};
    case abi::kPrSetKeepCaps: return set_keep_capabilities(ids, args.first);
    case abi::kPrCapBsetRead:
      if (args.first > abi::kLastCapability) return Errno::EINVAL;
      return static_cast<i32>(ids.bounding >> args.first & 1);
    case abi::kPrCapBsetDrop: return drop_from_bounding_set(ids, args.first);
    case abi::kPrGetSecureBits: return static_cast<i32>(ids.secure_bits);
    case abi::kPrSetSecureBits: return set_secure_bits(ids, args.first);
    case abi::kPrCapAmbient:
      return control_ambient_set(ids, args.first, args.second, args.third | args.fourth);
    case abi::kPrGetSeccomp: return 0;
    default: return control_hints(task, option, args);
  }
}

}  // namespace

SyscallResult<i32> sys_prctl(Task& task, PrctlOption option, u64 arg2, u64 arg3, u64 arg4,
                             u64 arg5) {
  Process& process = task.process();
  const PrctlArguments args{arg2, arg3, arg4, arg5};
  switch (option.bits) {
    case abi::kPrSetName: return set_name(task, GuestAddr(arg2));
    case abi::kPrGetName: return get_name(task, GuestAddr(arg2));
    case abi::kPrSetParentDeathSignal: return set_parent_death_signal(process, arg2);
    case abi::kPrGetParentDeathSignal: return tell(task, arg2, process.parent_death_signal);
    case abi::kPrGetDumpable: return i32{process.dumpable};
    case abi::kPrSetDumpable: return set_switch(process.dumpable, arg2);
    case abi::kPrSetChildSubreaper: process.child_subreaper = arg2 != 0; return 0;
    case abi::kPrGetChildSubreaper: return tell(task, arg2, i32{process.child_subreaper});
    case abi::kPrSetNoNewPrivs:
      if (arg2 != 1 || !args.nothing_after_first()) return Errno::EINVAL;
      task.no_new_privileges = true;
      return 0;
    case abi::kPrGetNoNewPrivs:
      if (!args.nothing()) return Errno::EINVAL;
      return i32{task.no_new_privileges};
    case abi::kPrSetTimerSlack: return set_timer_slack(task, arg2);
    case abi::kPrGetTimerSlack: return static_cast<i32>(std::min<i64>(task.timer_slack, INT32_MAX));
    case abi::kPrGetTidAddress: return tell(task, arg2, task.clear_child_tid.value());
    default: return control_credentials(task, option.bits, args);
  }
}

SyscallResult<i32> sys_personality(Task& task, u32 persona) {
  const u32 old = task.personality;
  if (persona != abi::kPersonalityQuery) task.personality = persona;
  return static_cast<i32>(old);
}

}  // namespace kemu
