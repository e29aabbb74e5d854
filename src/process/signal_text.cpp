#include "process/signal_text.h"

#include <fmt/format.h>

#include <span>

#include "process/signals.h"

namespace kemu {

namespace {

struct CodeName {
  i32 code;
  std::string_view name;
};

constexpr CodeName kCommonCodes[] = {
    {abi::kSiUser, "SI_USER"},   {abi::kSiKernel, "SI_KERNEL"}, {abi::kSiQueue, "SI_QUEUE"},
    {abi::kSiTimer, "SI_TIMER"}, {abi::kSiTkill, "SI_TKILL"},
};
constexpr CodeName kChildCodes[] = {
    {abi::kCldExited, "CLD_EXITED"},       {abi::kCldKilled, "CLD_KILLED"},
    {abi::kCldDumped, "CLD_DUMPED"},       {abi::kCldStopped, "CLD_STOPPED"},
    {abi::kCldContinued, "CLD_CONTINUED"},
};
constexpr CodeName kSegvCodes[] = {{abi::kSegvMapErr, "SEGV_MAPERR"},
                                   {abi::kSegvAccErr, "SEGV_ACCERR"}};
constexpr CodeName kBusCodes[] = {{abi::kBusAdrAln, "BUS_ADRALN"}, {abi::kBusAdrErr, "BUS_ADRERR"}};
constexpr CodeName kIllCodes[] = {{abi::kIllIllOpc, "ILL_ILLOPC"}};
constexpr CodeName kTrapCodes[] = {{abi::kTrapBrkpt, "TRAP_BRKPT"}};

/// The names of the positive codes of one signal.
std::span<const CodeName> codes_of(i32 signo) {
  switch (signo) {
    case abi::kSigChld: return kChildCodes;
    case abi::kSigSegv: return kSegvCodes;
    case abi::kSigBus: return kBusCodes;
    case abi::kSigIll: return kIllCodes;
    case abi::kSigTrap: return kTrapCodes;
    default: return {};
  }
}

std::string code_text(i32 signo, i32 code) {
  const bool own = code > 0 && code < abi::kSiKernel;
  for (const CodeName& known : own ? codes_of(signo) : std::span<const CodeName>(kCommonCodes))
    if (known.code == code) return std::string(known.name);
  return fmt::format("{:#x}", static_cast<u32>(code));
}

/// In hexadecimal; `zero` for 0.
std::string number_text(u64 value, std::string_view zero) {
  return value == 0 ? std::string(zero) : fmt::format("{:#x}", value);
}

std::string child_fields(const abi::SigInfo& info) {
  const std::string status = info.code == abi::kCldExited ? fmt::to_string(info.child.status)
                                                          : signal_text(info.child.status);
  return fmt::format(", si_pid={}, si_uid={}, si_status={}, si_utime={}, si_stime={}",
                     info.child.pid, info.child.uid, status, ticks_text(info.child.utime),
                     ticks_text(info.child.stime));
}

/// What the union holds, told by code and signal (siginfo_layout() in kernel/signal.c).
std::string union_fields(const abi::SigInfo& info) {
  if (info.code == abi::kSiKernel) return {};
  if (info.code == abi::kSiTimer)
    return fmt::format(", si_timerid={}, si_overrun={}, si_int={}, si_ptr={}",
                       number_text(static_cast<u32>(info.timer.id), "0"), info.timer.overrun,
                       static_cast<i32>(info.timer.value), number_text(info.timer.value, "NULL"));
  if (info.code > 0 && info.signo == abi::kSigChld) return child_fields(info);
  if (info.code > 0 && !codes_of(info.signo).empty())
    return fmt::format(", si_addr={}", number_text(info.fault.address, "NULL"));
  std::string text = fmt::format(", si_pid={}, si_uid={}", info.sender.pid, info.sender.uid);
  if (info.code == abi::kSiQueue)
    text += fmt::format(", si_int={}, si_ptr={}", static_cast<i32>(info.sender.value),
                        number_text(info.sender.value, "NULL"));
  return text;
}

}  // namespace

std::string signal_text(i64 number) {
  const auto signal = Signal::from(number);
  return signal ? std::string(signal_name(*signal)) : fmt::to_string(number);
}

std::string ticks_text(i64 ticks) {
  return ticks == 0 ? "0"
                    : fmt::format("{} /* {:.2f} s */", ticks, static_cast<double>(ticks) / 100);
}

std::string describe_fields(const abi::SigInfo& info) {
  return fmt::format("{{si_signo={}, si_code={}{}}}", signal_text(info.signo),
                     code_text(info.signo, info.code), union_fields(info));
}

std::string describe(const abi::SigInfo& info) {
  return fmt::format("{} {}", signal_text(info.signo), describe_fields(info));
}

}  // namespace kemu
