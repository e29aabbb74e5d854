#pragma once

#include <string_view>

#include "base/result.h"
#include "fs/path_walk.h"

namespace kemu {

// The calls that change names: mkdirat(2), mknodat(2), symlinkat(2), linkat(2), unlinkat(2) and
// renameat2(2) from the walk on, with Linux's order of errors (fs/namei.c). `permissions` come with
// the umask applied. Handlers check flags, copy the paths in and call these.

/// EROFS when the place is on a read-only mount.
Result<Unit> writable_mount(const Location& place);

/// EEXIST (also for "/", "." and ".."), ENOENT, EROFS, EACCES, ENOSPC…
Result<Unit> make_directory_at(PathWalker& walker, const Location& base, std::string_view path,
                               u32 permissions);
/// As make_directory_at; ENOENT for a missing name with a trailing slash.
Result<Unit> make_node_at(PathWalker& walker, const Location& base, std::string_view path,
                          FileType type, u32 permissions, u64 device);
Result<Unit> make_symlink_at(PathWalker& walker, const Location& base, std::string_view path,
                             std::string_view target);
/// Also EXDEV across mounts and EPERM for a directory. `old_link` says whether a final symlink of
/// the old path is followed (AT_SYMLINK_FOLLOW) or linked itself. An empty `old_path` names
/// `old_base` (AT_EMPTY_PATH).
Result<Unit> link_at(PathWalker& walker, const Location& old_base, std::string_view old_path,
                     FinalLink old_link, const Location& new_base, std::string_view new_path);
/// EISDIR for a directory, "." and ".."; EBUSY for a mount point; ENOTDIR for "file/".
Result<Unit> unlink_at(PathWalker& walker, const Location& base, std::string_view path);
/// EINVAL for ".", ENOTEMPTY for "..", EBUSY for "/" and mount points.
Result<Unit> remove_directory_at(PathWalker& walker, const Location& base, std::string_view path);
/// EXDEV across mounts, EBUSY for ".", "..", "/" and mount points, EINVAL into its own
/// subdirectory, ENOTEMPTY, EISDIR, ENOTDIR, EEXIST with NoReplace.
Result<Unit> rename_at(PathWalker& walker, const Location& old_base, std::string_view old_path,
                       const Location& new_base, std::string_view new_path, RenameMode mode);

}  // namespace kemu
