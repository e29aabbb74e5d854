#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "fs/file_description.h"

namespace kemu {

// The host's calls on descriptors as Results, tried again after EINTR. Flags and structures are
// translated here, field by field.

/// readv, writev, preadv, pwritev: bytes moved (0 at the end of a file).
Result<u64> host_read(int fd, const HostSpans& to);
Result<u64> host_write(int fd, const HostSpans& from);
Result<u64> host_read_at(int fd, const HostSpans& to, u64 offset);
Result<u64> host_write_at(int fd, const HostSpans& from, u64 offset);
/// fallocate(2) with FALLOC_FL_PUNCH_HOLE.
Result<Unit> host_punch_hole(int fd, u64 offset, u64 size);
Result<u64> host_seek(int fd, i64 offset, Whence whence);

/// statx(2) of the descriptor itself; an O_PATH one will do.
Result<FileStatus> host_status(int fd);
/// Of what `name` in a directory is; a link is not followed.
Result<FileStatus> host_status_at(int directory, const char* name);
Result<FilesystemStatus> host_filesystem_status(int fd);
/// Which of `events` (kPoll… bits), error or hang-up hold now.
u32 host_poll(int fd, u32 events);
/// Sleeps until one of them holds; false when a host signal came first.
bool host_wait(int fd, u32 events);

/// The host's open(2) flags for access mode and those status flags that act on host files. Always
/// O_CLOEXEC | O_NOCTTY. O_DIRECT stays kemu's own note: guest buffers meet no alignment rule.
int host_open_flags(u32 abi_flags);
/// The abi::kOpen… access mode, O_APPEND and O_NONBLOCK of a host descriptor.
Result<u32> abi_flags_of(int fd);

/// "/proc/self/fd/N", by which the host opens and changes what an O_PATH descriptor names.
class FdLink {
 public:
  explicit FdLink(int fd);
  const char* path() const { return path_; }

 private:
  char path_[32];
};

Result<UniqueFd> host_open(const char* path, int host_flags);
Result<UniqueFd> host_open_at(int directory, const char* name, int host_flags, u32 permissions);
/// A second descriptor of the same open file description.
Result<UniqueFd> host_duplicate(int fd);
/// The same for a copy of the machine, which refuses when the host does.
UniqueFd host_duplicate_for(MachineCopy& copy, int fd);
/// 0 → Unit, otherwise the host's errno.
Result<Unit> host_result(int returned);

u64 total_size(const HostSpans& spans);
/// At most `most` bytes of the spans, from byte `offset` on.
HostSpans part_of(const HostSpans& spans, u64 offset, u64 most);

}  // namespace kemu
