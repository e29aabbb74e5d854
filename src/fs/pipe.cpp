#include "fs/pipe.h"

#include <bit>
#include <limits>

#include "base/abi/ioctl.h"
#include "fs/machine_copy.h"
#include "fs/pipe_end.h"

namespace kemu {

namespace {

/// /proc/sys/fs/pipe-max-size, what an unprivileged process may ask for.
constexpr u64 kMaxCapacity = u64{1} << 20;
constexpr u64 kMagic = 0x50495045;  // PIPEFS_MAGIC
/// Device number of anonymous pipes; Linux gives pipefs an anonymous one, too.
constexpr u64 kPipeDevice = 13;

}  // namespace

/// The bytes and the ends of one pipe; Linux's `struct pipe_inode_info`.
class Pipe {
 public:
  PipeBuffer buffer;
  u64 readers = 0;
  u64 writers = 0;
  // How many ever opened: a waiting opener sees by it that the other side came, and left again.
  u64 readers_ever = 0;
  u64 writers_ever = 0;
  WaitQueue read_queue;   // woken when bytes come, or the last writer goes
  WaitQueue write_queue;  // woken when room comes, or the last reader goes
  WaitQueue open_queue;   // woken when an end is opened

  void wake_all() {
    read_queue.wake_all();
    write_queue.wake_all();
    open_queue.wake_all();
  }

  /// Without ends: their copies count themselves.
  std::shared_ptr<Pipe> copy_to(MachineCopy& copy) const {
    auto made = std::make_shared<Pipe>();
    made->buffer = buffer.duplicate();
    made->readers_ever = readers_ever;
    made->writers_ever = writers_ever;
    copy.queue(read_queue, made->read_queue);
    copy.queue(write_queue, made->write_queue);
    copy.queue(open_queue, made->open_queue);
    return made;
  }
};

namespace {

/// One open description of a pipe: an end, or both for a FIFO opened O_RDWR.
class PipeFile : public FileDescription, public PipeEnd {
 public:
  enum class Wait : u8 { No, ForOtherSide };

  PipeFile(Location location, u32 flags, std::shared_ptr<Pipe> pipe, Wait wait);
  /// The copy of `original` in a copy of the machine: nothing is opened.
  PipeFile(const PipeFile& original, Location location, std::shared_ptr<Pipe> pipe);
  ~PipeFile() override;

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  Result<u64> pipe_capacity() const override;
  Result<u64> set_pipe_capacity(u64 size) override;
  bool open_pending() const override;
  void wait_to_open(Waiter& waiter) override { waiter.wait_on(pipe_->open_queue); }
  u32 poll() override;
  void wait_on(u32 events, Waiter& waiter) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<PipeFile>(*this, copy.of(location_), copy.of(pipe_)));
  }
  SignalQueues signal_queues() override {
    return {readable() ? &pipe_->read_queue : nullptr, writable() ? &pipe_->write_queue : nullptr};
  }

  PipeEnd* pipe_end() override { return this; }
  PipeBuffer& buffer() override { return pipe_->buffer; }
  bool has_readers() const override { return pipe_->readers > 0; }
  bool has_writers() const override { return pipe_->writers > 0; }
  void filled() override { pipe_->read_queue.wake_all(); }
  void drained() override { pipe_->write_queue.wake_all(); }

 private:
  std::shared_ptr<Pipe> pipe_;
  Wait wait_;
  bool had_writers_;
  u64 others_before_;  // of the other side's …_ever, when this was opened
};

PipeFile::PipeFile(Location location, u32 flags, std::shared_ptr<Pipe> pipe, Wait wait)
    : FileDescription(std::move(location), flags), pipe_(std::move(pipe)), wait_(wait) {
  had_writers_ = pipe_->writers > 0;
  others_before_ = readable() ? pipe_->writers_ever : pipe_->readers_ever;
  if (readable()) ++pipe_->readers, ++pipe_->readers_ever;
  if (writable()) ++pipe_->writers, ++pipe_->writers_ever;
  pipe_->open_queue.wake_all();
}

PipeFile::PipeFile(const PipeFile& original, Location location, std::shared_ptr<Pipe> pipe)
    : FileDescription(std::move(location), original.flags_),
      pipe_(std::move(pipe)),
      wait_(original.wait_),
      had_writers_(original.had_writers_),
      others_before_(original.others_before_) {
  if (readable()) ++pipe_->readers;
  if (writable()) ++pipe_->writers;
}

PipeFile::~PipeFile() {
  if (readable()) --pipe_->readers;
  if (writable()) --pipe_->writers;
  if (pipe_->readers == 0 || pipe_->writers == 0) pipe_->wake_all();
}

bool PipeFile::open_pending() const {
  if (wait_ == Wait::No) return false;
  return others_before_ == (readable() ? pipe_->writers_ever : pipe_->readers_ever);
}

Result<u64> PipeFile::read(const HostSpans& to) {
  if (!readable()) return Errno::EBADF;
  u64 wanted = 0;
  for (const HostSpan& span : to) wanted += span.size();
  if (wanted == 0) return u64{0};
  if (pipe_->buffer.empty()) {
    if (pipe_->writers == 0) return u64{0};
    return Errno::EAGAIN;
  }
  const u64 slots = pipe_->buffer.slots_in_use();
  const u64 moved = pipe_->buffer.read(to);
  if (pipe_->buffer.slots_in_use() < slots) pipe_->write_queue.wake_all();
  return moved;
}

Result<u64> PipeFile::write(const HostSpans& from) {
  if (!writable()) return Errno::EBADF;
  u64 wanted = 0;
  for (const HostSpan& span : from) wanted += span.size();
  if (wanted == 0) return u64{0};
  if (pipe_->readers == 0) return Errno::EPIPE;
  const bool packets = (flags_ & abi::kOpenDirect) != 0;
  const u64 moved = pipe_->buffer.write(from, packets ? PipeFraming::Packets : PipeFraming::Stream);
  if (moved == 0) return Errno::EAGAIN;
  pipe_->read_queue.wake_all();
  return moved;
}

Result<u64> PipeFile::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  if (request != abi::kFioReadable) return Errno::ENOTTY;
  TRY(space.write_value(argument, static_cast<i32>(pipe_->buffer.bytes())));
  return u64{0};
}

Result<u64> PipeFile::pipe_capacity() const {
  return pipe_->buffer.slot_limit() * PipeBuffer::kSlotSize;
}

Result<u64> PipeFile::set_pipe_capacity(u64 size) {
  if (size > u64{1} << 31) return Errno::EINVAL;
  const u64 rounded = size < PipeBuffer::kSlotSize ? PipeBuffer::kSlotSize : std::bit_ceil(size);
  const u64 slots = rounded / PipeBuffer::kSlotSize;
  if (slots > pipe_->buffer.slot_limit() && rounded > kMaxCapacity) return Errno::EPERM;
  if (slots < pipe_->buffer.slots_in_use()) return Errno::EBUSY;
  const bool was_full = pipe_->buffer.full();
  pipe_->buffer.set_slot_limit(slots);
  if (was_full && !pipe_->buffer.full()) pipe_->write_queue.wake_all();
  return rounded;
}

u32 PipeFile::poll() {
  u32 events = 0;
  if (readable()) {
    if (!pipe_->buffer.empty()) events |= kPollIn | kPollReadNormal;
    // Until a writer came after the open there is nothing to hang up (f_version in fs/pipe.c).
    const bool seen_writer = had_writers_ || pipe_->writers_ever != others_before_;
    if (pipe_->writers == 0 && seen_writer) events |= kPollHangUp;
  }
  if (writable()) {
    if (!pipe_->buffer.full()) events |= kPollOut | kPollWriteNormal;
    if (pipe_->readers == 0) events |= kPollError;
  }
  return events;
}

void PipeFile::wait_on(u32, Waiter& waiter) {
  if (readable()) waiter.wait_on(pipe_->read_queue);
  if (writable()) waiter.wait_on(pipe_->write_queue);
}

/// The inode of an anonymous pipe, through which /proc/PID/fd/N opens it again.
class PipeInode : public Inode {
 public:
  PipeInode(std::shared_ptr<Pipe> pipe, u64 number) : pipe_(std::move(pipe)), number_(number) {}

  FileType type() const override { return FileType::Fifo; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kPipeDevice;
    status.inode = number_;
    status.type = FileType::Fifo;
    status.permissions = permissions_;
    return status;
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    return std::make_shared<PipeFile>(at, flags, pipe_, PipeFile::Wait::No);
  }
  Result<Unit> set_permissions(u32 permissions) override {
    permissions_ = permissions;
    return Unit{};
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<PipeInode>(copy.of(pipe_), number_);
    made->permissions_ = permissions_;
    return copy_common(copy, std::move(made));
  }

 private:
  std::shared_ptr<Pipe> pipe_;
  u64 number_;
  u32 permissions_ = 0600;
};

}  // namespace

PipeEnds make_pipe(u32 flags, u64 inode_number) {
  auto pipe = std::make_shared<Pipe>();
  Dentry dentry;
  dentry.name = "pipe:[" + std::to_string(inode_number) + "]";
  dentry.inode = std::make_shared<PipeInode>(pipe, inode_number);
  const auto at = std::make_shared<const Dentry>(std::move(dentry));
  const u32 status_flags = flags & (abi::kOpenNonBlock | abi::kOpenDirect);
  const auto end = [&](u32 access) {
    return std::make_shared<PipeFile>(at, access | status_flags, pipe, PipeFile::Wait::No);
  };
  return {end(abi::kOpenReadOnly), end(abi::kOpenWriteOnly)};
}

Fifo::Fifo() = default;
Fifo::~Fifo() = default;

void Fifo::copy_to(MachineCopy& copy, Fifo& made) const { made.pipe_ = copy.of(pipe_); }

Result<std::shared_ptr<FileDescription>> Fifo::open(const Location& at, u32 flags) {
  std::shared_ptr<Pipe> pipe = pipe_.lock();
  if (!pipe) {
    pipe = std::make_shared<Pipe>();
    pipe_ = pipe;
  }
  const u32 access = flags & abi::kOpenAccessMode;
  const bool non_blocking = (flags & abi::kOpenNonBlock) != 0;
  bool alone = false;
  if (access == abi::kOpenReadOnly) alone = pipe->writers == 0;
  if (access == abi::kOpenWriteOnly) alone = pipe->readers == 0;
  if (alone && non_blocking && access == abi::kOpenWriteOnly) return Errno::ENXIO;
  const auto wait = alone && !non_blocking ? PipeFile::Wait::ForOtherSide : PipeFile::Wait::No;
  return std::make_shared<PipeFile>(at, flags, std::move(pipe), wait);
}

}  // namespace kemu
