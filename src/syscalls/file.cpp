#include "base/abi/events.h"
#include "base/abi/fcntl_commands.h"
#include "fs/eventfd.h"
#include "fs/memory_file.h"
#include "fs/pipe.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/leases.h"
#include "syscalls/open_file.h"
#include "syscalls/record_locking.h"
#include "syscalls/refuse.h"

// Descriptors: what opens them, copies them and closes them, and the working directory's name.

namespace kemu {

namespace {

constexpr u64 kDevTty = 0x500;  // the device 5:0, which is the opener's controlling terminal
constexpr u32 kTtyGroup = 5;    // devpts(5), gid=5
constexpr u32 kPermissionBits = 07777;
constexpr u64 kMemfdNameMax = 249;  // NAME_MAX without "memfd:"

/// /dev/tty is the opener's controlling terminal, and nobody's when there is none. Others may be
/// kept to themselves by who has them (TIOCEXCL).
Result<std::shared_ptr<FileDescription>> settle_terminal(Task& task,
                                                         std::shared_ptr<FileDescription> file) {
  if (file->inode().type() != FileType::CharDevice) return file;
  const Process& process = task.process();
  if (TerminalMaster* master = file->master()) master->set_owner(task.credentials.fsuid, kTtyGroup);
  if ((file->flags() & abi::kOpenPath) != 0) return file;
  if (TRY(file->inode().status()).special_device == kDevTty) {
    if (!process.terminal) return Errno::ENXIO;
    file = TRY(process.terminal->open(file->location(), file->flags()));
  }
  const Terminal* terminal = file->terminal();
  if (terminal && terminal->is_exclusive() && !task.credentials.privileged()) return Errno::EBUSY;
  return file;
}

/// A session leader without a controlling terminal gets the one it opens, unless it is taken.
void adopt_terminal(Task& task, FileDescription& file, u32 flags) {
  Terminal* terminal = file.terminal();
  Process& process = task.process();
  if (!terminal || (flags & abi::kOpenNoControllingTty) != 0 || !file.readable()) return;
  const bool leader = process.session == process.pid();
  if (!leader || process.terminal || terminal->session() != 0) return;
  process.terminal = terminal->shared_from_this();
  terminal->set_session(process.session);
  terminal->set_foreground_group(process.group);
}

SyscallResult<std::shared_ptr<FileDescription>> open_anew(Task& task, DirFd dir, Path path,
                                                          u32 flags, FileMode mode) {
  const PathArgument argument = TRY(take_path(task, dir, path));
  TRY(check_file_room(task));
  PathWalker walker = task.walker();
  TRY_CALL(wait_for_leases(task, walker, argument, flags));
  const u32 permissions = mode.bits & kPermissionBits & ~task.fs->umask;
  return open_path(walker, argument.base, argument.text, flags, permissions);
}

}  // namespace

SyscallResult<Fd> finish_open(Task& task, std::shared_ptr<FileDescription> file, u32 flags) {
  if (file->open_pending()) {
    file->wait_to_open(task);
    if (!task.syscall.interrupted) task.syscall.opening = std::move(file);
    return Blocked{};
  }
  file = TRY(settle_terminal(task, std::move(file)));
  const Fd fd = TRY(install(task, file, close_on_exec_of(flags)));
  adopt_terminal(task, *file, flags);
  return fd;
}

SyscallResult<u64> sys_getcwd(Task& task, OutBytes buf, u64 size) {
  const Location& cwd = task.fs->cwd;
  if (TRY(cwd->inode->status()).links == 0) return Errno::ENOENT;
  const std::string path = path_of(task.walker().present(cwd), task.fs->root);
  const u64 length = path.size() + 1;
  if (length > abi::kPathMax) return Errno::ENAMETOOLONG;
  if (length > size) return Errno::ERANGE;
  TRY(task.space->write(buf.addr, std::as_bytes(std::span(path.c_str(), length))));
  return length;
}

SyscallResult<Fd> sys_eventfd2(Task& task, u32 initial, EventFdFlags flags) {
  if (flags.any_but(abi::kEventFdSemaphore | abi::kEventFdNonBlock | abi::kEventFdCloseOnExec))
    return Errno::EINVAL;
  const auto counting =
      flags.has(abi::kEventFdSemaphore) ? EventCounting::Semaphore : EventCounting::Total;
  return install(task,
                 make_eventfd(initial, counting, flags.bits & abi::kEventFdNonBlock,
                              task.kernel().next_anonymous_inode()),
                 close_on_exec_of(flags.bits));
}

SyscallResult<Fd> sys_dup(Task& task, Fd fd) {
  return install_open(task, TRY(get_any_file(task, fd)), CloseOnExec::No);
}

SyscallResult<Fd> sys_dup3(Task& task, Fd old_fd, Fd new_fd, OpenFlags flags) {
  if (flags.any_but(abi::kOpenCloseOnExec) || old_fd.value == new_fd.value) return Errno::EINVAL;
  const u64 limit = descriptor_limit(task);
  if (new_fd.value < 0 || static_cast<u64>(new_fd.value) >= limit) return Errno::EBADF;
  const auto file = TRY(get_any_file(task, old_fd));
  const auto replaced = get_any_file(task, new_fd);
  if (replaced.ok()) release_record_locks(task, **replaced);
  return Fd{TRY(task.files->insert_at(new_fd.value, file, close_on_exec_of(flags.bits), limit))};
}

SyscallResult<Unit> sys_flock(Task& task, Fd fd, FlockOperation operation) {
  const u32 kind = operation.bits & ~abi::kFlockNonBlock;
  if (kind != abi::kFlockShared && kind != abi::kFlockExclusive && kind != abi::kFlockRelease)
    return Errno::EINVAL;
  const auto file = TRY(get_file(task, fd));
  const auto locked = file->lock(operation.bits);
  if (locked.ok() || locked.error() != Errno::EAGAIN) return locked;
  if (operation.has(abi::kFlockNonBlock)) return Errno::EAGAIN;
  file->wait_for_lock(task);
  return Blocked{};
}

SyscallResult<Fd> sys_openat(Task& task, DirFd dir, Path path, OpenFlags flags, FileMode mode) {
  // A FIFO that waits for its other side is kept over the re-runs: it counts as an end meanwhile.
  auto file = std::move(task.syscall.opening);
  if (!file) file = TRY_CALL(open_anew(task, dir, path, flags.bits, mode));
  return finish_open(task, std::move(file), flags.bits);
}

SyscallResult<Unit> sys_close(Task& task, Fd fd) {
  const auto file = TRY(task.files->remove(fd.value));
  release_record_locks(task, *file);
  return Unit{};
}

SyscallResult<Unit> sys_pipe2(Task& task, OutPtr<abi::FdPair> fds, OpenFlags flags) {
  if (flags.any_but(abi::kOpenCloseOnExec | abi::kOpenNonBlock | abi::kOpenDirect))
    return Errno::EINVAL;
  const PipeEnds ends = make_pipe(flags.bits, task.kernel().next_anonymous_inode());
  const CloseOnExec close_on_exec = close_on_exec_of(flags.bits);
  const Fd read = TRY(install(task, ends.read, close_on_exec));
  const auto write = install(task, ends.write, close_on_exec);
  Result<Unit> told = write.ok()
                          ? task.space->write_value(fds.addr, abi::FdPair{read.value, write->value})
                          : write.error();
  if (told.ok()) return Unit{};
  (void)task.files->remove(read.value);
  if (write.ok()) (void)task.files->remove(write->value);
  return told;
}

SyscallResult<Fd> sys_memfd_create(Task& task, Text name, MemfdFlags flags) {
  constexpr u32 kHugePages = 4;  // MFD_HUGETLB
  if (flags.has(kHugePages))
    return refuse(task, "memfd_create MFD_HUGETLB", Errno::EINVAL, Lack::Probed);
  if (flags.any_but(abi::kMemfdCloseOnExec | abi::kMemfdAllowSealing | abi::kMemfdNoExecSeal |
                    abi::kMemfdExec))
    return Errno::EINVAL;
  const bool no_execution = flags.has(abi::kMemfdNoExecSeal);
  if (no_execution && flags.has(abi::kMemfdExec)) return Errno::EINVAL;
  auto text = task.space->read_c_string(name.addr, kMemfdNameMax + 1);
  if (!text.ok()) return text.error() == Errno::ENAMETOOLONG ? Errno::EINVAL : text.error();
  const bool sealable = flags.has(abi::kMemfdAllowSealing) || no_execution;
  u32 seals = sealable ? 0 : abi::kSealSeal;
  if (no_execution) seals |= abi::kSealExecute;
  auto file = make_memory_file(task.space->pool(), "/memfd:" + *text, seals,
                               task.kernel().next_anonymous_inode());
  const auto close_on_exec = flags.has(abi::kMemfdCloseOnExec) ? CloseOnExec::Yes : CloseOnExec::No;
  return install(task, std::move(file), close_on_exec);
}

SyscallResult<Unit> sys_close_range(Task& task, u32 first, u32 last, CloseRangeFlags flags) {
  if (flags.any_but(abi::kCloseRangeUnshare | abi::kCloseRangeCloseOnExec)) return Errno::EINVAL;
  if (first > last) return Errno::EINVAL;
  if (flags.has(abi::kCloseRangeUnshare) && task.files.use_count() > 1)
    task.files = task.files->fork();
  for (const i32 number : task.files->numbers()) {
    if (static_cast<u32>(number) < first || static_cast<u32>(number) > last) continue;
    if (flags.has(abi::kCloseRangeCloseOnExec)) {
      TRY(task.files->slot(number))->close_on_exec = CloseOnExec::Yes;
      continue;
    }
    TRY_CALL(sys_close(task, Fd{number}));
  }
  return Unit{};
}

}  // namespace kemu
