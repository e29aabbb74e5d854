#include "syscalls/fault_injector.h"

#include <algorithm>

#include "base/abi/syscall_numbers.h"
#include "syscalls/table.h"
#include "syscalls/trace_selection.h"

namespace kemu {

namespace {

constexpr u32 kCallClose = 57;
constexpr u32 kCallBrk = 214;

SyscallOutcome done(u64 value) { return {SyscallOutcome::Kind::Done, value, {}}; }
SyscallOutcome failed(Errno error) { return done(static_cast<u64>(-static_cast<i64>(error))); }

/// Guests leave the upper half of an argument that is an `int` as it comes.
bool is_value(u64 argument, u64 wanted) {
  const bool is_int = wanted == static_cast<u64>(i64{static_cast<i32>(wanted)});
  return argument == wanted || (is_int && argument == static_cast<u32>(wanted));
}

bool is_by(const FaultRule& rule, Task& task) {
  return rule.which.pids(task.process().pid()) && rule.which.programs(task.name);
}

bool is_about(const FaultRule& rule, Task& task) {
  const SyscallRegisters& call = task.syscall.registers;
  if (!rule.which(call.number) || !is_by(rule, task)) return false;
  for (const FaultRule::Argument& argument : rule.arguments)
    if (!is_value(call.args[argument.index], argument.value)) return false;
  if (!rule.which.asks_for_files()) return true;
  const SyscallEntry* row = find_syscall(call.number);
  return rule.which.shows_file(row ? match_arguments(task, *row, rule.which) : TraceMatch{});
}

/// Whether the task ends by the signal, which is pending for it.
bool kills(Task& task, Signal signal) {
  const auto action = default_action(signal);
  return (action == DefaultAction::Terminate || action == DefaultAction::Core) &&
         task.actions->get(signal).handler == abi::kSigDfl && task.deliverable().has(signal);
}

}  // namespace

void FaultInjector::add(std::vector<FaultRule> rules) {
  constexpr u64 kApart = 0x9e3779b97f4a7c15;  // 2^64 by the golden ratio: no two rules throw alike
  for (FaultRule& rule : rules) {
    Counted counted;
    counted.rule = std::move(rule);
    counted.chance.seed(seed_ + kApart * (rules_.size() + 1));
    rules_.push_back(std::move(counted));
  }
}

bool FaultInjector::strikes(Counted& counted) {
  if (!counted.rule.names(++counted.matches)) return false;
  return counted.rule.chance == FaultRule::kAlways ||
         counted.chance() % FaultRule::kAlways < counted.rule.chance;
}

FaultInjector::Struck FaultInjector::strike(Task& task) {
  Struck struck;
  Nanoseconds delay = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const FaultRule& rule = rules_[i].rule;
    if (rule.place != FaultRule::Place::Call || !is_about(rule, task) || !strikes(rules_[i]))
      continue;
    if (rule.signal) {
      abi::SigInfo info;
      info.signo = rule.signal->number();
      info.code = abi::kSiKernel;
      (void)task.kernel().send_signal(task, info);  // one that finds no room is lost, as on Linux
      struck.dies |= kills(task, *rule.signal);
    }
    delay += rule.delay;
    if (rule.decides_result() && struck.decides == kNone) struck.decides = i;
  }
  if (delay > 0) struck.until = task.kernel().monotonic() + delay;
  return struck;
}

std::optional<SyscallOutcome> FaultInjector::before(Task& task) {
  SyscallState& call = task.syscall;
  const auto known = struck_.find(task.tid());
  // What has waited for our sake is the same call, asked for again.
  const bool again =
      call.has_waited && known != struck_.end() && (known->second.until >= 0 || known->second.dies);
  const Struck struck = again ? known->second : strike(task);
  if (!again) {
    struck_.erase(task.tid());
    if (struck.decides == kNone && struck.until < 0 && !struck.dies) return std::nullopt;
    struck_.emplace(task.tid(), struck);
  }
  // As Linux does with a call in whose entry the process is killed: it is not begun.
  const bool is_over = struck.until < 0 || task.kernel().monotonic() >= struck.until;
  if (struck.dies || !is_over)
    return SyscallOutcome{SyscallOutcome::Kind::Blocked, 0, {Restart::Killable, struck.until}};
  call.has_waited = call.timed_out = false;
  if (struck.decides == kNone) return std::nullopt;
  return decide(task, struck.decides);
}

std::optional<SyscallOutcome> FaultInjector::decide(Task& task, std::size_t index) {
  Counted& counted = rules_[index];
  const FaultRule& rule = counted.rule;
  SyscallState& call = task.syscall;
  if (rule.value) return done(*rule.value);
  if (rule.error) {
    // close(2): the descriptor is gone, whatever went wrong with the file; see after().
    if (call.registers.number == kCallClose && *rule.error != Errno::EBADF) return std::nullopt;
    // brk(2) knows no errors: where it fails it tells where the break still is.
    if (call.registers.number == kCallBrk) return done(task.space->brk().value());
    return failed(*rule.error);
  }
  if (rule.room && counted.written >= *rule.room) return failed(Errno::ENOSPC);
  call.most_bytes = rule.room ? *rule.room - counted.written : *rule.most;
  return std::nullopt;
}

void FaultInjector::after(Task& task, u64& value) {
  const auto found = struck_.find(task.tid());
  if (found == struck_.end()) return;
  const std::size_t index = found->second.decides;
  struck_.erase(found);
  if (index == kNone) return;
  Counted& counted = rules_[index];
  const FaultRule& rule = counted.rule;
  SyscallState& call = task.syscall;
  if (rule.error && call.registers.number == kCallClose)
    value = static_cast<u64>(-static_cast<i64>(*rule.error));
  const bool moved = (rule.room || rule.most) && static_cast<i64>(value) >= 0;
  if (!moved) return;
  if (rule.room) counted.written += value;
  call.injected |= call.most_bytes == value && asks_for_more(call.registers, value);
}

bool FaultInjector::has_rules(FaultRule::Place place) const {
  return std::ranges::any_of(rules_,
                             [&](const Counted& counted) { return counted.rule.place == place; });
}

bool FaultInjector::refuses_frame(Task* task) {
  bool refused = false;
  for (Counted& counted : rules_) {
    const FaultRule& rule = counted.rule;
    if (rule.place != FaultRule::Place::Frame) continue;
    const bool by_all = rule.which.pids.shows_all() && rule.which.programs.shows_all();
    if (by_all || (task && is_by(rule, *task))) refused |= strikes(counted);
  }
  return refused;
}

}  // namespace kemu
