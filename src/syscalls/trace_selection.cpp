#include "syscalls/trace_selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "base/abi/fcntl.h"
#include "process/procfs_parts.h"
#include "syscalls/handlers.h"

namespace kemu {

namespace {

enum class Part : u8 { Other, Path, Descriptor };

/// What of a row's call is a file, by its types.
struct FileParts {
  unsigned number = 0;
  std::array<Part, 6> arguments{};
  bool gives_descriptor = false;
  int pair_argument = -1;  // where pipe2 and socketpair put two
};

template <typename Handler>
struct PartsOf;
template <typename Returns, typename... Args>
struct PartsOf<SyscallResult<Returns> (*)(Task&, Args...)> {
  template <typename T>
  static constexpr Part part() {
    if (std::is_same_v<T, Path>) return Part::Path;
    if (std::is_same_v<T, Fd> || std::is_same_v<T, DirFd>) return Part::Descriptor;
    return Part::Other;
  }
  static constexpr FileParts make(unsigned number) {
    FileParts parts;
    parts.number = number;
    parts.gives_descriptor = std::is_same_v<Returns, Fd>;
    std::size_t index = 0;
    ((parts.pair_argument =
          std::is_same_v<Args, OutPtr<abi::FdPair>> ? static_cast<int>(index) : parts.pair_argument,
      parts.arguments[index++] = part<Args>()),
     ...);
    return parts;
  }
};

constexpr std::array kFileParts = {
#define SYSCALL(number, name, support, returns, arguments) \
  PartsOf<decltype(&sys_##name)>::make(number),
#include "syscalls/syscalls.def"
#undef SYSCALL
};

const FileParts& parts_of(const SyscallEntry& row) {
  const auto rows = all_syscalls();
  return kFileParts[static_cast<std::size_t>(&row - rows.data())];
}

class Matcher {
 public:
  Matcher(Task& task, const TraceFilter& filter, TraceMatch before)
      : task_(task), filter_(filter), match_(before) {}

  void descriptor(i32 fd) {
    const auto& wanted = filter_.descriptors.listed;
    match_.descriptor |= std::find(wanted.begin(), wanted.end(), fd) != wanted.end();
    if (filter_.paths.shows_all()) return;
    if (const auto file = task_.files->get(fd); file.ok())
      path(procfs::describe_file(task_.kernel(), **file, task_.caller()));
  }

  /// A path argument, which is relative to `directory`.
  void path_argument(GuestAddr address, i32 directory) {
    if (filter_.paths.shows_all()) return;
    const auto given = task_.space->read_c_string(address, abi::kPathMax);
    if (!given.ok()) return;
    path(*given);
    if (!given->starts_with('/')) path(place(directory) + "/" + *given);
  }

  TraceMatch match() const { return match_; }

 private:
  std::string place(i32 directory) const {
    Kernel& kernel = task_.kernel();
    if (directory == abi::kAtCwd)
      return procfs::describe_place(kernel, task_.fs->cwd, task_.caller());
    const auto file = task_.files->get(directory);
    return file.ok() ? procfs::describe_file(kernel, **file, task_.caller()) : "";
  }
  void path(const std::string& text) {
    for (const std::string& pattern : filter_.paths.listed)
      match_.path |= ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
  }

  Task& task_;
  const TraceFilter& filter_;
  TraceMatch match_;
};

}  // namespace

TraceMatch match_arguments(Task& task, const SyscallEntry& row, const TraceFilter& filter) {
  const FileParts& parts = parts_of(row);
  Matcher matcher(task, filter, {});
  const auto& args = task.syscall.registers.args;
  for (std::size_t i = 0; i < row.argument_count; ++i) {
    // A directory's descriptor comes right before the path that begins there.
    const bool has_directory = i > 0 && parts.arguments[i - 1] == Part::Descriptor;
    const i32 directory = has_directory ? static_cast<i32>(args[i - 1]) : abi::kAtCwd;
    if (parts.arguments[i] == Part::Descriptor)
      matcher.descriptor(static_cast<i32>(args[i]));
    else if (parts.arguments[i] == Part::Path)
      matcher.path_argument(GuestAddr(args[i]), directory);
  }
  return matcher.match();
}

TraceMatch match_result(Task& task, const SyscallEntry& row, const TraceFilter& filter,
                        i64 result) {
  const FileParts& parts = parts_of(row);
  Matcher matcher(task, filter, task.syscall.trace_match);
  if (result < 0 || !task.files) return matcher.match();
  if (parts.gives_descriptor) matcher.descriptor(static_cast<i32>(result));
  if (parts.pair_argument >= 0) {
    const u64 address = task.syscall.registers.args[static_cast<std::size_t>(parts.pair_argument)];
    const auto pair = task.space->read_value<abi::FdPair>(GuestAddr(address));
    if (pair.ok()) matcher.descriptor(pair->first);
    if (pair.ok()) matcher.descriptor(pair->second);
  }
  return matcher.match();
}

}  // namespace kemu
