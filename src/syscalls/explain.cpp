#include "syscalls/explain.h"

#include "base/abi/io.h"
#include "process/kernel.h"
#include "process/procfs_parts.h"
#include "syscalls/table.h"
#include "syscalls/trace_printer.h"

namespace kemu {

namespace {

std::string name_of(const Task& task) { return fmt::format("pid {} `{}`", task.tid(), task.name); }

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

/// Calls of one kind, whose first argument is the descriptor that they wait for.
bool is_one_of(std::string_view name, std::initializer_list<std::string_view> calls) {
  return std::find(calls.begin(), calls.end(), name) != calls.end();
}

/// Which side of a pipe has to act for a call to go on.
enum class Side : u8 { Readers, Writers };

/// Who has a side of `pipe` open: "pid 5 `cat` (fds 3 and 4)", a process a text.
std::vector<std::string> holders(Task& asking, const FileDescription& pipe, Side side) {
  std::vector<std::string> found;
  for (const auto& [pid, process] : asking.kernel().processes()) {
    // Its threads have one table, as a rule.
    const Task& holder = *process->living();
    std::vector<std::string> numbers;
    for (const i32 fd : holder.files->numbers()) {
      const auto file = holder.files->get(fd);
      if (!file.ok() || &(*file)->inode() != &pipe.inode()) continue;
      if (side == Side::Readers ? (*file)->readable() : (*file)->writable())
        numbers.push_back(fmt::to_string(fd));
    }
    if (numbers.empty()) continue;
    const bool itself = process.get() == &asking.process();
    found.push_back(fmt::format("{}{} ({} {})", name_of(process->leader()), itself ? " itself" : "",
                                numbers.size() == 1 ? "fd" : "fds", join(numbers)));
  }
  return found;
}

std::string pipe_side(Task& task, const FileDescription& pipe, Side side) {
  const auto who = holders(task, pipe, side);
  const std::string_view what = side == Side::Readers ? "reader" : "writer";
  if (who.empty()) return fmt::format("; it has no {}", what);
  if (who.size() == 1) return fmt::format("; its only {} is {}", what, who.front());
  return fmt::format("; its {}s are {}", what, join(who));
}

/// "pipe:[1003] (fd 0); its only writer is …".
std::string file_text(Task& task, i32 fd, std::optional<Side> side) {
  const auto file = task.files->get(fd);
  if (!file.ok()) return fmt::format("fd {}", fd);
  std::string text =
      fmt::format("{} (fd {})", procfs::describe_file(task.kernel(), **file, task.caller()), fd);
  if (side && (*file)->pipe_end() != nullptr) text += pipe_side(task, **file, *side);
  return text;
}

std::string children_text(Process& process) {
  std::vector<std::string> children;
  for (const Process* child : process.children)
    children.push_back(name_of(const_cast<Process*>(child)->leader()));
  return join(children);
}

/// ppoll(2)'s descriptors.
std::string polled_text(Task& task) {
  const auto& args = task.syscall.registers.args;
  constexpr u64 kMostShown = 16;
  std::vector<std::string> files;
  for (u64 i = 0; i < std::min(args[1], kMostShown); ++i) {
    const auto polled = task.space->read_value<abi::PollFd>(GuestAddr(args[0] + i * 8));
    if (!polled.ok() || polled->fd < 0) continue;
    const bool writes = (static_cast<u32>(polled->events) & kPollOut) != 0;
    files.push_back(file_text(task, polled->fd, writes ? Side::Readers : Side::Writers));
  }
  return files.empty() ? "waits for a signal" : "polls " + join(files);
}

/// The call as a trace shows its beginning: "futex(0x41000, FUTEX_WAIT, 1".
std::string call_text(Task& task, const SyscallEntry& row) {
  TracePrinter out(task);
  row.print_entry(out);
  std::string text = out.take();
  while (text.ends_with(' ') || text.ends_with(',')) text.pop_back();
  return "is in " + text + ")";
}

std::string wait_text(Task& task) {
  const SyscallEntry* row = find_syscall(task.syscall.registers.number);
  if (row == nullptr) return "is in a system call";
  const std::string_view call = row->name;
  const i32 fd = static_cast<i32>(task.syscall.registers.args[0]);
  if (is_one_of(call, {"read", "readv", "pread64", "preadv", "preadv2", "recvfrom", "recvmsg",
                       "recvmmsg", "splice", "tee"}))
    return "reads " + file_text(task, fd, Side::Writers);
  if (is_one_of(call, {"write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg",
                       "sendmmsg", "sendfile", "vmsplice"}))
    return "writes to " + file_text(task, fd, Side::Readers);
  if (is_one_of(call, {"accept", "accept4"}))
    return "waits for a connection to " + file_text(task, fd, std::nullopt);
  if (is_one_of(call, {"flock", "fcntl"}))
    return "waits for a lock of " + file_text(task, fd, std::nullopt);
  if (is_one_of(call, {"wait4", "waitid"})) return "waits for " + children_text(task.process());
  if (call == "clone" || call == "clone3")
    return "waits for its vfork child " + children_text(task.process());
  if (call == "ppoll") return polled_text(task);
  if (is_one_of(call, {"rt_sigsuspend", "rt_sigtimedwait"})) return "waits for a signal";
  if (task.syscall.opening)
    return fmt::format("opens {}, which nobody has open for {}",
                       procfs::describe_file(task.kernel(), *task.syscall.opening, task.caller()),
                       task.syscall.opening->readable() ? "writing" : "reading");
  return call_text(task, *row);
}

std::string state_text(Task& task) {
  if (!task.is_alive()) return "has ended before its other threads";
  if (task.process().stopped) return "is stopped";
  if (task.state == TaskState::Blocked) return wait_text(task);
  return "can run";
}

}  // namespace

std::string explain_waits(Kernel& kernel) {
  std::string text;
  for (const auto& [pid, process] : kernel.processes())
    for (const auto& task : process->tasks)
      text += fmt::format("{} {}\n", name_of(*task), state_text(*task));
  return text;
}

}  // namespace kemu
