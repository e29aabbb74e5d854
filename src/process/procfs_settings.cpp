#include <fmt/format.h>

#include <charconv>

#include "process/procfs_parts.h"

// What may be written in /proc/PID: the name, how dear the process is when memory runs out, what a
// core dump would have (fs/proc/base.c).

namespace kemu::procfs {
namespace {

constexpr i32 kMostAdjustment = 1000;  // OOM_SCORE_ADJ_MAX
constexpr i32 kOldMost = 15;           // OOM_ADJUST_MAX
constexpr i32 kOldLeast = -17;         // OOM_DISABLE
constexpr u64 kLongestNumber = 12;     // PROC_NUMBUF less its terminator
constexpr u64 kLongestName = 15;       // TASK_COMM_LEN likewise
constexpr u32 kDumpFilterBits = 0x1ff;
constexpr Nanoseconds kMostSlack = std::numeric_limits<Nanoseconds>::max();

/// A number as kstrtoint() takes it: blanks around it are nothing, all else is EINVAL.
template <typename Number>
Result<Number> parse(std::string_view text, int base = 10) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t start = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(start);
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  if (base == 0) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    base = hexadecimal ? 16 : text.size() > 1 && text[0] == '0' ? 8 : 10;
    if (hexadecimal) text.remove_prefix(2);
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error == std::errc::result_out_of_range) return Errno::ERANGE;
  if (error != std::errc() || end != text.data() + text.size()) return Errno::EINVAL;
  return number;
}

bool caller_capable(Kernel& kernel, u32 capability) {
  Task* running = kernel.running();
  return !running || running->credentials.capable(capability);
}

Result<Process*> live(const Somebody& who) {
  if (!who.process) return Errno::ESRCH;
  return who.process;
}

/// What a process uses of every thousandth of memory, moved by its own adjustment: oom_badness().
i64 badness(const Somebody& who, i64 total_pages) {
  const i64 resident = static_cast<i64>(who.task->space->resident_pages());
  return std::max<i64>(resident + who.process->oom_score_adj * total_pages / kMostAdjustment,
                       -total_pages);
}

}  // namespace

std::string command_name(Kernel&, const Somebody& who) {
  return (who.task ? who.task->name : who.zombie->name) + "\n";
}

Result<Unit> set_command_name(Kernel& kernel, const Somebody& who, std::string_view text) {
  Task* running = kernel.running();
  if (!who.task || (running && &running->process() != who.process)) return Errno::EINVAL;
  const std::string_view name = text.substr(0, kLongestName);
  who.task->name = name.substr(0, name.find('\0'));
  return Unit{};
}

std::string oom_score(Kernel& kernel, const Somebody& who) {
  const i64 total = static_cast<i64>(kernel.pool().size() / kPageSize);
  if (!who.process || who.process->oom_score_adj == -kMostAdjustment) return "0\n";
  const i64 points = kMostAdjustment + badness(who, total) * kMostAdjustment / total;
  return fmt::format("{}\n", points * 2 / 3);
}

std::string oom_score_adjustment(Kernel&, const Somebody& who) {
  return fmt::format("{}\n", who.process ? who.process->oom_score_adj : 0);
}

Result<Unit> set_oom_score_adjustment(Kernel& kernel, const Somebody& who, std::string_view text) {
  const i32 wanted = TRY(parse<i32>(text.substr(0, kLongestNumber)));
  if (wanted < -kMostAdjustment || wanted > kMostAdjustment) return Errno::EINVAL;
  Process& process = *TRY(live(who));
  const bool privileged = caller_capable(kernel, abi::kCapSysResource);
  if (wanted < process.oom_score_adj_least && !privileged) return Errno::EACCES;
  process.oom_score_adj = wanted;
  if (privileged) process.oom_score_adj_least = wanted;
  return Unit{};
}

std::string old_oom_adjustment(Kernel&, const Somebody& who) {
  const i32 now = who.process ? who.process->oom_score_adj : 0;
  return fmt::format("{}\n",
                     now == kMostAdjustment ? kOldMost : now * -kOldLeast / kMostAdjustment);
}

Result<Unit> set_old_oom_adjustment(Kernel& kernel, const Somebody& who, std::string_view text) {
  const i32 wanted = TRY(parse<i32>(text.substr(0, kLongestNumber)));
  if (wanted < kOldLeast || wanted > kOldMost) return Errno::EINVAL;
  const i32 scaled = wanted == kOldMost ? kMostAdjustment : wanted * kMostAdjustment / -kOldLeast;
  Process& process = *TRY(live(who));
  if (scaled < process.oom_score_adj && !caller_capable(kernel, abi::kCapSysResource))
    return Errno::EACCES;
  process.oom_score_adj = scaled;
  return Unit{};
}

std::string core_dump_filter(Kernel&, const Somebody& who) {
  return who.process ? fmt::format("{:08x}\n", who.process->core_dump_filter) : std::string();
}

Result<Unit> set_core_dump_filter(Kernel&, const Somebody& who, std::string_view text) {
  const u32 wanted = TRY(parse<u32>(text, 0));
  TRY(live(who))->core_dump_filter = wanted & kDumpFilterBits;
  return Unit{};
}

std::string timer_slack(Kernel&, const Somebody& who) {
  return fmt::format("{}\n", who.task ? who.task->timer_slack : 0);
}

Result<Unit> set_timer_slack(Kernel& kernel, const Somebody& who, std::string_view text) {
  const u64 wanted = TRY(parse<u64>(text));
  const Process* process = TRY(live(who));
  Task* running = kernel.running();
  const bool own = !running || &running->process() == process;
  if (!own && !caller_capable(kernel, abi::kCapSysNice)) return Errno::EPERM;
  who.task->timer_slack = wanted == 0 ? who.task->default_timer_slack
                                      : static_cast<Nanoseconds>(std::min<u64>(wanted, kMostSlack));
  return Unit{};
}

Result<Unit> refuse_setting(Kernel&, const Somebody&, std::string_view) { return Errno::EPERM; }

}  // namespace kemu::procfs
