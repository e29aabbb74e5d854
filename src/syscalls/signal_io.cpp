#include "syscalls/signal_io.h"

#include <cstdlib>

#include "base/abi/fcntl_commands.h"
#include "process/kernel_copy.h"
#include "syscalls/refuse.h"

// Signal-driven input and output: f_setown and send_sigio of fs/fcntl.c.

namespace kemu {

namespace {

// band_table of fs/fcntl.c, as poll(2) has the bits.
constexpr i64 kBandIn = kPollIn | kPollReadNormal;
constexpr i64 kBandOut = kPollOut | kPollWriteNormal | 0x200;  // POLLWRBAND
constexpr i64 kBandMessage = kBandIn | 0x400;                  // POLLMSG
constexpr i64 kBandHangUp = kPollHangUp | kPollError;

i64 band_of(i32 code) {
  switch (code) {
    case abi::kPollCodeIn: return kBandIn;
    case abi::kPollCodeOut: return kBandOut;
    case abi::kPollCodeMessage: return kBandMessage;
    default: return kBandHangUp;
  }
}

/// Signals whose si_code says something of its own (sig_specific_sicodes).
bool has_own_codes(i32 signal) {
  switch (signal) {
    case abi::kSigIll:
    case abi::kSigFpe:
    case abi::kSigSegv:
    case abi::kSigBus:
    case abi::kSigTrap:
    case abi::kSigChld:
    case abi::kSigSys: return true;
    default: return false;
  }
}

/// Whom a description's signals go to, and the listening for what they tell. Linux's `struct
/// fown_struct` and the description's entry in a fasync list.
class SignalIo : public FileCompanion {
 public:
  SignalIo(Kernel& kernel, const std::shared_ptr<FileDescription>& file)
      : kernel_(kernel), file_(file) {}

  std::shared_ptr<FileCompanion> copy_for(
      MachineCopy& copy, const std::shared_ptr<FileDescription>& made) const override {
    auto io = std::make_shared<SignalIo>(of_kernel(copy).kernel(), made);
    io->signal = signal;
    io->type_ = type_;
    if (owner_ != 0) io->owner_ = PidUse(io->kernel_.pids(), owner_);
    io->uid_ = uid_;
    io->euid_ = euid_;
    io->fd_ = fd_;
    io->lease_fd_ = lease_fd_;
    if (lease_) io->lease_.emplace(copy.of(lease_->leases()), *made);
    copy.waiter(input_, io->input_);
    copy.waiter(output_, io->output_);
    copy.waiter(urgent_, io->urgent_);
    return io;
  }

  i32 signal = 0;  // 0: SIGIO without a word about what happened

  void set_owner(const Credentials& by, i32 type, i32 id) {
    uid_ = by.uid;
    euid_ = by.euid;
    type_ = type;
    owner_ = id == 0 ? PidUse() : PidUse(kernel_.pids(), id);
    const auto file = file_.lock();
    if (file && !urgent_.waiting()) listen_for(*file, Direction::Urgent);
  }
  bool has_owner() const { return owner_ != 0; }
  /// An owner that ended is none.
  abi::FileOwner owner() const { return {type_, owner_lives() ? owner_.value() : 0}; }

  void forget() {
    owner_ = PidUse();
    signal = 0;
    lease_.reset();
  }
  void keep_lease(const FileDescription& file, i32 fd) {
    lease_fd_ = fd;
    if (!lease_) lease_.emplace(kernel_.leases(), file);
  }
  void tell_of_break() { tell(abi::kPollCodeMessage, lease_fd_); }

  void listen(i32 fd) {
    fd_ = fd;
    const auto file = file_.lock();
    if (!file) return;
    listen_for(*file, Direction::Input);
    listen_for(*file, Direction::Output);
  }
  void stop() {
    input_.leave_all();
    output_.leave_all();
  }

 private:
  enum class Direction : u8 { Input, Output, Urgent };
  class Ear : public Waiter {
   public:
    Ear(SignalIo& io, Direction direction) : io_(io), direction_(direction) {}

   protected:
    void woken() override { io_.heard(direction_); }

   private:
    SignalIo& io_;
    Direction direction_;
  };
  /// The lease that the description holds ends with this.
  class Lease {
   public:
    Lease(std::shared_ptr<Leases> leases, const FileDescription& holder)
        : leases_(std::move(leases)), holder_(holder) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { (void)leases_->give_up(holder_, /*now=*/0); }
    const std::shared_ptr<Leases>& leases() const { return leases_; }

   private:
    std::shared_ptr<Leases> leases_;
    const FileDescription& holder_;
  };

  void listen_for(FileDescription& file, Direction direction) {
    const SignalQueues queues = file.signal_queues();
    const auto wait = [](Ear& ear, WaitQueue* queue) {
      if (queue != nullptr) ear.wait_on(*queue);
    };
    switch (direction) {
      case Direction::Input: return wait(input_, queues.input);
      case Direction::Output: return wait(output_, queues.output);
      case Direction::Urgent: return wait(urgent_, queues.urgent);
    }
  }

  void heard(Direction direction) {
    const auto file = file_.lock();
    if (!file) return;  // it is being closed
    listen_for(*file, direction);
    if (direction == Direction::Urgent) return tell_urgent();
    // Of a pipe whose other side went there is end of file to read (pipe_release); sockets tell.
    const bool hung_up =
        file->inode().type() == FileType::Socket && (file->poll() & kPollHangUp) != 0;
    if (direction == Direction::Input)
      tell(hung_up ? abi::kPollCodeHangUp : abi::kPollCodeIn, fd_);
    else if (!hung_up)
      tell(abi::kPollCodeOut, fd_);
  }

  bool owner_lives() const {
    const i32 id = owner_;
    switch (type_) {
      case abi::kOwnerThread: return kernel_.find_task(id) || kernel_.find_zombie(id);
      case abi::kOwnerProcess: return kernel_.find_process(id) || kernel_.find_zombie(id);
      default: return kernel_.for_each_in_group(id, [](Process&) {}) > 0;
    }
  }

  void tell(i32 code, i32 fd) {
    for_each_owner([&](auto& target, Process& process) { send(target, process, code, fd); });
  }

  /// send_sigurg(): F_SETSIG has no say in it.
  void tell_urgent() {
    abi::SigInfo info;
    info.signo = abi::kSigUrg;
    info.code = abi::kSiKernel;
    for_each_owner([&](auto& target, Process& process) {
      if (may_send_to(process.credentials())) (void)kernel_.send_signal(target, info);
    });
  }

  /// `tell`: (task or process, its process).
  template <typename Tell>
  void for_each_owner(Tell&& tell) {
    const i32 id = owner_;
    switch (type_) {
      case abi::kOwnerThread:
        if (Task* task = kernel_.find_task(id)) tell(*task, task->process());
        break;
      case abi::kOwnerProcess:
        if (Process* process = kernel_.find_process(id)) tell(*process, *process);
        break;
      default:
        kernel_.for_each_in_group(id, [&](Process& process) { tell(process, process); });
        break;
    }
  }

  /// send_sigio_to_task: a signal that cannot be queued makes way for plain SIGIO.
  template <typename Target>
  void send(Target& target, const Process& process, i32 code, i32 fd) {
    if (!may_send_to(process.credentials())) return;
    abi::SigInfo info;
    if (signal != 0) {
      info.signo = signal;
      info.code = has_own_codes(signal) ? abi::kSiSigIo : code;
      info.poll.band = band_of(code);
      info.poll.fd = fd;
      if (kernel_.send_signal(target, info).ok()) return;
    }
    info = abi::SigInfo();
    info.signo = abi::kSigIo;
    info.code = abi::kSiKernel;
    (void)kernel_.send_signal(target, info);
  }

  /// sigio_perm: as kill(2) by whoever set the owner, though by the ids of that time.
  bool may_send_to(const Credentials& to) const {
    return euid_ == 0 || euid_ == to.suid || euid_ == to.uid || uid_ == to.suid || uid_ == to.uid;
  }

  Kernel& kernel_;
  std::weak_ptr<FileDescription> file_;  // owns this
  i32 type_ = abi::kOwnerProcess;
  PidUse owner_;
  u32 uid_ = 0;
  u32 euid_ = 0;
  i32 fd_ = -1;        // by which O_ASYNC was set
  i32 lease_fd_ = -1;  // by which a lease was taken
  std::optional<Lease> lease_;
  Ear input_{*this, Direction::Input};
  Ear output_{*this, Direction::Output};
  Ear urgent_{*this, Direction::Urgent};
};

SignalIo* existing_io(FileDescription& file) {
  return static_cast<SignalIo*>(file.signal_io().get());
}

SignalIo& signal_io_of(Task& task, const std::shared_ptr<FileDescription>& file) {
  if (!file->signal_io()) file->set_signal_io(std::make_shared<SignalIo>(task.kernel(), file));
  return *existing_io(*file);
}

Result<Unit> set_owner(Task& task, const std::shared_ptr<FileDescription>& file, i32 type, i32 id) {
  if (id < 0 || (id != 0 && !task.kernel().pids().in_use(id))) return Errno::ESRCH;
  signal_io_of(task, file).set_owner(task.credentials, type, id);
  return Unit{};
}

Result<Unit> set_owner_ex(Task& task, const std::shared_ptr<FileDescription>& file,
                          GuestAddr from) {
  const auto wanted = TRY(task.space->read_value<abi::FileOwner>(from));
  if (wanted.type < abi::kOwnerThread || wanted.type > abi::kOwnerGroup) return Errno::EINVAL;
  return set_owner(task, file, wanted.type, wanted.id);
}

abi::FileOwner owner_of(FileDescription& file) {
  const SignalIo* io = existing_io(file);
  return io ? io->owner() : abi::FileOwner{abi::kOwnerThread, 0};
}

/// F_SETSIG.
Result<Unit> choose_signal(Task& task, const std::shared_ptr<FileDescription>& file, u64 signal) {
  if (signal > static_cast<u64>(abi::kSigMax)) return Errno::EINVAL;
  signal_io_of(task, file).signal = static_cast<i32>(signal);
  return Unit{};
}

/// Streams of the host, of whose news kemu hears only while somebody waits for them.
bool is_host_stream(const FileDescription& file) {
  const FileType type = file.inode().type();
  const bool stream = type == FileType::Fifo || type == FileType::Socket;
  return file.host_fd() >= 0 && (stream || type == FileType::CharDevice);
}

}  // namespace

SyscallResult<u64> do_signal_io(Task& task, const std::shared_ptr<FileDescription>& file,
                                u32 command, Opaque arg) {
  switch (command) {
    case abi::kFcntlSetOwner:
      TRY(set_file_owner(task, file, static_cast<i32>(arg.value)));
      return u64{0};
    case abi::kFcntlGetOwner: return static_cast<u64>(i64{file_owner(*file)});
    case abi::kFcntlSetOwnerEx: TRY(set_owner_ex(task, file, arg.addr())); return u64{0};
    case abi::kFcntlGetOwnerEx:
      TRY(task.space->write_value(arg.addr(), owner_of(*file)));
      return u64{0};
    case abi::kFcntlSetSignal: TRY(choose_signal(task, file, arg.value)); return u64{0};
    default: break;
  }
  const SignalIo* io = existing_io(*file);
  return io ? static_cast<u64>(io->signal) : u64{0};
}

Result<Unit> set_file_owner(Task& task, const std::shared_ptr<FileDescription>& file, i32 who) {
  if (who == INT32_MIN) return Errno::EINVAL;
  return set_owner(task, file, who < 0 ? abi::kOwnerGroup : abi::kOwnerProcess, std::abs(who));
}

i32 file_owner(FileDescription& file) {
  const abi::FileOwner owner = owner_of(file);
  return owner.type == abi::kOwnerGroup ? -owner.id : owner.id;
}

Result<Unit> set_async(Task& task, const std::shared_ptr<FileDescription>& file, u32 flags, Fd fd) {
  const SignalQueues queues = file->signal_queues();
  const bool tells = queues.input != nullptr || queues.output != nullptr;
  const bool silent = !tells && is_host_stream(*file);
  if (!tells && !silent) flags &= ~abi::kOpenAsync;
  const bool was = (file->flags() & abi::kOpenAsync) != 0;
  const bool on = (flags & abi::kOpenAsync) != 0;
  // The flag stays, as whoever sets it looks for; the warning is all that comes of it.
  if (on && silent) (void)refuse(task, "O_ASYNC on a stream of the host", Errno::EINVAL);
  TRY(file->set_flags(flags));
  if (on) signal_io_of(task, file).listen(fd.value);
  if (!on && was && file->signal_io()) existing_io(*file)->stop();
  // A terminal's foreground group owns it unless told otherwise (__tty_fasync).
  if (Terminal* terminal = file->terminal(); on && terminal && !existing_io(*file)->has_owner()) {
    const i32 group = terminal->foreground_group();
    const i32 type = group > 0 ? abi::kOwnerGroup : abi::kOwnerProcess;
    TRY(set_owner(task, file, type, group > 0 ? group : task.process().pid()));
  }
  return Unit{};
}

void keep_lease(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd) {
  SignalIo& io = signal_io_of(task, file);
  io.keep_lease(*file, fd.value);
  if (!io.has_owner()) io.set_owner(task.credentials, abi::kOwnerProcess, task.process().pid());
}

void forget_lease(FileDescription& file) {
  if (SignalIo* io = existing_io(file)) io->forget();
}

void tell_lease_holder(FileDescription& file) {
  if (SignalIo* io = existing_io(file)) io->tell_of_break();
}

}  // namespace kemu
