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
  constexpr Nanoseconds kDefaultSlack = 50'000;
  task.timer_slack = static_cast<i64>(slack) > 0 ? static_cast<Nanoseconds>(slack) : kDefaultSlack;
  return 0;
}

/// Options that a kernel without the feature behind them answers with EINVAL, as kemu does;
/// programs probe for them, so nobody needs to be warned.
bool is_probed_feature(i32 option) {
  switch (option) {
    case abi::kPrSveSetVl:
    case abi::kPrSveGetVl:
    case abi::kPrPacResetKeys:
    case abi::kPrSetTaggedAddrCtrl:
    case abi::kPrGetTaggedAddrCtrl:
    case abi::kPrSetVma:
    case abi::kPrSetPtracer:
    case abi::kPrCapAmbient: return true;
    default: return false;
  }
}

Result<i32> refuse_option(Task& task, i32 option) {
  if (is_probed_feature(option)) return Errno::EINVAL;
  return refuse(task, fmt::format("prctl option {}", option), Errno::EINVAL);
}

Result<i32> drop_from_bounding_set(Task& task, u64 capability) {
  if (!task.process().credentials.privileged()) return Errno::EPERM;
  if (capability > abi::kLastCapability) return Errno::EINVAL;
  return refuse(task, "prctl PR_CAPBSET_DROP", Errno::EPERM);
}

/// Settings of credentials and capabilities.
Result<i32> control_credentials(Task& task, i32 option, u64 arg) {
  Credentials& ids = task.process().credentials;
  switch (option) {
    case abi::kPrGetKeepCaps: return i32{ids.keep_capabilities};
    case abi::kPrSetKeepCaps: return set_switch(ids.keep_capabilities, arg);
    case abi::kPrCapBsetRead:
      if (arg > abi::kLastCapability) return Errno::EINVAL;
      return 1;
    case abi::kPrCapBsetDrop: return drop_from_bounding_set(task, arg);
    case abi::kPrGetSecureBits:
    case abi::kPrGetSeccomp: return 0;
    default: return refuse_option(task, option);
  }
}

}  // namespace

SyscallResult<i32> sys_prctl(Task& task, PrctlOption option, u64 arg2, u64 arg3, u64 arg4,
                             u64 arg5) {
  Process& process = task.process();
  const bool rest_is_zero = (arg3 | arg4 | arg5) == 0;
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
      if (arg2 != 1 || !rest_is_zero) return Errno::EINVAL;
      process.no_new_privileges = true;
      return 0;
    case abi::kPrGetNoNewPrivs:
      if (arg2 != 0 || !rest_is_zero) return Errno::EINVAL;
      return i32{process.no_new_privileges};
    case abi::kPrSetTimerSlack: return set_timer_slack(task, arg2);
    case abi::kPrGetTimerSlack: return static_cast<i32>(std::min<i64>(task.timer_slack, INT32_MAX));
    case abi::kPrGetTidAddress: return tell(task, arg2, task.clear_child_tid.value());
    case abi::kPrSetThpDisable: return rest_is_zero ? Result<i32>(0) : Result<i32>(Errno::EINVAL);
    case abi::kPrGetThpDisable:
      if (arg2 != 0 || !rest_is_zero) return Errno::EINVAL;
      return 0;
    default: return control_credentials(task, option.bits, arg2);
  }
}

SyscallResult<i32> sys_personality(Task& task, u32 persona) {
  Process& process = task.process();
  const u32 old = process.personality;
  if (persona != abi::kPersonalityQuery) process.personality = persona;
  return static_cast<i32>(old);
}

}  // namespace kemu
