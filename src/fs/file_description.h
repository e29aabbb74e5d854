#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/abi/fcntl.h"
#include "fs/inode.h"
#include "fs/wait_queue.h"
#include "vm/address_space.h"

namespace kemu {

class MachineCopy;
class PipeEnd;
class Terminal;
class TerminalMaster;

/// poll(2)'s event bits, the same on every Linux.
inline constexpr u32 kPollIn = 0x001;
inline constexpr u32 kPollPriority = 0x002;
inline constexpr u32 kPollOut = 0x004;
inline constexpr u32 kPollError = 0x008;
inline constexpr u32 kPollHangUp = 0x010;
inline constexpr u32 kPollInvalid = 0x020;
inline constexpr u32 kPollReadNormal = 0x040;
inline constexpr u32 kPollWriteNormal = 0x100;

/// Queues whose waking is news for the owner that O_ASYNC tells; null: there is none.
struct SignalQueues {
  WaitQueue* input = nullptr;   // bytes came, or the other side went
  WaitQueue* output = nullptr;  // there is room again
  WaitQueue* urgent = nullptr;  // urgent data came: SIGURG, whether O_ASYNC is set or not
};

enum class Whence : u8 { Set, Current, End, Data, Hole };

struct DirectoryEntry {
  u64 inode = 0;
  u64 next_offset = 0;  // d_off: seeking there reads what follows this entry
  FileType type = FileType::Regular;
  std::string name;
};

/// Something that somebody above the file systems keeps with an open file, and that ends with it.
class FileCompanion {
 public:
  virtual ~FileCompanion() = default;
  /// The same for `made`, the copy of its file in a copy of the machine.
  virtual std::shared_ptr<FileCompanion> copy_for(
      MachineCopy& copy, const std::shared_ptr<FileDescription>& made) const = 0;
};

/// An open file: offset and status flags live here, shared by dup(2) and fork(2). Linux's
/// `struct file`. Blocking is the caller's business: what would block returns EAGAIN whatever
/// O_NONBLOCK says, and `wait_on` tells where to wait.
class FileDescription {
 public:
  /// `flags`: abi::kOpen… bits (access mode and status flags).
  FileDescription(Location location, u32 flags);
  virtual ~FileDescription();
  FileDescription(const FileDescription&) = delete;
  FileDescription& operator=(const FileDescription&) = delete;

  /// Where it was opened; a pipe's has an inode of its own and no parent.
  const Location& location() const { return location_; }
  Inode& inode() const { return *location_->inode; }
  /// Access mode | status flags, as F_GETFL tells them.
  u32 flags() const { return flags_; }
  /// F_SETFL: only O_APPEND, O_NONBLOCK, O_ASYNC, O_DIRECT, O_NOATIME change.
  virtual Result<Unit> set_flags(u32 flags);
  bool non_blocking() const { return flags_ & abi::kOpenNonBlock; }
  bool readable() const { return (flags_ & abi::kOpenAccessMode) != abi::kOpenWriteOnly; }
  bool writable() const { return (flags_ & abi::kOpenAccessMode) != abi::kOpenReadOnly; }

  /// At the offset, moving it. Bytes moved (0 at the end); EAGAIN, EPIPE, EISDIR, EINVAL, EIO…
  virtual Result<u64> read(const HostSpans& to);
  virtual Result<u64> write(const HostSpans& from);
  /// pread/pwrite: the offset stays. ESPIPE by default.
  virtual Result<u64> read_at(const HostSpans& to, u64 offset);
  virtual Result<u64> write_at(const HostSpans& from, u64 offset);
  virtual Result<u64> seek(i64 offset, Whence whence);
  virtual Result<Unit> truncate(u64 size);
  /// fallocate(2) with its mode bits. EOPNOTSUPP by default.
  virtual Result<Unit> allocate(u32 mode, u64 offset, u64 size);
  /// fsync(2), or fdatasync(2).
  virtual Result<Unit> sync(bool data_only);
  /// The next entries from the offset on ("." and ".." included), at most about `most`; nothing at
  /// the end. `seek_directory` sets where the next call goes on. ENOTDIR by default.
  virtual Result<std::vector<DirectoryEntry>> read_directory(u64 most);
  virtual Result<Unit> seek_directory(u64 offset);
  /// By default the inode's.
  virtual Result<FileStatus> status();
  /// Requests other than job control (see Terminal). ENOTTY by default.
  virtual Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument);
  /// The object mmap(2) maps. ENODEV by default; null for a zero-filled mapping (/dev/zero).
  virtual Result<std::shared_ptr<MappedObject>> mapping(Sharing sharing);
  /// flock(2) with operation bits LOCK_SH=1, LOCK_EX=2, LOCK_UN=8 (LOCK_NB=4 is the caller's);
  /// EAGAIN when held elsewhere: `wait_for_lock` tells where to wait. EINVAL.
  virtual Result<Unit> lock(u32 operation);
  void wait_for_lock(Waiter& waiter);

  /// Something that ends with the description (its F_OFD_SETLK locks); set once.
  void keep_companion(std::shared_ptr<FileCompanion> companion) {
    companion_ = std::move(companion);
  }
  bool has_companion() const { return companion_ != nullptr; }

  /// F_GETPIPE_SZ and F_SETPIPE_SZ, in bytes: EBADF unless it is a pipe, EBUSY, EPERM.
  virtual Result<u64> pipe_capacity() const;
  virtual Result<u64> set_pipe_capacity(u64 size);

  /// The pipe it is an end of, for splice(2) and kin; null for anything else.
  virtual PipeEnd* pipe_end() { return nullptr; }

  /// What signal-driven input and output listens to. Nothing by default: no signals come.
  virtual SignalQueues signal_queues() { return {}; }
  /// Signal-driven input and output (F_SETOWN, O_ASYNC), made on first use; null: none yet.
  const std::shared_ptr<FileCompanion>& signal_io() const { return signal_io_; }
  void set_signal_io(std::shared_ptr<FileCompanion> signal_io) {
    signal_io_ = std::move(signal_io);
  }

  /// A blocking open of a FIFO that still waits for the other side. open(2) has to keep such a
  /// description (in its task's call state), wait by `wait_to_open`, and look at it again, instead
  /// of opening anew: while it exists it counts as reader or writer, so that two waiting openers
  /// find each other; dropping it (a signal came) takes that back. Only when this is false does the
  /// description get its number.
  virtual bool open_pending() const { return false; }
  virtual void wait_to_open(Waiter& waiter);

  /// After `read` said EAGAIN: how long a blocking read waits before it returns 0 (a terminal with
  /// VMIN = 0 and VTIME > 0); nothing means for ever.
  virtual std::optional<Nanoseconds> read_timeout() const { return std::nullopt; }

  /// What a read gets whose time is over or that a signal ended, though it waited for more (a
  /// terminal with VMIN > 1). 0: nothing.
  virtual Result<u64> read_rest(const HostSpans&) { return u64{0}; }
  /// How much such a read has gathered; the time between bytes starts anew when it grows.
  virtual u64 waiting_to_be_read() const { return 0; }

  /// Whether epoll takes it: regular files and directories are always ready, so it refuses them.
  virtual bool pollable() const;
  /// Which of kPoll… hold now.
  virtual u32 poll() { return kPollIn | kPollOut | kPollReadNormal | kPollWriteNormal; }
  /// Makes `waiter` wait for any of `events` (error and hang-up always count).
  virtual void wait_on(u32 events, Waiter& waiter);

  /// What /proc/PID/fdinfo/N tells beyond what it tells of every file: whole lines.
  virtual std::string details() const { return {}; }

  /// A terminal whose line was hung up: reads find an end of file, those that waited an error.
  virtual bool hung_up() const { return false; }
  /// The terminal behind it, for job control; null for anything else.
  virtual Terminal* terminal() { return nullptr; }
  /// The master side of a pty; null for anything else.
  virtual TerminalMaster* master() { return nullptr; }
  /// A host descriptor with the same bytes, or -1.
  virtual int host_fd() const { return -1; }

  /// The same open file in a copy of its machine. Refused by default, but for a description that is
  /// of no derived class.
  virtual std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const;

 protected:
  /// For `copy_to`: locks and whatever else every description may have. Returns `made`.
  std::shared_ptr<FileDescription> copy_common(MachineCopy& copy,
                                               std::shared_ptr<FileDescription> made) const;

  Location location_;
  u32 flags_;

 private:
  bool flock_held_ = false;
  std::shared_ptr<FileCompanion> companion_;
  std::shared_ptr<FileCompanion> signal_io_;
};

}  // namespace kemu
