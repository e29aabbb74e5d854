#pragma once

#include "fs/file_description.h"
#include "fs/line_discipline.h"
#include "fs/terminal.h"

namespace kemu {

/// A pseudoterminal of kemu's own: a terminal whose line ends in a file, the master. What is
/// written there is typed; what programs write is read there. Linux's drivers/tty/pty.c.
class Pty : public Terminal, private LineDiscipline::Device {
 public:
  Pty(u32 number, std::shared_ptr<const TerminalSignals> signals)
      : number_(number), signals_(std::move(signals)), line_(*this) {}

  u32 number() const { return number_; }
  bool stops_background_output() const override { return line_.has(abi::kStopBackground); }
  u64 device() const override;
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;
  bool is_exclusive() const override { return exclusive_; }
  /// Its open files add themselves.
  std::shared_ptr<Terminal> copy_to(MachineCopy& copy) const override;

  // The master's side.
  Result<u64> read_output(const HostSpans& to);
  Result<u64> type(const HostSpans& from);
  u32 poll_master() const;
  Result<u64> master_ioctl(u32 request, AddressSpace& space, GuestAddr argument);
  void close_master();

  // The program's side.
  Result<u64> read_line(const HostSpans& to, u64 enough);
  Result<u64> write(const HostSpans& from);
  u32 poll_slave() const;
  Result<u64> slave_ioctl(u32 request, AddressSpace& space, GuestAddr argument);
  void slave_opened();
  void slave_closed();

  bool locked() const { return locked_; }
  bool hung_up() const { return hung_up_; }
  const LineDiscipline& line() const { return line_; }
  WaitQueue& master_queue() { return master_queue_; }
  WaitQueue& slave_queue() { return slave_queue_; }

 private:
  // LineDiscipline::Device.
  u64 output_room() const override;
  void put_output(u8 byte) override;
  void drop_output() override;
  void signal_foreground(i32 signal) override;
  void report(u8 set, u8 clear) override;
  void input_came() override { slave_queue_.wake_all(); }

  enum class Side : u8 { Master, Slave };
  enum class Flush : u8 { No, Input };
  Result<u64> common_ioctl(u32 request, AddressSpace& space, GuestAddr argument, Side side);
  Result<u64> attributes_ioctl(u32 request, AddressSpace& space, GuestAddr argument);
  Result<u64> set_attributes(const abi::Termios2& attributes, Flush flush);
  Result<u64> set_window_size(AddressSpace& space, GuestAddr argument);
  Result<u64> flush(u64 which, Side side);
  Result<u64> flow(u64 action, Side side);
  void take_typed();
  bool packet_waiting() const { return packet_mode_ && packet_status_ != 0; }

  u32 number_;
  std::shared_ptr<const TerminalSignals> signals_;
  LineDiscipline line_;
  std::deque<u8> typed_;   // by the master, and not yet taken by the line discipline
  std::deque<u8> output_;  // of programs and echo, for the master
  WaitQueue master_queue_;
  WaitQueue slave_queue_;
  abi::WindowSize window_{};
  u32 slaves_ = 0;
  bool locked_ = true;
  bool hung_up_ = false;     // the master is closed
  bool slave_gone_ = false;  // it was open and is not
  bool exclusive_ = false;
  bool master_stopped_ = false;
  bool packet_mode_ = false;
  u8 packet_status_ = 0;
};

/// Who gives ptys their numbers.
class PtyNumbers {
 public:
  virtual ~PtyNumbers() = default;
  /// The master is closed: nobody finds the pty any more.
  virtual void release(u32 number) = 0;
  virtual std::shared_ptr<PtyNumbers> copy_to(MachineCopy& copy) const = 0;
};

/// The master's open file.
class PtyMaster : public FileDescription, public TerminalMaster {
 public:
  /// Gives the number back to `numbers` when it is closed. `node`: where the other side is found.
  PtyMaster(Location location, u32 flags, std::shared_ptr<Pty> pty, Location node,
            std::shared_ptr<PtyNumbers> numbers)
      : FileDescription(std::move(location), flags),
        pty_(std::move(pty)),
        node_(std::move(node)),
        numbers_(std::move(numbers)) {}
  ~PtyMaster() override;

  Result<u64> read(const HostSpans& to) override;
  Result<u64> write(const HostSpans& from) override;
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override;
  u32 poll() override { return pty_->poll_master(); }
  void wait_on(u32, Waiter& waiter) override { waiter.wait_on(pty_->master_queue()); }
  SignalQueues signal_queues() override { return {&pty_->master_queue(), nullptr}; }
  TerminalMaster* master() override { return this; }

  Terminal& driven() override { return *pty_; }
  Result<std::shared_ptr<FileDescription>> open_peer(u32 flags) override;
  void set_owner(u32 uid, u32 gid) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  std::shared_ptr<Pty> pty_;
  Location node_;
  std::shared_ptr<PtyNumbers> numbers_;
};

}  // namespace kemu
