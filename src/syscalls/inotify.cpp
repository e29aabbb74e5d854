#include "base/abi/inotify.h"
#include "base/abi/fcntl_commands.h"
#include "fs/inotify.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"

// inotify(7).

namespace kemu {

namespace {

/// EINVAL for another kind of file.
Result<std::shared_ptr<Inotify>> get_inotify(Task& task, Fd fd) {
  auto inotify = std::dynamic_pointer_cast<Inotify>(TRY(get_file(task, fd)));
  if (!inotify) return Errno::EINVAL;
  return inotify;
}

}  // namespace

SyscallResult<Fd> sys_inotify_init1(Task& task, InotifyFlags flags) {
  if (flags.any_but(abi::kInotifyNonBlock | abi::kInotifyCloseOnExec)) return Errno::EINVAL;
  TRY(check_file_room(task));
  auto inotify = TRY(Inotify::create(flags.bits & abi::kInotifyNonBlock,
                                     task.kernel().next_anonymous_inode(), task.kernel().poller()));
  return install(task, std::move(inotify), close_on_exec_of(flags.bits));
}

SyscallResult<i32> sys_inotify_add_watch(Task& task, Fd fd, Path path, InotifyMask mask) {
  if ((mask.bits & abi::kInotifyKnown) == 0) return Errno::EINVAL;
  const auto file = TRY(get_file(task, fd));
  if (mask.has(abi::kInotifyMaskAdd | abi::kInotifyMaskCreate)) return Errno::EINVAL;
  const auto inotify = TRY(get_inotify(task, fd));
  const auto link = mask.has(abi::kInotifyDontFollow) ? FinalLink::Keep : FinalLink::Follow;
  const Location place = TRY(take_place(task, DirFd{}, path, link));
  if (mask.has(abi::kInotifyOnlyDirectory) && place->inode->type() != FileType::Directory)
    return Errno::ENOTDIR;
  TRY(place->inode->check_access(abi::kAccessRead));
  return inotify->add_watch(place->inode, mask.bits);
}

SyscallResult<Unit> sys_inotify_rm_watch(Task& task, Fd fd, i32 watch) {
  return TRY(get_inotify(task, fd))->remove_watch(watch);
}

}  // namespace kemu
