#pragma once

#include <string>

#include "process/kernel.h"
#include "syscalls/args.h"

namespace kemu {

// What the handlers of file calls share: paths copied in, descriptors resolved, descriptors given
// out, and the limits that end in a signal.

enum class EmptyPath : u8 { Refused, Allowed };

/// Copies a path in. EFAULT; ENAMETOOLONG from PATH_MAX on; ENOENT for "" unless allowed.
Result<std::string> copy_path(Task& task, Path path, EmptyPath empty = EmptyPath::Refused);

/// A path and where it starts. An empty text (AT_EMPTY_PATH) names `base` itself.
struct PathArgument {
  Location base;
  std::string text;
};

/// As copy_path; then EBADF or ENOTDIR for a `dir` that a relative path cannot start at. An
/// absolute path does not look at `dir`, an empty one takes any open file.
Result<PathArgument> take_path(Task& task, DirFd dir, Path path,
                               EmptyPath empty = EmptyPath::Refused);
/// What the argument names: ENOENT, ENOTDIR, ELOOP, EACCES.
Result<Location> find_place(Task& task, const PathArgument& path, FinalLink final_link);
/// take_path and find_place in one.
Result<Location> take_place(Task& task, DirFd dir, Path path, FinalLink final_link,
                            EmptyPath empty = EmptyPath::Refused);

/// AT_EMPTY_PATH and AT_SYMLINK_NOFOLLOW as the types the functions above take.
EmptyPath empty_path(AtFlags flags);
FinalLink final_link_unless_no_follow(AtFlags flags);

/// An open file; EBADF also for one opened with O_PATH, as for every call that needs the contents.
Result<std::shared_ptr<FileDescription>> get_file(Task& task, Fd fd);
/// The same of calls that look again at their descriptors whenever they wake (poll, select).
Result<std::shared_ptr<FileDescription>> look_up_file(Task& task, Fd fd);
/// An open file or a place held by O_PATH (dup, fstat, fchdir, *at…). EBADF.
Result<std::shared_ptr<FileDescription>> get_any_file(Task& task, Fd fd);

/// RLIMIT_NOFILE, the FdTable's limit.
u64 descriptor_limit(Task& task);
CloseOnExec close_on_exec_of(u32 open_flags);
/// Whether another file can be opened: calls ask before they make anything. EMFILE; ENFILE when the
/// machine's budget leaves none.
Result<Unit> check_file_room(Task& task);
/// The lowest free descriptor for a file just made. EMFILE, ENFILE.
Result<Fd> install(Task& task, std::shared_ptr<FileDescription> file, CloseOnExec close_on_exec);
/// The same for one that somebody has open already, and that has been counted. EMFILE.
Result<Fd> install_open(Task& task, std::shared_ptr<FileDescription> file,
                        CloseOnExec close_on_exec);

/// send_sig(signal, current): SIGPIPE and SIGXFSZ come from the process itself.
void send_to_self(Task& task, i32 signal);

/// How many of `count` bytes may be written at `offset` of a regular file: RLIMIT_FSIZE. EFBIG,
/// with SIGXFSZ, when none.
Result<u64> room_for_write(Task& task, FileDescription& file, u64 offset, u64 count);
/// The same for a new size: truncate(2) and fallocate(2).
Result<Unit> check_new_size(Task& task, u64 size);

}  // namespace kemu
