#include "testing/likely_faults.h"

#include "base/abi/fcntl_commands.h"
#include "fs/socket.h"
#include "syscalls/table.h"

namespace kemu {

namespace {

/// What has to hold for a row: each says something of the call's first argument, its flags, or the
/// signals its process takes.
enum class When : u8 {
  Always,
  Opens,          // openat of what should be there
  Creates,        // openat with O_CREAT
  Stored,         // the descriptor is no pipe and no socket between guests
  Interruptible,  // it is one, and a signal may come that does not restart the call
  Written,        // the descriptor is open for writing, and stored
  Duplicates,     // fcntl's F_DUPFD
  Signalled,      // a signal may come that does not restart the call
  Handled,        // a signal may come at all
};

struct Row {
  std::string_view call;
  When when;
  std::string_view faults;
};

constexpr std::string_view kNoDescriptor = "error=EMFILE";
constexpr std::string_view kInterrupted = "error=EINTR";

constexpr Row kRows[] = {
    {"openat", When::Opens, "error=ENOENT error=EACCES error=EMFILE"},
    {"openat", When::Creates, "error=EACCES error=ENOSPC error=EMFILE"},
    {"openat2", When::Always, "error=EACCES error=EMFILE"},
    {"read", When::Always, "short=1"},
    {"read", When::Stored, "error=EIO"},
    {"read", When::Interruptible, kInterrupted},
    {"pread64", When::Always, "error=EIO short=1"},
    {"readv", When::Always, "short=1"},
    {"readv", When::Stored, "error=EIO"},
    {"readv", When::Interruptible, kInterrupted},
    {"preadv", When::Always, "error=EIO short=1"},
    {"preadv2", When::Always, "error=EIO short=1"},
    {"write", When::Always, "short=1"},
    {"write", When::Stored, "error=ENOSPC error=EIO"},
    {"write", When::Interruptible, kInterrupted},
    {"pwrite64", When::Always, "error=ENOSPC error=EIO short=1"},
    {"writev", When::Always, "short=1"},
    {"writev", When::Stored, "error=ENOSPC error=EIO"},
    {"writev", When::Interruptible, kInterrupted},
    {"pwritev", When::Always, "error=ENOSPC error=EIO short=1"},
    {"pwritev2", When::Always, "error=ENOSPC error=EIO short=1"},
    {"sendfile", When::Always, "error=EINVAL short=1"},
    {"sendfile", When::Stored, "error=ENOSPC error=EIO"},
    {"copy_file_range", When::Always, "error=EXDEV error=ENOSPC error=EIO short=1"},
    {"splice", When::Always, "error=EINVAL short=1"},
    {"close", When::Written, "error=EIO"},
    {"fsync", When::Always, "error=EIO error=ENOSPC"},
    {"fdatasync", When::Always, "error=EIO error=ENOSPC"},
    {"syncfs", When::Always, "error=EIO"},
    {"sync_file_range", When::Always, "error=EIO"},
    {"truncate", When::Always, "error=EACCES error=ENOSPC"},
    {"ftruncate", When::Always, "error=ENOSPC"},
    {"fallocate", When::Always, "error=ENOSPC error=EOPNOTSUPP"},
    {"flock", When::Always, "error=ENOLCK"},
    {"getdents64", When::Always, "error=EIO"},
    {"newfstatat", When::Always, "error=ENOENT error=EACCES"},
    {"statx", When::Always, "error=ENOENT error=EACCES"},
    {"faccessat", When::Always, "error=EACCES"},
    {"faccessat2", When::Always, "error=EACCES"},
    {"readlinkat", When::Always, "error=EACCES"},
    {"getcwd", When::Always, "error=ENOENT"},
    {"chdir", When::Always, "error=ENOENT error=EACCES"},
    {"fchdir", When::Always, "error=EACCES"},
    {"renameat", When::Always, "error=EXDEV error=EACCES error=ENOSPC"},
    {"renameat2", When::Always, "error=EXDEV error=EACCES error=ENOSPC"},
    {"linkat", When::Always, "error=EXDEV error=EPERM"},
    {"symlinkat", When::Always, "error=EPERM error=ENOSPC"},
    {"mkdirat", When::Always, "error=EACCES error=ENOSPC"},
    {"mknodat", When::Always, "error=EPERM error=ENOSPC"},
    {"unlinkat", When::Always, "error=EACCES"},
    {"fchmod", When::Always, "error=EPERM"},
    {"fchmodat", When::Always, "error=EPERM"},
    {"fchmodat2", When::Always, "error=EPERM"},
    {"fchown", When::Always, "error=EPERM"},
    {"fchownat", When::Always, "error=EPERM"},
    {"utimensat", When::Always, "error=EPERM"},
    {"setxattr", When::Always, "error=EOPNOTSUPP error=ENOSPC"},
    {"lsetxattr", When::Always, "error=EOPNOTSUPP error=ENOSPC"},
    {"fsetxattr", When::Always, "error=EOPNOTSUPP error=ENOSPC"},
    {"inotify_add_watch", When::Always, "error=ENOSPC"},
    {"dup", When::Always, kNoDescriptor},
    {"fcntl", When::Duplicates, kNoDescriptor},
    {"pipe2", When::Always, kNoDescriptor},
    {"eventfd2", When::Always, kNoDescriptor},
    {"epoll_create1", When::Always, kNoDescriptor},
    {"timerfd_create", When::Always, kNoDescriptor},
    {"signalfd4", When::Always, kNoDescriptor},
    {"inotify_init1", When::Always, kNoDescriptor},
    {"memfd_create", When::Always, kNoDescriptor},
    {"pidfd_open", When::Always, kNoDescriptor},
    {"socket", When::Always, kNoDescriptor},
    {"socketpair", When::Always, kNoDescriptor},
    {"accept", When::Always, "error=EMFILE error=ECONNABORTED"},
    {"accept4", When::Always, "error=EMFILE error=ECONNABORTED"},
    {"bind", When::Always, "error=EADDRINUSE"},
    {"listen", When::Always, "error=EADDRINUSE"},
    {"connect", When::Always, "error=ECONNREFUSED error=ETIMEDOUT"},
    {"sendto", When::Always, "error=ECONNRESET short=1"},
    {"sendmsg", When::Always, "error=ECONNRESET"},
    {"recvfrom", When::Always, "error=ECONNRESET short=1"},
    {"recvmsg", When::Always, "error=ECONNRESET"},
    {"brk", When::Always, "error=ENOMEM"},
    {"mmap", When::Always, "error=ENOMEM"},
    {"mremap", When::Always, "error=ENOMEM"},
    {"mprotect", When::Always, "error=ENOMEM"},
    {"clone", When::Always, "error=EAGAIN"},
    {"clone3", When::Always, "error=EAGAIN"},
    {"execve", When::Always, "error=EACCES error=ENOMEM"},
    {"execveat", When::Always, "error=EACCES error=ENOMEM"},
    {"setuid", When::Always, "error=EAGAIN"},
    {"setgid", When::Always, "error=EPERM"},
    {"setresuid", When::Always, "error=EAGAIN"},
    {"setresgid", When::Always, "error=EPERM"},
    {"setgroups", When::Always, "error=EPERM"},
    {"timer_create", When::Always, "error=EAGAIN"},
    {"wait4", When::Signalled, kInterrupted},
    {"waitid", When::Signalled, kInterrupted},
    {"ppoll", When::Handled, kInterrupted},
    {"pselect6", When::Handled, kInterrupted},
    {"epoll_pwait", When::Handled, kInterrupted},
    {"nanosleep", When::Handled, kInterrupted},
    {"clock_nanosleep", When::Handled, kInterrupted},
};

enum class Restarts : u8 { Whatever, No };

/// Whether the process catches a signal, with SA_RESTART or (that is asked) without.
bool catches_signal(const Task& task, Restarts restarts) {
  for (i32 number = 1; number <= abi::kSigMax; ++number) {
    const abi::SigAction& action = task.actions->get(Signal(number));
    const bool caught = action.handler != abi::kSigDfl && action.handler != abi::kSigIgn;
    if (caught && (restarts == Restarts::Whatever || !(action.flags & abi::kSaRestart)))
      return true;
  }
  return false;
}

bool is_stored(FileDescription& file) {
  return file.pipe_end() == nullptr && file.inode().type() != FileType::Socket;
}

bool holds(When when, Task& task) {
  const auto& args = task.syscall.registers.args;
  const auto file = task.files->get(static_cast<i32>(args[0]));
  switch (when) {
    case When::Always: return true;
    case When::Opens: return (args[2] & abi::kOpenCreate) == 0;
    case When::Creates: return (args[2] & abi::kOpenCreate) != 0;
    case When::Stored: return file.ok() && is_stored(**file);
    case When::Written: return file.ok() && is_stored(**file) && (*file)->writable();
    case When::Interruptible:
      return file.ok() && !is_stored(**file) && catches_signal(task, Restarts::No);
    case When::Duplicates:
      return args[1] == abi::kFcntlDuplicate || args[1] == abi::kFcntlDuplicateCloseOnExec;
    case When::Signalled: return catches_signal(task, Restarts::No);
    case When::Handled: return catches_signal(task, Restarts::Whatever);
  }
  return false;
}

}  // namespace

std::vector<std::string_view> likely_faults(Task& task) {
  std::vector<std::string_view> faults;
  const SyscallEntry* entry = find_syscall(task.syscall.registers.number);
  for (const Row& row : kRows) {
    if (!entry || row.call != entry->name || !holds(row.when, task)) continue;
    for (std::string_view rest = row.faults; !rest.empty();) {
      const std::size_t blank = rest.find(' ');
      faults.push_back(rest.substr(0, blank));
      rest = blank == std::string_view::npos ? "" : rest.substr(blank + 1);
    }
  }
  return faults;
}

}  // namespace kemu
