#include "fs/host_io.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "base/errno_undef.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr std::size_t kIovecsAtOnce = 256;

/// Calls `move(iovecs, count, bytes moved so far)` until all of `spans` is done or one call falls
/// short. An error counts only when nothing was moved.
template <typename Move>
Result<u64> move_spans(const HostSpans& spans, Move&& move) {
  std::array<iovec, kIovecsAtOnce> iovecs;
  u64 moved = 0;
  std::size_t next = 0;
  do {
    const std::size_t count = std::min(spans.size() - next, kIovecsAtOnce);
    u64 wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const HostSpan& span = spans[next + i];
      iovecs[i] = {span.data(), span.size()};
      wanted += span.size();
    }
    ssize_t result;
    do {
      result = move(iovecs.data(), static_cast<int>(count), moved);
    } while (result < 0 && host_errno() == Errno::EINTR);
    if (result < 0) {
      if (moved > 0) return moved;
      return host_errno();
    }
    moved += static_cast<u64>(result);
    if (static_cast<u64>(result) < wanted) return moved;
    next += count;
  } while (next < spans.size());
  return moved;
}

Nanoseconds to_nanoseconds(const statx_timestamp& time) {
  return time.tv_sec * kSecond + time.tv_nsec;
}

int host_whence(Whence whence) {
  switch (whence) {
    case Whence::Set: return SEEK_SET;
    case Whence::Current: return SEEK_CUR;
    case Whence::End: return SEEK_END;
    case Whence::Data: return SEEK_DATA;
    case Whence::Hole: return SEEK_HOLE;
  }
  CHECK(!"a whence");
  return SEEK_SET;
}

struct FlagPair {
  u32 abi;
  int host;
};
constexpr FlagPair kSharedFlags[] = {
    {abi::kOpenAppend, O_APPEND},  {abi::kOpenNonBlock, O_NONBLOCK},
    {abi::kOpenDataSync, O_DSYNC}, {abi::kOpenSync, O_SYNC},
    {abi::kOpenTruncate, O_TRUNC}, {abi::kOpenNoAccessTime, O_NOATIME},
};

}  // namespace

Result<u64> host_read(int fd, const HostSpans& to) {
  return move_spans(to, [fd](iovec* iovecs, int count, u64) { return readv(fd, iovecs, count); });
}

Result<u64> host_write(int fd, const HostSpans& from) {
  return move_spans(from,
                    [fd](iovec* iovecs, int count, u64) { return writev(fd, iovecs, count); });
}

Result<u64> host_read_at(int fd, const HostSpans& to, u64 offset) {
  return move_spans(to, [=](iovec* iovecs, int count, u64 moved) {
    return preadv(fd, iovecs, count, static_cast<off_t>(offset + moved));
  });
}

Result<u64> host_write_at(int fd, const HostSpans& from, u64 offset) {
  return move_spans(from, [=](iovec* iovecs, int count, u64 moved) {
    return pwritev(fd, iovecs, count, static_cast<off_t>(offset + moved));
  });
}

Result<u64> host_seek(int fd, i64 offset, Whence whence) {
  const off_t result = lseek(fd, offset, host_whence(whence));
  if (result < 0) return host_errno();
  return static_cast<u64>(result);
}

Result<FileStatus> host_status(int fd) { return host_status_at(fd, ""); }

Result<FileStatus> host_status_at(int directory, const char* name) {
  struct statx from;
  constexpr int kFlags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_STATX_SYNC_AS_STAT;
  if (statx(directory, name, kFlags, STATX_BASIC_STATS | STATX_BTIME, &from) != 0)
    return host_errno();
  FileStatus status;
  status.device = makedev(from.stx_dev_major, from.stx_dev_minor);
  status.inode = from.stx_ino;
  status.type = type_from_mode(from.stx_mode);
  status.permissions = from.stx_mode & 07777;
  status.links = from.stx_nlink;
  status.uid = from.stx_uid;
  status.gid = from.stx_gid;
  status.special_device = makedev(from.stx_rdev_major, from.stx_rdev_minor);
  status.size = from.stx_size;
  status.block_size = from.stx_blksize;
  status.blocks = from.stx_blocks;
  status.accessed = to_nanoseconds(from.stx_atime);
  status.modified = to_nanoseconds(from.stx_mtime);
  status.changed = to_nanoseconds(from.stx_ctime);
  if ((from.stx_mask & STATX_BTIME) != 0) status.born = to_nanoseconds(from.stx_btime);
  return status;
}

Result<FilesystemStatus> host_filesystem_status(int fd) {
  struct statfs from;
  if (fstatfs(fd, &from) != 0) return host_errno();
  FilesystemStatus status;
  status.magic = static_cast<u64>(from.f_type);
  status.block_size = static_cast<u64>(from.f_bsize);
  status.blocks = from.f_blocks;
  status.blocks_free = from.f_bfree;
  status.blocks_available = from.f_bavail;
  status.files = from.f_files;
  status.files_free = from.f_ffree;
  std::memcpy(&status.id, &from.f_fsid, sizeof status.id);
  status.name_max = static_cast<u64>(from.f_namelen);
  status.flags = static_cast<u64>(from.f_flags);
  return status;
}

u32 host_poll(int fd, u32 events) {
  pollfd entry = {fd, static_cast<short>(events), 0};
  if (::poll(&entry, 1, 0) <= 0) return 0;
  return static_cast<u16>(entry.revents);
}

bool host_wait(int fd, u32 events) {
  pollfd entry = {fd, static_cast<short>(events), 0};
  return ::poll(&entry, 1, -1) > 0;
}

int host_open_flags(u32 abi_flags) {
  int flags = O_CLOEXEC | O_NOCTTY;
  switch (abi_flags & abi::kOpenAccessMode) {
    case abi::kOpenReadOnly: flags |= O_RDONLY; break;
    case abi::kOpenWriteOnly: flags |= O_WRONLY; break;
    default: flags |= O_RDWR; break;
  }
  for (const FlagPair& pair : kSharedFlags)
    if ((abi_flags & pair.abi) == pair.abi) flags |= pair.host;
  return flags;
}

Result<u32> abi_flags_of(int fd) {
  const int host = fcntl(fd, F_GETFL);
  if (host < 0) return host_errno();
  u32 flags = abi::kOpenReadWrite;
  if ((host & O_ACCMODE) == O_RDONLY) flags = abi::kOpenReadOnly;
  if ((host & O_ACCMODE) == O_WRONLY) flags = abi::kOpenWriteOnly;
  for (const FlagPair& pair : kSharedFlags)
    if ((host & pair.host) == pair.host) flags |= pair.abi;
  return flags;
}

FdLink::FdLink(int fd) { std::snprintf(path_, sizeof path_, "/proc/self/fd/%d", fd); }

Result<UniqueFd> host_open(const char* path, int host_flags) {
  return host_open_at(AT_FDCWD, path, host_flags, 0);
}

Result<UniqueFd> host_open_at(int directory, const char* name, int host_flags, u32 permissions) {
  int fd;
  do {
    fd = openat(directory, name, host_flags, static_cast<mode_t>(permissions));
  } while (fd < 0 && host_errno() == Errno::EINTR);
  if (fd < 0) return host_errno();
  return UniqueFd(fd);
}

Result<UniqueFd> host_duplicate(int fd) {
  // Above the standard three: a host program that starts kemu without them must not see kemu's
  // files there.
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return host_errno();
  return UniqueFd(copy);
}

UniqueFd host_duplicate_for(MachineCopy& copy, int fd) {
  auto made = host_duplicate(fd);
  if (made.ok()) return std::move(*made);
  copy.refuse("the host has no more descriptors to give");
  return UniqueFd();
}

Result<Unit> host_punch_hole(int fd, u64 offset, u64 size) {
  return host_result(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                               static_cast<off_t>(offset), static_cast<off_t>(size)));
}

Result<Unit> host_result(int returned) {
  if (returned < 0) return host_errno();
  return Unit{};
}

u64 total_size(const HostSpans& spans) {
  u64 total = 0;
  for (const HostSpan& span : spans) total += span.size();
  return total;
}

HostSpans part_of(const HostSpans& spans, u64 offset, u64 most) {
  HostSpans part;
  for (const HostSpan& span : spans) {
    if (offset >= span.size()) {
      offset -= span.size();
      continue;
    }
    if (most == 0) break;
    const u64 size = std::min<u64>(span.size() - offset, most);
    part.push_back(span.subspan(offset, size));
    most -= size;
    offset = 0;
  }
  return part;
}

}  // namespace kemu
