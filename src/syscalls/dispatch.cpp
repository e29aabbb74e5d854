#include <array>
#include <type_traits>

#include "base/abi/syscall_numbers.h"
#include "syscalls/handlers.h"
#include "syscalls/intercept.h"
#include "syscalls/table.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_selection.h"

// From a number in x8 to a typed handler and back: everything here is made from syscalls.def.

namespace kemu {

namespace {

template <typename T>
T decode(u64 value) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(value);
  else if constexpr (std::is_same_v<T, GuestAddr>)
    return GuestAddr(value);
  else if constexpr (std::is_same_v<T, Fd> || std::is_same_v<T, DirFd>)
    return T{static_cast<i32>(value)};
  else if constexpr (std::is_same_v<T, Opaque>)
    return T{value};
  else if constexpr (requires { T{}.bits; })
    return T{static_cast<decltype(T{}.bits)>(value)};
  else
    return T{GuestAddr(value)};
}

u64 encode(Unit) { return 0; }
u64 encode(GuestAddr value) { return value.value(); }
u64 encode(Fd value) { return static_cast<u64>(i64{value.value}); }
u64 encode(FileMode value) { return value.bits; }
template <typename T>
requires std::is_integral_v<T> u64 encode(T value) {
  return static_cast<u64>(static_cast<i64>(value));
}

template <typename T>
SyscallOutcome to_outcome(const SyscallResult<T>& result) {
  using Kind = SyscallOutcome::Kind;
  if (result.ok()) return {Kind::Done, encode(result.value()), {}};
  if (result.is_blocked()) return {Kind::Blocked, 0, result.blocked()};
  if (result.is_no_return()) return {Kind::NoReturn, 0, {}};
  return {Kind::Done, static_cast<u64>(-static_cast<i64>(result.error())), {}};
}

/// What a row's handler type tells: how to decode, call and print.
template <typename Handler>
struct Signature;
template <typename Returns, typename... Args>
struct Signature<SyscallResult<Returns> (*)(Task&, Args...)> {
  static_assert(sizeof...(Args) <= 6, "a system call has at most six arguments");
  static constexpr unsigned kArguments = sizeof...(Args);

  template <typename Use>
  static auto with_arguments(const SyscallRegisters& registers, Use&& use) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return use(decode<Args>(registers.args[I])...);
    }
    (std::index_sequence_for<Args...>{});
  }
  template <auto kHandler>
  static SyscallOutcome invoke(Task& task) {
    return with_arguments(task.syscall.registers,
                          [&](Args... args) { return to_outcome(kHandler(task, args...)); });
  }
  static void print_exit(TracePrinter& out) {
    with_arguments(out.registers(), [&](Args... args) { out.exit<Returns>(args...); });
  }
};

template <auto kHandler>
constexpr SyscallEntry make_entry(unsigned number, std::string_view name, Support support,
                                  void (*print_entry)(TracePrinter&)) {
  using Call = Signature<decltype(kHandler)>;
  return {number,
          name,
          support,
          Call::kArguments,
          Call::template invoke<kHandler>,
          print_entry,
          Call::print_exit};
}

template <auto kHandler>
void print_entry_as(TracePrinter& out, std::string_view name) {
  Signature<decltype(kHandler)>::with_arguments(out.registers(),
                                                [&](auto... args) { out.entry(name, args...); });
}

// Two rows with one number do not compile.
#define SYSCALL(number, name, support, returns, arguments) \
  case number: return true;
[[maybe_unused]] constexpr bool is_implemented(unsigned number) {
  switch (number) {  // NOLINT(bugprone-branch-clone): that the labels differ is the point
#include "syscalls/syscalls.def"
    default: return false;
  }
}
#undef SYSCALL

constexpr std::array kRows = {
#define SYSCALL(number, name, support, returns, arguments) \
  make_entry<&sys_##name>(number, #name, Support::support, \
                          [](TracePrinter& out) { print_entry_as<&sys_##name>(out, #name); }),
#include "syscalls/syscalls.def"
#undef SYSCALL
};

/// Row index + 1 by number; 0: none.
constexpr auto kIndex = [] {
  std::array<u16, kSyscallTableSize> index{};
  for (std::size_t i = 0; i < kRows.size(); ++i) index[kRows[i].number] = static_cast<u16>(i + 1);
  return index;
}();

/// io_setup(2) and kin, io_uring: kernels without them are common, and programs do without.
bool is_asynchronous_io(u64 number) {
  constexpr u64 kIoSetup = 0, kIoGetevents = 4, kIoPgetevents = 292;
  constexpr u64 kIoUringSetup = 425, kIoUringRegister = 427;
  return (number >= kIoSetup && number <= kIoGetevents) || number == kIoPgetevents ||
         (number >= kIoUringSetup && number <= kIoUringRegister);
}

SyscallOutcome refuse_unknown(Task& task, const std::string& shown) {
  const u64 number = task.syscall.registers.number;
  // Programs try these and have a way without them: no news to anybody.
  const bool merely_probed = is_asynchronous_io(number);
  note_missing(task, shown, Errno::ENOSYS, merely_probed ? Lack::Probed : Lack::Felt);
  return {SyscallOutcome::Kind::Done, static_cast<u64>(-static_cast<i64>(Errno::ENOSYS)), {}};
}

SyscallOutcome serve_unknown(Task& task) {
  const u64 number = task.syscall.registers.number;
  const std::string_view name = unimplemented_name(number);
  const std::string shown = name.empty() ? fmt::format("syscall_{:#x}", number) : std::string(name);
  const SyscallOutcome outcome =
      serve_intercepted(task, [&] { return refuse_unknown(task, shown); });
  Tracer& tracer = task.kernel().tracer();
  if (outcome.kind != SyscallOutcome::Kind::Done || !tracer.shows(number) ||
      !tracer.filter().shows_file({}))
    return outcome;
  const TraceResult result = TraceResult::done(outcome.value, task.syscall.injected);
  const std::string value =
      result.failed() ? failure_text(result.value) : std::to_string(result.value);
  tracer.call(task.tid(), number,
              fmt::format("{}(...) = {}{}", shown, value, result.injected ? kInjected : ""),
              result.failed() ? Tracer::CallEnd::Failed : Tracer::CallEnd::Successful,
              task.kernel().monotonic());
  return outcome;
}

TraceResult trace_result(const SyscallOutcome& outcome, bool injected) {
  switch (outcome.kind) {
    case SyscallOutcome::Kind::Done: return TraceResult::done(outcome.value, injected);
    case SyscallOutcome::Kind::Blocked: return TraceResult::interrupted(outcome.blocked.restart);
    case SyscallOutcome::Kind::NoReturn:
    case SyscallOutcome::Kind::Paused: break;
  }
  return TraceResult::none();
}

/// The entry half of a line: no text is empty, so that a re-run knows that it has one.
void trace_entry(Task& task, const SyscallEntry& row) {
  const TraceFilter& filter = task.kernel().tracer().filter();
  if (filter.asks_for_files()) task.syscall.trace_match = match_arguments(task, row, filter);
  if (!task.kernel().tracer().prints()) {
    task.syscall.trace = row.name;
    return;
  }
  TracePrinter out(task);
  row.print_entry(out);
  task.syscall.trace = out.take();
}

Tracer::CallEnd end_of(const TraceResult& result) {
  if (result.kind == TraceResult::Kind::None) return Tracer::CallEnd::Unfinished;
  return result.failed() ? Tracer::CallEnd::Failed : Tracer::CallEnd::Successful;
}

bool concerns_shown_file(Task& task, const SyscallEntry& row, const TraceResult& result) {
  const TraceFilter& filter = task.kernel().tracer().filter();
  if (!filter.asks_for_files()) return true;
  const i64 value = result.failed() ? -1 : static_cast<i64>(result.value);
  return filter.shows_file(match_result(task, row, filter, value));
}

SyscallOutcome serve_traced(Task& task, const SyscallEntry& row) {
  if (task.syscall.trace.empty()) {
    task.syscall.started = task.kernel().monotonic();
    trace_entry(task, row);
  }
  const bool asks = is_intercepted(task) && !task.syscall.let_through;
  const auto answer = ask_interceptors(task);
  if (asks) trace_entry(task, row);  // they may have changed arguments
  Tracer& tracer = task.kernel().tracer();
  const i32 tid = task.tid();
  // A call that does not come back is shown before it takes the memory it names away.
  const bool never_returns =
      !answer && (row.number == abi::kCallExit || row.number == abi::kCallExitGroup);
  const auto finish = [&](const TraceResult& result) {
    if (!concerns_shown_file(task, row, result)) return task.syscall.trace.clear();
    std::string text;
    if (tracer.prints()) {
      TracePrinter out(task, std::move(task.syscall.trace), result);
      row.print_exit(out);
      text = out.take();
    }
    task.syscall.trace.clear();
    tracer.call(tid, row.number, std::move(text), end_of(result), task.syscall.started);
  };
  if (never_returns) finish(TraceResult::none());
  const SyscallOutcome outcome = tell_interceptors(task, answer ? *answer : row.invoke(task));
  if (never_returns) return outcome;
  if (outcome.kind == SyscallOutcome::Kind::Blocked && !task.syscall.interrupted) return outcome;
  if (outcome.kind == SyscallOutcome::Kind::Paused) return outcome;
  // execve's success: strace shows 0.
  const bool executed = outcome.kind == SyscallOutcome::Kind::NoReturn &&
                        (row.number == abi::kCallExecve || row.number == abi::kCallExecveat);
  // A handler's return: what the registers have now is what the call seems to give.
  const bool returned = outcome.kind == SyscallOutcome::Kind::NoReturn &&
                        row.number == abi::kCallRtSigreturn && task.state != TaskState::Dead;
  finish(executed   ? TraceResult::done(0)
         : returned ? TraceResult::done(task.cpu().x(0))
                    : trace_result(outcome, task.syscall.injected));
  return outcome;
}

}  // namespace

std::string_view support_name(Support support) {
  switch (support) {
    case Support::Full: return "full";
    case Support::Partial: return "partial";
    case Support::Refused: return "refused";
  }
  return "";
}

const SyscallEntry* find_syscall(u64 number) {
  if (number >= kIndex.size() || kIndex[number] == 0) return nullptr;
  return &kRows[kIndex[number] - 1];
}

const SyscallEntry* find_syscall(std::string_view name) {
  for (const SyscallEntry& row : kRows)
    if (row.name == name) return &row;
  return nullptr;
}

std::span<const SyscallEntry> all_syscalls() { return kRows; }

std::optional<u32> in_place_arguments(u64 number) {
  switch (number) {
    case abi::kCallExit:
    case abi::kCallExitGroup:
    case abi::kCallClone:
    case abi::kCallClone3:
    case abi::kCallExecve:
    case abi::kCallExecveat:
    case abi::kCallRtSigreturn: return std::nullopt;
  }
  const SyscallEntry* row = find_syscall(number);
  if (!row) return std::nullopt;
  return row->argument_count;
}

SyscallOutcome serve_system_call(Task& task) {
  const SyscallEntry* row = find_syscall(task.syscall.registers.number);
  if (!row) return serve_unknown(task);
  if (task.kernel().tracer().shows(row->number)) return serve_traced(task, *row);
  if (is_intercepted(task)) return serve_intercepted(task, [&] { return row->invoke(task); });
  return row->invoke(task);
}

}  // namespace kemu
