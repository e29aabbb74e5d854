#include <algorithm>

#include "base/abi/sched.h"
#include "base/abi/wait.h"
#include "syscalls/accounting.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/pidfd.h"

// Processes coming and going: arguments checked and copied here, the rest is Kernel::clone, exec
// and wait.

namespace kemu {

SyscallResult<Unit> sys_exit(Task& task, i32 code) {
  task.kernel().exit_task(task, code);
  return NoReturn{};
}

SyscallResult<Unit> sys_exit_group(Task& task, i32 code) {
  task.kernel().exit_group(task.process(), WaitStatus::exited(code));
  return NoReturn{};
}

SyscallResult<i32> sys_clone(Task& task, CloneFlags flags, GuestAddr stack, OutPtr<i32> parent_tid,
                             u64 tls, OutPtr<i32> child_tid) {
  // The register's upper half is clone3's: clone(2) does not look at it.
  const u64 given = static_cast<u32>(flags.bits);
  Kernel::CloneRequest request;
  request.flags = given & ~abi::kCloneExitSignalMask;
  request.exit_signal = static_cast<i32>(given & abi::kCloneExitSignalMask);
  request.stack = stack;
  request.parent_tid = parent_tid.addr;
  request.pidfd = parent_tid.addr;  // CLONE_PIDFD
  request.child_tid = child_tid.addr;
  request.tls = tls;
  // One pointer cannot tell two numbers, and the flag was somebody's before (kernel/fork.c).
  if ((given & abi::kClonePidfd) && (given & (abi::kCloneParentSetTid | abi::kCloneDetached)))
    return Errno::EINVAL;
  return task.kernel().clone(task, request);
}

namespace {

constexpr u64 kLongestString = 32 * kPageSize;      // MAX_ARG_STRLEN
constexpr u64 kMostStrings = 0x7fffffff;            // MAX_ARG_STRINGS
constexpr u64 kMostBytes = (u64{8} << 20) / 4 * 3;  // exec's own cap: 3/4 of _STK_LIM

/// execve(2), "Limits on size of arguments and environment": a quarter of the stack's limit, with
/// the pointers counted, at least ARG_MAX.
u64 argument_space(Task& task) {
  const u64 stack = task.process().limits.soft(Resource::Stack);
  return std::max(std::min(stack / 4, kMostBytes), u64{32} * kPageSize);
}

/// Copies a NULL-terminated array of strings in, taking their bytes and pointers from `space_left`.
/// EFAULT, E2BIG.
Result<std::vector<std::string>> copy_strings(Task& task, GuestAddr array, u64& space_left) {
  std::vector<std::string> strings;
  if (array.is_null()) return strings;
  for (;; array += sizeof(u64)) {
    const u64 pointer = TRY(task.space->read_value<u64>(array));
    if (pointer == 0) return strings;
    if (strings.size() == kMostStrings) return Errno::E2BIG;
    auto text = task.space->read_c_string(GuestAddr(pointer), kLongestString);
    if (!text.ok()) return text.error() == Errno::ENAMETOOLONG ? Errno::E2BIG : text.error();
    const u64 needed = text->size() + 1 + sizeof(u64);
    if (needed > space_left) return Errno::E2BIG;
    space_left -= needed;
    strings.push_back(std::move(text).value());
  }
}

SyscallResult<Unit> do_exec(Task& task, Kernel::ExecRequest request, StringArray argv,
                            StringArray envp) {
  u64 space_left = argument_space(task);
  request.argv = TRY(copy_strings(task, argv.addr, space_left));
  request.envp = TRY(copy_strings(task, envp.addr, space_left));
  // An empty argv gets an empty name, so that programs find argv[0] (fs/exec.c, since Linux 5.18).
  if (request.argv.empty()) request.argv.emplace_back();
  return task.kernel().exec(task, std::move(request));
}

/// AT_EMPTY_PATH: the open file itself, opened anew since O_PATH ones cannot be read.
Result<std::shared_ptr<FileDescription>> reopen_to_execute(Task& task, DirFd fd) {
  const auto file = TRY(get_any_file(task, Fd{fd.value}));
  if (file->inode().type() != FileType::Regular) return Errno::EACCES;
  TRY(file->inode().check_access(1));  // X_OK
  return file->inode().open(file->location(), abi::kOpenReadOnly);
}

}  // namespace

SyscallResult<Unit> sys_execve(Task& task, Path path, StringArray argv, StringArray envp) {
  Kernel::ExecRequest request;
  request.base = task.fs->cwd;
  request.path = TRY(copy_path(task, path));
  return do_exec(task, std::move(request), argv, envp);
}

SyscallResult<Unit> sys_execveat(Task& task, DirFd dir, Path path, StringArray argv,
                                 StringArray envp, AtFlags flags) {
  if (flags.any_but(abi::kAtEmptyPath | abi::kAtSymlinkNoFollow)) return Errno::EINVAL;
  PathArgument place = TRY(take_path(task, dir, path, empty_path(flags)));
  Kernel::ExecRequest request;
  if (place.text.empty() && dir.value != abi::kAtCwd) {
    request.file = TRY(reopen_to_execute(task, dir));
    place.text = fmt::format("/dev/fd/{}", dir.value);
  }
  request.base = std::move(place.base);
  request.path = std::move(place.text);
  request.final_link = final_link_unless_no_follow(flags);
  return do_exec(task, std::move(request), argv, envp);
}

namespace {

using Selector = Kernel::ProcessSelector;

/// wait4(2)'s first argument. ESRCH for the one number that has no opposite.
Result<Selector> selector_from(Task& task, i32 pid) {
  if (pid == INT32_MIN) return Errno::ESRCH;
  if (pid == -1) return Selector{Selector::Kind::Any, 0};
  if (pid > 0) return Selector{Selector::Kind::Pid, pid};
  return Selector{Selector::Kind::Group, pid == 0 ? task.process().group : -pid};
}

/// waitid(2)'s first two arguments. EINVAL.
Result<Selector> selector_from(Task& task, IdType which, i32 id) {
  switch (which.bits) {
    case abi::kIdAll: return Selector{Selector::Kind::Any, 0};
    case abi::kIdPid:
      if (id <= 0) return Errno::EINVAL;
      return Selector{Selector::Kind::Pid, id};
    case abi::kIdGroup:
      if (id < 0) return Errno::EINVAL;
      return Selector{Selector::Kind::Group, id == 0 ? task.process().group : id};
    case abi::kIdPidFd: {
      if (id < 0) return Errno::EINVAL;
      const auto file = TRY(get_pidfd(task, Fd{id}));
      if (file->process()->reaped) return Errno::ECHILD;
      return Selector{Selector::Kind::Pid, file->process()->pid};
    }
    default: return Errno::EINVAL;
  }
}

/// Which threads' and which kinds of children: all threads of a process have the same ones here.
constexpr u32 kWaitKindFlags = abi::kWaitNoThread | abi::kWaitAll | abi::kWaitClone;

/// Which children are waited for.
Kernel::WaitOptions options_from(const Task& task, WaitFlags options) {
  using Made = Kernel::WaitOptions::Made;
  Kernel::WaitOptions how;
  how.made = options.has(abi::kWaitClone) ? Made::Cloned : Made::Forked;
  if (options.has(abi::kWaitAll)) how.made = Made::Any;
  if (options.has(abi::kWaitNoThread)) how.made_by = task.tid();
  return how;
}

Result<Unit> write_usage(Task& task, OutPtr<abi::Rusage> to, const ResourceUsage& usage) {
  if (to.is_null()) return Unit{};
  return task.space->write_value(to.addr, to_rusage(usage));
}

}  // namespace

SyscallResult<i32> sys_wait4(Task& task, i32 pid, OutPtr<i32> status, WaitFlags options,
                             OutPtr<abi::Rusage> usage) {
  if (options.any_but(abi::kWaitNoHang | abi::kWaitUntraced | abi::kWaitContinued | kWaitKindFlags))
    return Errno::EINVAL;
  const Selector who = TRY(selector_from(task, pid));
  Kernel::WaitOptions how = options_from(task, options);
  how.stopped = options.has(abi::kWaitUntraced);
  how.continued = options.has(abi::kWaitContinued);
  how.no_hang = options.has(abi::kWaitNoHang);
  const Kernel::WaitedChild child = TRY_CALL(task.kernel().wait(task, who, how));
  if (child.pid == 0) return 0;
  // As on Linux the child is gone even when its status cannot be told.
  if (!status.is_null()) TRY(task.space->write_value(status.addr, child.status.raw()));
  TRY(write_usage(task, usage, child.usage));
  return child.pid;
}

SyscallResult<Unit> sys_waitid(Task& task, IdType which, i32 id, OutPtr<abi::SigInfo> info,
                               WaitFlags options, OutPtr<abi::Rusage> usage) {
  const u32 kinds = abi::kWaitExited | abi::kWaitUntraced | abi::kWaitContinued;
  if (options.any_but(kinds | abi::kWaitNoHang | abi::kWaitNoWait | kWaitKindFlags) ||
      (options.bits & kinds) == 0)
    return Errno::EINVAL;
  const Selector who = TRY(selector_from(task, which, id));
  Kernel::WaitOptions how = options_from(task, options);
  how.exited = options.has(abi::kWaitExited);
  how.stopped = options.has(abi::kWaitUntraced);
  how.continued = options.has(abi::kWaitContinued);
  const bool pidfd_waits =
      which.bits != abi::kIdPidFd || !(TRY(get_pidfd(task, Fd{id}))->non_blocking());
  how.no_hang = options.has(abi::kWaitNoHang) || !pidfd_waits;
  how.keep = options.has(abi::kWaitNoWait);
  const Kernel::WaitedChild child = TRY_CALL(task.kernel().wait(task, who, how));
  if (child.pid == 0 && !pidfd_waits && !options.has(abi::kWaitNoHang)) return Errno::EAGAIN;
  abi::SigInfo told;
  if (child.pid != 0) {
    TRY(write_usage(task, usage, child.usage));
    told.signo = abi::kSigChld;
    told.child.pid = child.pid;
    told.child.uid = child.uid;
    fill_child_status(told, child.status);
  }
  if (!info.is_null()) TRY(task.space->write_value(info.addr, told));
  return Unit{};
}

SyscallResult<i32> sys_set_tid_address(Task& task, GuestAddr addr) {
  task.clear_child_tid = addr;
  return task.tid();
}

SyscallResult<Unit> sys_set_robust_list(Task& task, GuestAddr head, u64 size) {
  if (size != abi::kRobustListHeadSize) return Errno::EINVAL;
  task.robust_list = head;
  return Unit{};
}

SyscallResult<Unit> sys_get_robust_list(Task& task, i32 pid, OutPtr<u64> head, OutPtr<u64> size) {
  Task* target = pid == 0 ? &task : task.kernel().find_task(pid);
  if (!target) return Errno::ESRCH;
  TRY(check_inspection(task, target->process()));
  TRY(task.space->write_value(size.addr, abi::kRobustListHeadSize));
  TRY(task.space->write_value(head.addr, target->robust_list.value()));
  return Unit{};
}

SyscallResult<i32> sys_getpid(Task& task) { return task.process().pid(); }
SyscallResult<i32> sys_getppid(Task& task) { return task.process().parent_pid(); }
SyscallResult<i32> sys_gettid(Task& task) { return task.tid(); }

SyscallResult<Unit> sys_setpgid(Task& task, i32 pid, i32 group) {
  // Only a leader's number names a process here.
  Task* named = task.kernel().find_task(pid);
  if (named && group >= 0 && !named->is_leader()) return Errno::EINVAL;
  return task.kernel().set_process_group(task.process(), pid, group);
}

namespace {

/// A field both live processes and zombies have, of the process a pid names (0: the caller). ESRCH.
Result<i32> field_of(Task& task, i32 pid, PidUse Process::*of_process,
                     PidUse ZombieProcess::*of_zombie) {
  if (pid == 0) return (task.process().*of_process).value();
  if (Task* named = task.kernel().find_task(pid)) return (named->process().*of_process).value();
  if (const ZombieProcess* zombie = task.kernel().find_zombie(pid))
    return (zombie->*of_zombie).value();
  return Errno::ESRCH;
}

}  // namespace

SyscallResult<i32> sys_getpgid(Task& task, i32 pid) {
  return field_of(task, pid, &Process::group, &ZombieProcess::group);
}

SyscallResult<i32> sys_getsid(Task& task, i32 pid) {
  return field_of(task, pid, &Process::session, &ZombieProcess::session);
}

SyscallResult<i32> sys_setsid(Task& task) { return task.kernel().new_session(task.process()); }

}  // namespace kemu
