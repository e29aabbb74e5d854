#include "fs/pty.h"

#include <algorithm>

#include "base/abi/signal.h"
#include "fs/machine_copy.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

/// A line discipline holds so much unread (N_TTY_BUF_SIZE less the place for an end of line)…
constexpr u64 kReadBuffer = 4095;
/// …and as much waits on the way to it (tty_buffer_set_limit() in drivers/tty/pty.c).
constexpr u64 kInTransit = 8192;
constexpr u64 kOutputSize = kReadBuffer + kInTransit;
/// Output is writable for poll(2) while this much fits.
constexpr u64 kPollRoom = 1;
constexpr u64 kMajor = 136;

u64 total_size(const HostSpans& spans) {
  u64 size = 0;
  for (const HostSpan& span : spans) size += span.size();
  return size;
}

/// The slave's open file.
class PtySlave : public FileDescription {
 public:
  PtySlave(Location location, u32 flags, std::shared_ptr<Pty> pty)
      : FileDescription(std::move(location), flags), pty_(std::move(pty)) {
    pty_->slave_opened();
  }
  ~PtySlave() override { pty_->slave_closed(); }

  Result<u64> read(const HostSpans& to) override {
    if (!readable()) return Errno::EBADF;
    return pty_->read_line(to, pty_->line().minimum(total_size(to)));
  }
  Result<u64> read_rest(const HostSpans& to) override { return pty_->read_line(to, 1); }
  u64 waiting_to_be_read() const override { return pty_->line().unread(); }
  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    return pty_->write(from);
  }
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override {
    return pty_->slave_ioctl(request, space, argument);
  }
  std::optional<Nanoseconds> read_timeout() const override { return pty_->line().read_timeout(); }
  u32 poll() override { return pty_->poll_slave(); }
  void wait_on(u32, Waiter& waiter) override { waiter.wait_on(pty_->slave_queue()); }
  SignalQueues signal_queues() override { return {&pty_->slave_queue(), nullptr}; }
  bool hung_up() const override { return pty_->hung_up(); }
  // One that was hung up is nobody's terminal any more.
  Terminal* terminal() override { return pty_->hung_up() ? nullptr : pty_.get(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto pty = copy.as<Terminal>(pty_);
    return copy_common(copy,
                       std::make_shared<PtySlave>(copy.of(location_), flags_, std::move(pty)));
  }

 private:
  std::shared_ptr<Pty> pty_;
};

}  // namespace

u64 Pty::device() const {
  return kMajor << 8 | (number_ & 0xff) | (u64{number_} & ~u64{0xff}) << 12;
}

Result<std::shared_ptr<FileDescription>> Pty::open(const Location& at, u32 flags) {
  if (hung_up_ || locked_) return Errno::EIO;
  return std::make_shared<PtySlave>(at, flags & ~abi::kOpenTruncate,
                                    std::static_pointer_cast<Pty>(shared_from_this()));
}

std::shared_ptr<Terminal> Pty::copy_to(MachineCopy& copy) const {
  auto signals = std::make_shared<const TerminalSignals>(copy.terminal_signals());
  auto made = std::make_shared<Pty>(number_, std::move(signals));
  made->line_.go_on_from(line_);
  made->typed_ = typed_;
  made->output_ = output_;
  made->window_ = window_;
  made->locked_ = locked_;
  made->hung_up_ = hung_up_;
  made->slave_gone_ = slave_gone_;
  made->exclusive_ = exclusive_;
  made->master_stopped_ = master_stopped_;
  made->packet_mode_ = packet_mode_;
  made->packet_status_ = packet_status_;
  copy.queue(master_queue_, made->master_queue_);
  copy.queue(slave_queue_, made->slave_queue_);
  return copy_common(made);
}

void Pty::slave_opened() {
  ++slaves_;
  slave_gone_ = false;
}

void Pty::slave_closed() {
  if (--slaves_ > 0) return;
  slave_gone_ = true;
  exclusive_ = false;
  master_queue_.wake_all();
}

void Pty::close_master() {
  hung_up_ = true;
  signals_->hang_up(*this);
  slave_queue_.wake_all();
}

// Output, and echo: from the line discipline to the master.

u64 Pty::output_room() const { return kOutputSize - std::min<u64>(output_.size(), kOutputSize); }

void Pty::put_output(u8 byte) {
  output_.push_back(byte);
  master_queue_.wake_all();
}

/// What the master's side holds already stays there.
void Pty::drop_output() {
  if (output_.size() > kReadBuffer) output_.resize(kReadBuffer);
  report(abi::kPacketFlushWrite, 0);
  slave_queue_.wake_all();
}

void Pty::signal_foreground(i32 signal) {
  if (foreground_group() != 0) signals_->send(foreground_group(), signal);
}

void Pty::report(u8 set, u8 clear) {
  if ((set & abi::kPacketStart) != 0) slave_queue_.wake_all();
  if (!packet_mode_) return;
  packet_status_ = static_cast<u8>((packet_status_ & ~clear) | set);
  master_queue_.wake_all();
}

Result<u64> Pty::read_output(const HostSpans& to) {
  const u64 wanted = std::min(total_size(to), kReadBuffer + 1);
  if (wanted == 0) return u64{0};
  std::string bytes;
  if (packet_waiting()) {
    bytes.push_back(static_cast<char>(std::exchange(packet_status_, u8{0})));
    return copy_to_spans(to, std::as_bytes(std::span(bytes)));
  }
  if (output_.empty()) return slave_gone_ ? Errno::EIO : Errno::EAGAIN;
  if (packet_mode_) bytes.push_back(0);
  const auto piece = std::min<u64>({wanted - bytes.size(), output_.size(), kReadBuffer});
  const auto end = output_.begin() + static_cast<i64>(piece);
  bytes.append(output_.begin(), end);
  output_.erase(output_.begin(), end);
  line_.push_echo();
  slave_queue_.wake_all();
  return copy_to_spans(to, std::as_bytes(std::span(bytes)));
}

Result<u64> Pty::write(const HostSpans& from) {
  if (hung_up_) return Errno::EIO;
  if (total_size(from) == 0) return u64{0};
  const u64 taken = line_.write(from);
  if (taken == 0) return Errno::EAGAIN;
  return taken;
}

// Input: from the master to the line discipline.

Result<u64> Pty::type(const HostSpans& from) {
  if (total_size(from) == 0) return u64{0};
  const u64 room = master_stopped_ ? 0 : kInTransit - std::min<u64>(typed_.size(), kInTransit);
  if (room == 0) return Errno::EAGAIN;
  std::string bytes(std::min(total_size(from), room), '\0');
  const u64 taken = copy_from_spans(std::as_writable_bytes(std::span(bytes)), from);
  typed_.insert(typed_.end(), bytes.begin(), bytes.begin() + static_cast<i64>(taken));
  take_typed();
  return taken;
}

void Pty::take_typed() {
  const bool was_full = typed_.size() >= kInTransit;
  // A signal's sending can lead back here only through another call, never through the first.
  while (!typed_.empty() && line_.receive(typed_.front())) typed_.pop_front();
  line_.push_echo();
  if (was_full && typed_.size() < kInTransit) master_queue_.wake_all();
}

Result<u64> Pty::read_line(const HostSpans& to, u64 enough) {
  if (hung_up_) return u64{0};
  auto got = line_.read(to, enough);
  take_typed();
  if (got.ok() || got.error() != Errno::EAGAIN) return got;
  if (line_.returns_at_once()) return u64{0};
  return got;
}

u32 Pty::poll_master() const {
  u32 events = 0;
  if (!output_.empty()) events |= kPollIn | kPollReadNormal;
  if (packet_waiting()) events |= kPollIn | kPollReadNormal | kPollPriority;
  if (slave_gone_) events |= kPollHangUp;
  if (!master_stopped_ && typed_.size() < kInTransit) events |= kPollOut | kPollWriteNormal;
  return events;
}

u32 Pty::poll_slave() const {
  if (hung_up_)
    return kPollIn | kPollOut | kPollError | kPollHangUp | kPollReadNormal | kPollWriteNormal;
  u32 events = 0;
  if (line_.input_ready()) events |= kPollIn | kPollReadNormal;
  if (!line_.output_stopped() && output_room() >= kPollRoom) events |= kPollOut | kPollWriteNormal;
  return events;
}

PtyMaster::~PtyMaster() {
  numbers_->release(pty_->number());
  pty_->close_master();
}

Result<u64> PtyMaster::read(const HostSpans& to) {
  if (!readable()) return Errno::EBADF;
  return pty_->read_output(to);
}

Result<u64> PtyMaster::write(const HostSpans& from) {
  if (!writable()) return Errno::EBADF;
  return pty_->type(from);
}

Result<u64> PtyMaster::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  return pty_->master_ioctl(request, space, argument);
}

Result<std::shared_ptr<FileDescription>> PtyMaster::open_peer(u32 flags) {
  return pty_->open(node_, flags);
}

std::shared_ptr<FileDescription> PtyMaster::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<PtyMaster>(copy.of(location_), flags_, copy.as<Terminal>(pty_),
                                          copy.of(node_), copy.of(numbers_));
  return copy_common(copy, std::move(made));
}

void PtyMaster::set_owner(u32 uid, u32 gid) { (void)node_->inode->set_owner(uid, gid); }

}  // namespace kemu
