#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/abi/futex.h"
#include "base/abi/prctl.h"
#include "base/abi/sched.h"
#include "process/signal_text.h"
#include "syscalls/capability_names.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// Arguments of calls about processes, memory and the machine that need more than their type tells.

namespace kemu {

namespace {

// Numbers of calls that only this file treats apart (asm-generic/unistd.h).
constexpr u64 kMbind = 235, kSetMempolicy = 237, kMigratePages = 238, kPidfdSendSignal = 424,
              kPidfdGetfd = 438, kPkeyAlloc = 289, kFanotifyInit = 262, kFanotifyMark = 263,
              kSwapon = 224, kQuotactl = 60;

constexpr FlagName kRseqFlags[] = {{1, "RSEQ_FLAG_UNREGISTER"}};
constexpr FlagName kMembarrier[] = {
    {0, "MEMBARRIER_CMD_QUERY"},
    {1, "MEMBARRIER_CMD_GLOBAL"},
    {2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
    {4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
    {8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
    {16, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
    {32, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
    {64, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
    {128, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
    {256, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
};
constexpr FlagName kLogActions[] = {
    {0, "SYSLOG_ACTION_CLOSE"},         {1, "SYSLOG_ACTION_OPEN"},
    {2, "SYSLOG_ACTION_READ"},          {3, "SYSLOG_ACTION_READ_ALL"},
    {4, "SYSLOG_ACTION_READ_CLEAR"},    {5, "SYSLOG_ACTION_CLEAR"},
    {6, "SYSLOG_ACTION_CONSOLE_OFF"},   {7, "SYSLOG_ACTION_CONSOLE_ON"},
    {8, "SYSLOG_ACTION_CONSOLE_LEVEL"}, {9, "SYSLOG_ACTION_SIZE_UNREAD"},
    {10, "SYSLOG_ACTION_SIZE_BUFFER"}};
constexpr FlagName kTraceRequests[] = {
    {0, "PTRACE_TRACEME"},
    {1, "PTRACE_PEEKTEXT"},
    {2, "PTRACE_PEEKDATA"},
    {3, "PTRACE_PEEKUSER"},
    {4, "PTRACE_POKETEXT"},
    {5, "PTRACE_POKEDATA"},
    {6, "PTRACE_POKEUSER"},
    {7, "PTRACE_CONT"},
    {8, "PTRACE_KILL"},
    {9, "PTRACE_SINGLESTEP"},
    {16, "PTRACE_ATTACH"},
    {17, "PTRACE_DETACH"},
    {24, "PTRACE_SYSCALL"},
    {31, "PTRACE_SYSEMU"},
    {32, "PTRACE_SYSEMU_SINGLESTEP"},
    {0x4200, "PTRACE_SETOPTIONS"},
    {0x4201, "PTRACE_GETEVENTMSG"},
    {0x4202, "PTRACE_GETSIGINFO"},
    {0x4203, "PTRACE_SETSIGINFO"},
    {0x4204, "PTRACE_GETREGSET"},
    {0x4205, "PTRACE_SETREGSET"},
    {0x4206, "PTRACE_SEIZE"},
    {0x4207, "PTRACE_INTERRUPT"},
    {0x4208, "PTRACE_LISTEN"},
    {0x4209, "PTRACE_PEEKSIGINFO"},
    {0x420a, "PTRACE_GETSIGMASK"},
    {0x420b, "PTRACE_SETSIGMASK"},
    {0x420c, "PTRACE_SECCOMP_GET_FILTER"},
    {0x420d, "PTRACE_SECCOMP_GET_METADATA"},
    {0x420e, "PTRACE_GET_SYSCALL_INFO"},
    {0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"},
};
constexpr FlagName kDumpable[] = {
    {0, "SUID_DUMP_DISABLE"}, {1, "SUID_DUMP_USER"}, {2, "SUID_DUMP_ROOT"}};
constexpr FlagName kSecureBits[] = {{0x01, "SECBIT_NOROOT"},
                                    {0x02, "SECBIT_NOROOT_LOCKED"},
                                    {0x04, "SECBIT_NO_SETUID_FIXUP"},
                                    {0x08, "SECBIT_NO_SETUID_FIXUP_LOCKED"},
                                    {0x10, "SECBIT_KEEP_CAPS"},
                                    {0x20, "SECBIT_KEEP_CAPS_LOCKED"},
                                    {0x40, "SECBIT_NO_CAP_AMBIENT_RAISE"},
                                    {0x80, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"}};
constexpr FlagName kAmbient[] = {{1, "PR_CAP_AMBIENT_IS_SET"},
                                 {2, "PR_CAP_AMBIENT_RAISE"},
                                 {3, "PR_CAP_AMBIENT_LOWER"},
                                 {4, "PR_CAP_AMBIENT_CLEAR_ALL"}};
constexpr FlagName kMachineChecks[] = {{0, "PR_MCE_KILL_CLEAR"}, {1, "PR_MCE_KILL_SET"}};
constexpr FlagName kMachineCheckPolicies[] = {
    {0, "PR_MCE_KILL_LATE"}, {1, "PR_MCE_KILL_EARLY"}, {2, "PR_MCE_KILL_DEFAULT"}};
constexpr FlagName kCounters[] = {{1, "PR_TSC_ENABLE"}, {2, "PR_TSC_SIGSEGV"}};
constexpr FlagName kUnaligned[] = {{1, "PR_UNALIGN_NOPRINT"}, {2, "PR_UNALIGN_SIGBUS"}};
constexpr FlagName kFilters[] = {
    {0, "SECCOMP_MODE_DISABLED"}, {1, "SECCOMP_MODE_STRICT"}, {2, "SECCOMP_MODE_FILTER"}};
constexpr FlagName kMemoryFields[] = {
    {1, "PR_SET_MM_START_CODE"}, {2, "PR_SET_MM_END_CODE"},    {3, "PR_SET_MM_START_DATA"},
    {4, "PR_SET_MM_END_DATA"},   {5, "PR_SET_MM_START_STACK"}, {6, "PR_SET_MM_START_BRK"},
    {7, "PR_SET_MM_BRK"},        {8, "PR_SET_MM_ARG_START"},   {9, "PR_SET_MM_ARG_END"},
    {10, "PR_SET_MM_ENV_START"}, {11, "PR_SET_MM_ENV_END"},    {12, "PR_SET_MM_AUXV"},
    {13, "PR_SET_MM_EXE_FILE"},  {14, "PR_SET_MM_MAP"},        {15, "PR_SET_MM_MAP_SIZE"}};

/// How many of prctl(2)'s arguments an option uses, itself included.
unsigned prctl_arguments(i32 option) {
  switch (option) {
    case abi::kPrGetDumpable:
    case abi::kPrGetKeepCaps:
    case abi::kPrGetTiming:
    case abi::kPrGetSeccomp:
    case abi::kPrGetSecureBits:
    case abi::kPrGetTimerSlack:
    case abi::kPrSveGetVl:
    case 31:  // PR_TASK_PERF_EVENTS_DISABLE
    case 32:
    case 46:  // PR_GET_FP_MODE
    case 64:  // PR_SME_GET_VL
      return 1;
    case abi::kPrSetSpeculation: return 3;
    case abi::kPrSetPtracer:
    case abi::kPrSetChildSubreaper:
    case abi::kPrGetChildSubreaper:
    case abi::kPrGetTidAddress:
    case abi::kPrSveSetVl:
    case abi::kPrGetSpeculation:
    case 45:  // PR_SET_FP_MODE
    case 63:  // PR_SME_SET_VL
      return 2;
    default: {
      constexpr i32 kFirstWithMore = abi::kPrMceKill;
      const bool is_unknown = option <= 0 || option == 17 || option == 18;
      return option < kFirstWithMore && !is_unknown && option != abi::kPrSetSeccomp ? 2 : 5;
    }
  }
}

std::string capability_text(u32 number) {
  return number < kCapabilityNames.size()
             ? std::string(kCapabilityNames[number])
             : fmt::format("{} /* CAP_??? */", hexadecimal_text(number));
}

/// The second argument where it is a number with a meaning; empty otherwise.
std::string prctl_number_text(i32 option, u64 value) {
  const u32 number = static_cast<u32>(value);
  switch (option) {
    case abi::kPrSetParentDeathSignal: return signal_text(static_cast<i32>(number));
    case abi::kPrCapBsetRead:
    case abi::kPrCapBsetDrop: return capability_text(number);
    case abi::kPrSetDumpable: return choice_text(number, kDumpable);
    case abi::kPrSetSecureBits: return flags_text(number, kSecureBits);
    case abi::kPrCapAmbient: return choice_text(number, kAmbient);
    case abi::kPrMceKill: return choice_text(number, kMachineChecks, "PR_MCE_KILL_???");
    case abi::kPrSetTsc: return choice_text(number, kCounters);
    case abi::kPrSetUnalign: return flags_text(number, kUnaligned);
    case abi::kPrSetSeccomp: return choice_text(number, kFilters);
    case abi::kPrSetMm: return choice_text(number, kMemoryFields);
    case abi::kPrSetVma: return value == 0 ? "PR_SET_VMA_ANON_NAME" : hexadecimal_text(value);
    case abi::kPrSetPtracer:
      return value == ~u64{0} ? "PR_SET_PTRACER_ANY" : fmt::to_string(static_cast<i32>(value));
    case abi::kPrSetKeepCaps:
    case abi::kPrSetTiming:
    case abi::kPrSetTimerSlack:
    case abi::kPrSetChildSubreaper:
    case abi::kPrSetNoNewPrivs:
    case abi::kPrSetThpDisable:
    case abi::kPrSetIoFlusher:
    case 10:  // PR_SET_FPEMU
    case 12:  // PR_SET_FPEXC
    case 20:  // PR_SET_ENDIAN
      return fmt::to_string(value);
    default: return {};
  }
}

}  // namespace

bool TracePrinter::prctl_omits(unsigned index) const {
  return index >= prctl_arguments(static_cast<i32>(registers_.args[0]));
}

void TracePrinter::print_prctl_argument(u64 value) {
  const i32 option = static_cast<i32>(registers_.args[0]);
  const bool is_name = option == abi::kPrSetVma && index_ == 4 && value != 0;
  if (is_name) return print_string(GuestAddr(value), style_.string_limit);
  if (option == abi::kPrSetVma && index_ == 2) return append(address_text(value));
  if (option == abi::kPrSetVma && index_ == 3) return append(fmt::to_string(value));
  if (option == abi::kPrCapAmbient && index_ == 2 && registers_.args[1] <= 3)
    return append(capability_text(static_cast<u32>(value)));
  constexpr u64 kSetPolicy = 1;  // PR_MCE_KILL_SET
  if (option == abi::kPrMceKill && index_ == 2 && registers_.args[1] == kSetPolicy)
    return append(choice_text(static_cast<u32>(value), kMachineCheckPolicies));
  if (index_ != 1) return append(hexadecimal_text(value));
  if (const std::string text = prctl_number_text(option, value); !text.empty()) return append(text);
  constexpr u64 kNameShown = 15;
  const GuestAddr addr(value);
  if (option == abi::kPrSetName) return print_string(addr, kNameShown);
  const bool told = option == abi::kPrGetName || option == abi::kPrGetParentDeathSignal ||
                    option == abi::kPrGetChildSubreaper || option == abi::kPrGetTidAddress ||
                    option == abi::kPrGetTsc || option == abi::kPrGetUnalign;
  if (!told) return append(hexadecimal_text(value));
  if (result_.failed()) return print(addr);
  if (option == abi::kPrGetName) return print_string(addr, kNameShown);
  const auto number = space_.read_value<u32>(addr);
  if (!number.ok()) return print(addr);
  if (option == abi::kPrGetParentDeathSignal)
    return append(fmt::format("[{}]", signal_text(static_cast<i32>(*number))));
  if (option == abi::kPrGetTsc) return append("[" + choice_text(*number, kCounters) + "]");
  if (option == abi::kPrGetUnalign) return append("[" + flags_text(*number, kUnaligned) + "]");
  if (option == abi::kPrGetTidAddress)
    return append(fmt::format("[{}]", address_text(space_.read_value<u64>(addr).value_or(0))));
  append(fmt::format("[{}]", static_cast<i32>(*number)));
}

bool TracePrinter::print_named_result() {
  const u32 value = static_cast<u32>(result_.value);
  const u32 what = static_cast<u32>(registers_.args[0]);
  if (is_call(abi::kCallFcntl)) {
    const u32 command = static_cast<u32>(registers_.args[1]);
    // F_GETFD, F_GETFL, F_GETLEASE, F_GET_SEALS
    constexpr u32 kGetFlags[] = {1, 3, 1025, 1034};
    if (std::ranges::find(kGetFlags, command) == std::end(kGetFlags)) return false;
    append(hexadecimal_text(value));
    return true;
  }
  if (is_call(abi::kCallMembarrier)) {
    if (what != 0) return false;
    append(fmt::format("{} ({})", hexadecimal_text(value),
                       flags_text(value, std::span(kMembarrier).subspan(1))));
    return true;
  }
  switch (static_cast<i32>(what)) {
    case abi::kPrGetDumpable:
      append(fmt::format("{} ({})", value, choice_text(value, kDumpable)));
      return true;
    case abi::kPrGetSecureBits:
      append(value == 0 ? "0" : fmt::format("{:#x} ({})", value, flags_text(value, kSecureBits)));
      return true;
    case abi::kPrMceKillGet:
      append(fmt::format("{} ({})", value, choice_text(value, kMachineCheckPolicies)));
      return true;
    default: return false;
  }
}

template <typename T>
void TracePrinter::print_numbers(GuestAddr addr, u64 count) {
  constexpr u64 kMost = 1 << 16;
  if (count > kMost) return print(addr);
  print_elements<T>(addr, count, [this](T value) {
    append(sizeof(T) == sizeof(u64) ? address_text(static_cast<u64>(value))
                                    : fmt::to_string(static_cast<i32>(value)));
  });
}

void TracePrinter::print_wake_operation(u32 operation) {
  constexpr std::string_view kOperations[] = {"FUTEX_OP_SET", "FUTEX_OP_ADD", "FUTEX_OP_OR",
                                              "FUTEX_OP_ANDN", "FUTEX_OP_XOR"};
  constexpr std::string_view kComparisons[] = {"FUTEX_OP_CMP_EQ", "FUTEX_OP_CMP_NE",
                                               "FUTEX_OP_CMP_LT", "FUTEX_OP_CMP_LE",
                                               "FUTEX_OP_CMP_GT", "FUTEX_OP_CMP_GE"};
  const auto part = [](u32 value, unsigned shift, std::span<const std::string_view> names,
                       std::string_view unknown) {
    return value < names.size() ? fmt::format("{}<<{}", names[value], shift)
                                : fmt::format("{:#x}<<{} /* {} */", value, shift, unknown);
  };
  append(fmt::format("{}{}|{}<<12|{}|{}", operation >> 31 ? "FUTEX_OP_OPARG_SHIFT<<28|" : "",
                     part(operation >> 28 & 7, 28, kOperations, "FUTEX_OP_???"),
                     hexadecimal_text(operation >> 12 & 0xfff),
                     part(operation >> 24 & 15, 24, kComparisons, "FUTEX_OP_CMP_???"),
                     hexadecimal_text(operation & 0xfff)));
}

void TracePrinter::print_futex_waiters(GuestAddr addr) {
  static constexpr FlagName kFlags[] = {{128, "FUTEX_PRIVATE_FLAG"}, {2, "FUTEX_32"}};
  constexpr u64 kMost = 128;  // FUTEX_WAITV_MAX
  const u64 count = static_cast<u32>(registers_.args[1]);
  if (count > kMost || addr.is_null()) return print(addr);
  print_elements<abi::FutexWaiter>(addr, count, [this](const abi::FutexWaiter& waiter) {
    append(fmt::format("{{val={}, uaddr={}, flags={}", hexadecimal_text(waiter.value),
                       address_text(waiter.address), flags_text(waiter.flags, kFlags)));
    append(waiter.reserved == 0 ? "}" : fmt::format(", __reserved={:#x}}}", waiter.reserved));
  });
}

bool TracePrinter::print_process_argument() {
  const u64 value = registers_.args[index_];
  const u32 number = static_cast<u32>(value);
  constexpr FlagName kCpuFlag[] = {{1, "MEMBARRIER_CMD_FLAG_CPU"}};
  switch (registers_.number) {
    case abi::kCallPrctl:
      if (index_ == 0) return false;
      print_prctl_argument(value);
      return true;
    case abi::kCallClone3:
      if (index_ != 0) return false;
      print_clone_arguments(GuestAddr(value));
      return true;
    case abi::kCallMembarrier:
      if (index_ == 2) return false;
      append(index_ == 0 ? choice_text(number, kMembarrier) : flags_text(number, kCpuFlag));
      return true;
    case abi::kCallRseq:
      if (index_ >= 2)
        append(index_ == 2 ? flags_text(number, kRseqFlags) : hexadecimal_text(number));
      return index_ >= 2;
    case abi::kCallFutex: {
      if (index_ != 5) return index_ == 2 ? append(fmt::to_string(number)), true : false;
      const u32 command = static_cast<u32>(registers_.args[1]) & abi::kFutexCommandMask;
      const bool is_set = command == abi::kFutexWaitBitset || command == abi::kFutexWakeBitset;
      const bool is_count = command == abi::kFutexCmpRequeue || command == abi::kFutexCmpRequeuePi;
      if (command == abi::kFutexWakeOp)
        print_wake_operation(number);
      else if (is_set && number == abi::kFutexMatchAny)
        append("FUTEX_BITSET_MATCH_ANY");
      else
        append(is_count ? fmt::to_string(number) : hexadecimal_text(number));
      return true;
    }
    case abi::kCallFutexWaitv:
      if (index_ == 2) append(hexadecimal_text(number));
      if (index_ == 0) print_futex_waiters(GuestAddr(value));
      return index_ == 0 || index_ == 2;
    case abi::kCallKcmp: {
      constexpr u64 kFile = 0, kEpollTarget = 7;
      const u64 type = registers_.args[2];
      if (index_ < 3) return false;
      if (type == kFile || (type == kEpollTarget && index_ == 3))
        print(Fd{static_cast<i32>(value)});
      else
        append(type == kEpollTarget ? address_text(value) : hexadecimal_text(value));
      return true;
    }
    case abi::kCallPtrace:
      if (index_ == 1) return false;
      append(index_ == 0   ? choice_text(value, kTraceRequests)
             : index_ == 2 ? address_text(value)
                           : hexadecimal_text(value));
      return true;
    case abi::kCallProcessVmReadv:
      if (index_ != 1) return false;
      print_iovecs_at(GuestAddr(value), registers_.args[2],
                      result_.failed() ? ~u64{0} - 1 : result_.value);
      return true;
    case kPidfdSendSignal:
      if (index_ != 3) return false;
      append(hexadecimal_text(number));
      return true;
    case kPidfdGetfd:
      if (index_ != 2) return false;
      append(hexadecimal_text(number));
      return true;
    default: return false;
  }
}

void TracePrinter::print_clone_arguments(GuestAddr addr) {
  const u64 size = registers_.args[1];
  abi::CloneArgs value;
  const u64 known = std::min<u64>(size, sizeof value);
  const auto bytes = std::as_writable_bytes(std::span(&value, 1)).first(known);
  if (addr.is_null() || size < abi::kCloneArgsSize0 || !space_.read(addr, bytes).ok())
    return print(addr);
  print_clone_struct(value, size);
}

void TracePrinter::print_value(const abi::CloneArgs& value) {
  print_clone_struct(value, sizeof value);
}

void TracePrinter::print_clone_struct(const abi::CloneArgs& value, u64 size) {
  append("{flags=");
  print(UnshareFlags{value.flags});
  const auto address = [this](std::string_view name, u64 number) {
    append(fmt::format(", {}={}", name, address_text(number)));
  };
  if (value.flags & abi::kClonePidfd) address("pidfd", value.pidfd);
  if (value.flags & (abi::kCloneChildSetTid | abi::kCloneChildClearTid))
    address("child_tid", value.child_tid);
  if (value.flags & abi::kCloneParentSetTid) address("parent_tid", value.parent_tid);
  append(fmt::format(", exit_signal={}", value.exit_signal == 0
                                             ? "0"
                                             : signal_text(static_cast<i64>(value.exit_signal))));
  address("stack", value.stack);
  append(fmt::format(", stack_size={}", hexadecimal_text(value.stack_size)));
  if (value.flags & abi::kCloneSetTls) address("tls", value.tls);
  if (size >= abi::kCloneArgsSize1 && (value.set_tid != 0 || value.set_tid_size != 0)) {
    constexpr u64 kMostNested = 32;  // MAX_PID_NS_LEVEL
    append(", set_tid=");
    if (value.set_tid == 0 || value.set_tid_size == 0 || value.set_tid_size > kMostNested)
      print(GuestAddr(value.set_tid));
    else
      print_numbers<i32>(GuestAddr(value.set_tid), value.set_tid_size);
    append(fmt::format(", set_tid_size={}", value.set_tid_size));
  }
  if (size >= abi::kCloneArgsSize2 && (value.flags & abi::kCloneIntoCgroup))
    append(fmt::format(", cgroup={}", value.cgroup));
  constexpr u64 kMostShown = 4096;
  if (size > sizeof value && size <= kMostShown) {
    std::string rest(size - sizeof value, '\0');
    const GuestAddr at = GuestAddr(registers_.args[0]) + sizeof value;
    if (space_.read(at, std::as_writable_bytes(std::span(rest))).ok() &&
        rest.find_first_not_of('\0') != std::string::npos)
      append(fmt::format(", /* bytes {}..{} */ {}", sizeof value, size - 1,
                         quoted_text(rest, rest.size(), Escapes::Hexadecimal)));
  }
  append("}");
}

void TracePrinter::print_node_mask(GuestAddr addr, u64 most) {
  constexpr u64 kBits = 64, kMostWords = 1 << 12;
  const u64 count = most > kMostWords * kBits ? ~u64{0} : (most + kBits - 2) / kBits;
  if (count > kMostWords || (is_exit_ && result_.failed())) return print(addr);
  print_elements<u64>(addr, count, [this](u64 word) {
    append(word == 0 ? std::string(18, '0') : fmt::format("{:#018x}", word));
  });
}

bool TracePrinter::print_memory_argument() {
  const u64 value = registers_.args[index_];
  const GuestAddr addr(value);
  const auto is = [this](u64 call, unsigned index) { return is_call(call) && index_ == index; };
  const auto mask = [&](u64 most) {
    print_node_mask(addr, most);
    return true;
  };
  if (is(kMbind, 3)) return mask(registers_.args[4]);
  if (is(kSetMempolicy, 1)) return mask(registers_.args[2]);
  if (is(kMigratePages, 2) || is(kMigratePages, 3)) return mask(registers_.args[1]);
  if (is(abi::kCallGetMempolicy, 1)) return mask(registers_.args[2]);
  if (is(abi::kCallGetMempolicy, 0)) {
    const auto mode = space_.read_value<u32>(addr);
    if (addr.is_null() || result_.failed() || !mode.ok()) return print(addr), true;
    constexpr u32 kModes = 6;
    append("[");
    if (*mode < kModes)
      print(MemoryPolicy{*mode});
    else
      append(fmt::format("{:#x} /* MPOL_??? */", *mode));
    append("]");
    return true;
  }
  if (is_call(abi::kCallMovePages) && index_ >= 2 && index_ <= 4) {
    const u64 count = registers_.args[1];
    if (addr.is_null() || (index_ == 4 && result_.failed()))
      print(addr);
    else if (index_ == 2)
      print_numbers<u64>(addr, count);
    else
      print_numbers<i32>(addr, count);
    return true;
  }
  if (is(abi::kCallSendfile, 2)) {
    const auto offset = space_.read_value<u64>(addr);
    if (addr.is_null() || !offset.ok())
      print(addr);
    else
      append(result_.failed() || *offset == before()
                 ? fmt::format("[{}]", before())
                 : fmt::format("[{}] => [{}]", before(), *offset));
    return true;
  }
  if (is(kPkeyAlloc, 0)) return append(hexadecimal_text(value)), true;
  if (is(abi::kCallSyslog, 0)) {
    const auto* action = std::ranges::find(kLogActions, value, &FlagName::bits);
    append(fmt::format("{} /* {} */", static_cast<i32>(value),
                       action == std::end(kLogActions) ? "SYSLOG_ACTION_???" : action->name));
    return true;
  }
  // truncate and ftruncate: strace shows a length unsigned.
  constexpr u64 kTruncate = 45, kFtruncate = 46;
  if (is(kTruncate, 1) || is(kFtruncate, 1)) return append(fmt::to_string(value)), true;
  return false;
}

bool TracePrinter::print_refused_argument() {
  constexpr FlagName kClasses[] = {
      {0, "FAN_CLASS_NOTIF"}, {4, "FAN_CLASS_CONTENT"}, {8, "FAN_CLASS_PRE_CONTENT"}};
  constexpr FlagName kInit[] = {{0x1, "FAN_CLOEXEC"},
                                {0x2, "FAN_NONBLOCK"},
                                {0x10, "FAN_UNLIMITED_QUEUE"},
                                {0x20, "FAN_UNLIMITED_MARKS"},
                                {0x40, "FAN_ENABLE_AUDIT"},
                                {0x80, "FAN_REPORT_PIDFD"},
                                {0x100, "FAN_REPORT_TID"},
                                {0x200, "FAN_REPORT_FID"},
                                {0x400, "FAN_REPORT_DIR_FID"},
                                {0x800, "FAN_REPORT_NAME"},
                                {0x1000, "FAN_REPORT_TARGET_FID"}};
  constexpr FlagName kMark[] = {{0x1, "FAN_MARK_ADD"},
                                {0x2, "FAN_MARK_REMOVE"},
                                {0x4, "FAN_MARK_DONT_FOLLOW"},
                                {0x8, "FAN_MARK_ONLYDIR"},
                                {0x10, "FAN_MARK_MOUNT"},
                                {0x20, "FAN_MARK_IGNORED_MASK"},
                                {0x40, "FAN_MARK_IGNORED_SURV_MODIFY"},
                                {0x80, "FAN_MARK_FLUSH"},
                                {0x100, "FAN_MARK_FILESYSTEM"},
                                {0x200, "FAN_MARK_EVICTABLE"},
                                {0x400, "FAN_MARK_IGNORE"}};
  constexpr FlagName kEvents[] = {
      {0x1, "FAN_ACCESS"},      {0x2, "FAN_MODIFY"},         {0x4, "FAN_ATTRIB"},
      {0x8, "FAN_CLOSE_WRITE"}, {0x10, "FAN_CLOSE_NOWRITE"}, {0x20, "FAN_OPEN"},
      {0x40, "FAN_MOVED_FROM"}, {0x80, "FAN_MOVED_TO"},      {0x100, "FAN_CREATE"},
      {0x200, "FAN_DELETE"},    {0x400, "FAN_DELETE_SELF"},  {0x800, "FAN_MOVE_SELF"},
      {0x1000, "FAN_OPEN_EXEC"}};
  constexpr FlagName kSwapFlags[] = {{0x8000, "SWAP_FLAG_PREFER"},
                                     {0x10000, "SWAP_FLAG_DISCARD"},
                                     {0x20000, "SWAP_FLAG_DISCARD_ONCE"},
                                     {0x40000, "SWAP_FLAG_DISCARD_PAGES"}};
  constexpr FlagName kQuotaCommands[] = {
      {0x800001, "Q_SYNC"},     {0x800002, "Q_QUOTAON"},  {0x800003, "Q_QUOTAOFF"},
      {0x800004, "Q_GETFMT"},   {0x800005, "Q_GETINFO"},  {0x800006, "Q_SETINFO"},
      {0x800007, "Q_GETQUOTA"}, {0x800008, "Q_SETQUOTA"}, {0x800009, "Q_GETNEXTQUOTA"}};
  constexpr FlagName kQuotaTypes[] = {{0, "USRQUOTA"}, {1, "GRPQUOTA"}, {2, "PRJQUOTA"}};
  constexpr u32 kClassBits = 0xc, kPriorityBits = 0x7fff;
  const u64 value = registers_.args[index_];
  const u32 number = static_cast<u32>(value);
  const GuestAddr addr(value);
  const auto is = [this](u64 call, unsigned index) { return is_call(call) && index_ == index; };
  if (is(kFanotifyInit, 0)) {
    append(choice_text(number & kClassBits, kClasses));
    if (number & ~kClassBits) append("|" + flags_text(number & ~kClassBits, kInit));
  } else if (is(kFanotifyInit, 1)) {
    append(open_flags_text(number));
  } else if (is(kFanotifyMark, 1)) {
    append(flags_text(number, kMark));
  } else if (is(kFanotifyMark, 2)) {
    append(flags_text(value, kEvents));
  } else if (is(kSwapon, 1)) {
    append(flags_text(number & ~kPriorityBits, kSwapFlags, ""));
    append(fmt::format("{}{}", number & ~kPriorityBits ? "|" : "", number & kPriorityBits));
  } else if (is(kQuotactl, 0)) {
    append(fmt::format("QCMD({}, {})", choice_text(number >> 8, kQuotaCommands),
                       choice_text(number & 0xff, kQuotaTypes, "???QUOTA")));
  } else if (is(abi::kCallNameToHandleAt, 2)) {
    const auto size = space_.read_value<u32>(addr);
    size.ok() ? append(fmt::format("{{handle_bytes={}}}", *size)) : print(addr);
  } else if (is(abi::kCallOpenByHandleAt, 1)) {
    print_file_handle(addr);
  } else {
    return false;
  }
  return true;
}

void TracePrinter::print_file_handle(GuestAddr addr) {
  constexpr u32 kMost = 128;  // MAX_HANDLE_SZ
  const auto header = space_.read_value<std::array<u32, 2>>(addr);
  if (!header.ok()) return print(addr);
  append(fmt::format("{{handle_bytes={}, handle_type={}", (*header)[0], (*header)[1]));
  std::string bytes(std::min((*header)[0], kMost), '\0');
  if (space_.read(addr + sizeof *header, std::as_writable_bytes(std::span(bytes))).ok())
    append(", f_handle=" + quoted_text(bytes, bytes.size(), Escapes::Hexadecimal));
  append("}");
}

}  // namespace kemu
