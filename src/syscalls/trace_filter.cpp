#include "syscalls/trace_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <regex>
#include <span>

#include "base/errno.h"
#include "syscalls/handlers.h"
#include "syscalls/table.h"

namespace kemu {

namespace {

using CallSet = std::bitset<TraceFilter::kCalls>;
static_assert(TraceFilter::kCalls >= kSyscallTableSize);

/// The part of `rest` before the next `separator`, which is taken off.
std::string_view next_word(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view word = rest.substr(0, end);
  rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  return word;
}

/// The classes that follow from a row's types: a path is an argument, or a descriptor is.
template <typename Handler>
struct Takes;
template <typename Returns, typename... Args>
struct Takes<SyscallResult<Returns> (*)(Task&, Args...)> {
  static constexpr bool kPath = (std::is_same_v<Args, Path> || ...);
  static constexpr bool kDescriptor =
      std::is_same_v<Returns, Fd> || ((std::is_same_v<Args, Fd> || std::is_same_v<Args, DirFd> ||
                                       std::is_same_v<Args, OutPtr<abi::FdPair>>) ||
                                      ...);
};

struct TypedRow {
  unsigned number;
  bool takes_path;
  bool takes_descriptor;
};

constexpr std::array kTypedRows = {
#define SYSCALL(number, name, support, returns, arguments) \
  TypedRow{number, Takes<decltype(&sys_##name)>::kPath, Takes<decltype(&sys_##name)>::kDescriptor},
#include "syscalls/syscalls.def"
#undef SYSCALL
};

/// Classes by topic, as strace(1) has them; what neither kemu nor arm64 has stays out.
struct Topic {
  std::string_view name;
  std::string_view calls;
};
constexpr Topic kTopics[] = {
    {"process",
     "clone clone3 execve execveat exit exit_group kill pidfd_send_signal "
     "rt_sigqueueinfo rt_tgsigqueueinfo tgkill tkill wait4 waitid"},
    {"memory",
     "brk get_mempolicy madvise map_shadow_stack mbind memfd_secret migrate_pages "
     "mincore mlock mlock2 mlockall mmap move_pages mprotect mremap msync munlock "
     "munlockall munmap pkey_mprotect process_madvise process_mrelease "
     "remap_file_pages set_mempolicy set_mempolicy_home_node shmat shmdt"},
    {"signal",
     "kill pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo "
     "rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sigaltstack "
     "signalfd4 tgkill tkill"},
    {"network",
     "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom "
     "recvmmsg recvmsg sendmmsg sendmsg sendto setsockopt shutdown socket socketpair"},
    {"net",
     "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom "
     "recvmmsg recvmsg sendmmsg sendmsg sendto setsockopt shutdown socket socketpair"},
    {"ipc",
     "msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt "
     "shmget"},
    {"creds",
     "capget capset getegid geteuid getgid getgroups getresgid getresuid getuid prctl "
     "setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid"},
    {"clock",
     "adjtimex clock_adjtime clock_getres clock_gettime clock_settime gettimeofday "
     "settimeofday"},
    {"stat", ""},
    {"lstat", ""},
    {"fstat", "fstat newfstatat"},
    {"%stat", "fstat newfstatat statx"},
    {"statfs", "statfs"},
    {"fstatfs", "fstatfs"},
    {"%statfs", "fstatfs statfs"},
    {"pure", "getegid geteuid getgid getpgid getpid getppid gettid getuid"},
};

/// Linux's name for a number, implemented or not; "" when it has none.
std::string_view name_of(unsigned number) {
  const SyscallEntry* row = find_syscall(number);
  return row ? row->name : unimplemented_name(number);
}

template <typename Match>
CallSet calls_where(Match&& match) {
  CallSet set;
  for (unsigned number = 0; number < kSyscallTableSize; ++number)
    if (const auto name = name_of(number); !name.empty() && match(name)) set.set(number);
  return set;
}

CallSet calls_of_topic(std::string_view names) {
  CallSet set;
  while (!names.empty())
    set |= calls_where([name = next_word(names, ' ')](std::string_view n) { return n == name; });
  return set;
}

CallSet calls_typed(bool TypedRow::*property) {
  CallSet set;
  for (const TypedRow& row : kTypedRows) set[row.number] = row.*property;
  return set;
}

/// The calls whose names an extended regular expression is found in; nothing for a bad one.
std::optional<CallSet> calls_matching(std::string_view expression) {
  try {
    const std::regex regex(std::string(expression), std::regex::extended);
    return calls_where(
        [&](std::string_view name) { return std::regex_search(std::string(name), regex); });
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

/// The calls one word stands for; nothing for a word nobody knows.
std::optional<CallSet> calls_of(std::string_view word) {
  if (word.starts_with('/')) return calls_matching(word.substr(1));
  const bool may_be_unknown = word.starts_with('?');
  if (may_be_unknown) word.remove_prefix(1);
  const CallSet named = calls_where([&](std::string_view name) { return name == word; });
  const bool marked = word.starts_with('%');
  // A class without "%" is strace's older spelling; "%" is what makes statfs the class.
  if (!marked && named.any()) return named;
  const std::string_view name = marked ? word.substr(1) : word;
  if (name == "all") return ~CallSet();
  if (name == "none") return CallSet();
  if (name == "file") return calls_typed(&TypedRow::takes_path);
  if (name == "desc") return calls_typed(&TypedRow::takes_descriptor);
  for (const Topic& topic : kTopics)
    if (topic.name == name) return calls_of_topic(topic.calls);
  if (may_be_unknown) return CallSet();
  return std::nullopt;
}

std::optional<u64> signals_of(std::string_view word) {
  if (word == "all") return ~u64{0};
  if (word == "none") return 0;
  std::string wanted(word);
  std::ranges::transform(wanted, wanted.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  if (!wanted.starts_with("SIG")) wanted.insert(0, "SIG");
  for (i64 number = 1; number <= abi::kSigMax; ++number)
    if (const auto signal = Signal::from(number); signal && signal_name(*signal) == wanted)
      return SigSet().with(*signal).bits();
  return std::nullopt;
}

constexpr u64 kSuccessful = 1, kFailed = 2, kUnfinished = 4;

std::optional<u64> statuses_of(std::string_view word) {
  if (word == "all") return kSuccessful | kFailed | kUnfinished;
  if (word == "none") return 0;
  if (word == "successful") return kSuccessful;
  if (word == "failed") return kFailed;
  if (word == "unfinished") return kUnfinished;
  return std::nullopt;
}

/// A list of words, each of which `meaning` knows; the first it does not is the failure.
template <typename Set, typename Meaning>
Result<Set, std::string> parse_set(std::string_view list, Meaning&& meaning) {
  const bool inverted = list.starts_with('!');
  if (inverted) list.remove_prefix(1);
  Set set{};
  for (bool first = true; !list.empty(); first = false) {
    std::string_view word = next_word(list, ',');
    const bool taken_away = !first && word.starts_with('!');
    if (taken_away) word.remove_prefix(1);
    const auto part = meaning(word);
    if (!part) return std::string(word);
    if (taken_away)
      set &= ~*part;
    else
      set |= *part;
  }
  if (inverted) set = ~set;
  return set;
}

/// A list with commas of words each of which stands for some values; the first that stands for none
/// is the failure.
template <typename T, typename Meaning>
Result<TraceChoice<T>, std::string> parse_choice(std::string_view list, Meaning&& meaning) {
  TraceChoice<T> choice;
  choice.inverted = list.starts_with('!');
  if (choice.inverted) list.remove_prefix(1);
  do {
    const std::string_view word = next_word(list, ',');
    const std::vector<T> values = meaning(word);
    if (values.empty()) return std::string(word);
    choice.listed.insert(choice.listed.end(), values.begin(), values.end());
  } while (!list.empty());
  return choice;
}

/// "7", or "3-5" for all of them.
std::vector<i32> numbers_of(std::string_view word) {
  constexpr i32 kMost = 1 << 22;  // of pids (include/linux/threads.h); descriptors are fewer
  const std::size_t dash = word.find('-');
  const auto number = [](std::string_view text) -> std::optional<i32> {
    i32 value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    const bool is_number = parsed.ec == std::errc() && parsed.ptr == end;
    return is_number && value >= 0 && value <= kMost ? std::optional(value) : std::nullopt;
  };
  const auto first = number(word.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(word.substr(dash + 1));
  if (!first || !last || *first > *last) return {};
  std::vector<i32> numbers;
  for (i32 value = *first; value <= *last; ++value) numbers.push_back(value);
  return numbers;
}

std::vector<std::string> errors_of(std::string_view word) {
  constexpr int kMost = 4095;                       // MAX_ERRNO
  if (word == errno_name(Errno{kMost})) return {};  // which has no name
  for (int number = 1; number <= kMost; ++number)
    if (errno_name(Errno{number}) == word) return {std::string(word)};
  return {};
}

std::vector<std::string> word_itself(std::string_view word) {
  if (word.empty()) return {};
  return {std::string(word)};
}

/// Applies "fd=…" and the others that say what an event is about; what is wrong, or nothing for an
/// expression that is none of them.
std::optional<std::string> apply_choice(TraceFilter& filter, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view key = text.substr(0, equals), list = text.substr(equals + 1);
  const auto set = [](auto& choice, auto parsed, std::string_view what) -> std::string {
    if (!parsed.ok()) return fmt::format("'{}' is no {}", parsed.error(), what);
    choice = std::move(parsed).value();
    return {};
  };
  if (key == "fd")
    return set(filter.descriptors, parse_choice<i32>(list, numbers_of), "descriptor");
  if (key == "pid") return set(filter.pids, parse_choice<i32>(list, numbers_of), "process id");
  if (key == "errno")
    return set(filter.errors, parse_choice<std::string>(list, errors_of), "name of an error");
  if (key == "path") return set(filter.paths, parse_choice<std::string>(list, word_itself), "path");
  if (key == "comm")
    return set(filter.programs, parse_choice<std::string>(list, word_itself), "program's name");
  return std::nullopt;
}

}  // namespace

std::string apply_trace_expression(TraceFilter& filter, std::string_view text) {
  const auto value_of = [&](std::string_view key) -> std::optional<std::string_view> {
    if (!text.starts_with(key)) return std::nullopt;
    return text.substr(key.size());
  };
  if (auto wrong = apply_choice(filter, text)) return *wrong;
  if (const auto list = value_of("signal=")) {
    const auto set = parse_set<u64>(*list, signals_of);
    if (!set.ok()) return fmt::format("'{}' is no signal", set.error());
    filter.signals = SigSet(*set);
  } else if (const auto statuses = value_of("status=")) {
    const auto set = parse_set<u64>(*statuses, statuses_of);
    if (!set.ok()) return fmt::format("'{}' is no status of a system call", set.error());
    filter.successful = *set & kSuccessful;
    filter.failed = *set & kFailed;
    filter.unfinished = *set & kUnfinished;
  } else {
    const auto set = parse_set<CallSet>(value_of("trace=").value_or(text), calls_of);
    if (!set.ok())
      return fmt::format("'{}' is neither a system call nor a class of them", set.error());
    filter.calls = *set;
    filter.others = set->all();
  }
  return {};
}

Result<TraceFilter, std::string> parse_trace_filter(std::string_view text) {
  TraceFilter filter;
  while (!text.empty()) {
    const std::string_view expression = next_word(text, ';');
    if (expression.empty()) continue;
    std::string wrong = apply_trace_expression(filter, expression);
    if (!wrong.empty()) return wrong;
  }
  return filter;
}

}  // namespace kemu
