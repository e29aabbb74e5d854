#include "syscalls/trace_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "syscalls/handlers.h"
#include "syscalls/table.h"

namespace kemu {

namespace {

using CallSet = std::bitset<kSyscallTableSize>;

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

constexpr std::string_view kProcessCalls[] = {
    "clone",      "execve", "execveat",        "exit",
    "exit_group", "kill",   "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "tgkill",     "tkill",  "wait4",           "waitid",
};
constexpr std::string_view kMemoryCalls[] = {
    "brk",      "madvise", "mincore", "mlock",   "mlockall",   "mmap",
    "mprotect", "mremap",  "msync",   "munlock", "munlockall", "munmap",
};
constexpr std::string_view kSignalCalls[] = {
    "kill",         "rt_sigaction",  "rt_sigpending",   "rt_sigprocmask",    "rt_sigqueueinfo",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo", "sigaltstack",
    "tgkill",       "tkill",
};

CallSet calls_named(std::span<const std::string_view> names) {
  CallSet set;
  for (const std::string_view name : names)
    if (const SyscallEntry* row = find_syscall(name)) set.set(row->number);
  return set;
}

CallSet calls_typed(bool TypedRow::*property) {
  CallSet set;
  for (const TypedRow& row : kTypedRows) set[row.number] = row.*property;
  return set;
}

/// The calls one word stands for; nothing for a word nobody knows.
std::optional<CallSet> calls_of(std::string_view word) {
  const std::string_view name = word.starts_with('%') ? word.substr(1) : word;
  if (name == "all") return ~CallSet();
  if (name == "file") return calls_typed(&TypedRow::takes_path);
  if (name == "desc") return calls_typed(&TypedRow::takes_descriptor);
  if (name == "process") return calls_named(kProcessCalls);
  if (name == "memory") return calls_named(kMemoryCalls);
  if (name == "signal") return calls_named(kSignalCalls);
  const SyscallEntry* row = find_syscall(word);
  if (!row) return std::nullopt;
  return CallSet().set(row->number);
}

}  // namespace

Result<Tracer::Filter, std::string> parse_trace_filter(std::string_view text) {
  const bool inverted = text.starts_with('!');
  std::string_view rest = inverted ? text.substr(1) : text;
  CallSet shown;
  if (rest.empty()) shown.set();
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const auto calls = calls_of(word);
    if (!calls)
      return fmt::format("'{}' is neither a system call of kemu nor a class of them", word);
    shown |= *calls;
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  if (inverted) shown.flip();
  return Tracer::Filter(
      [shown](unsigned number) { return number < shown.size() && shown[number]; });
}

}  // namespace kemu
