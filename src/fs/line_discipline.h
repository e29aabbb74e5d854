#pragma once

#include <deque>
#include <optional>
#include <string>

#include "base/abi/termios.h"
#include "base/time.h"
#include "vm/address_space.h"

namespace kemu {

/// What stands between the bytes somebody types and the lines a program reads: editing, echo,
/// signals, flow control, and what becomes of output on its way. Linux's drivers/tty/n_tty.c.
class LineDiscipline {
 public:
  /// The device it works for.
  class Device {
   public:
    virtual ~Device() = default;
    /// How many bytes of output fit.
    virtual u64 output_room() const = 0;
    virtual void put_output(u8 byte) = 0;
    /// Forgets output that nobody took yet.
    virtual void drop_output() = 0;
    virtual void signal_foreground(i32 signal) = 0;
    /// kPacket… bits for a master in packet mode.
    virtual void report(u8 set, u8 clear) = 0;
    virtual void input_came() = 0;
  };

  /// Attributes as a fresh pty has them (tty_std_termios).
  explicit LineDiscipline(Device& device);

  const abi::Termios2& attributes() const { return attributes_; }
  void set_attributes(const abi::Termios2& attributes);

  /// Takes a typed byte if there is room for it.
  bool receive(u8 byte);
  /// Output of a program: how many of its bytes were taken.
  u64 write(const HostSpans& from);
  /// What one read(2) gets: a line, or bytes in raw mode. EAGAIN, 0 for an end of file or for
  /// VMIN = VTIME = 0. `enough`: how few bytes end a read in raw mode.
  Result<u64> read(const HostSpans& to, u64 enough);
  /// VMIN, as far as a read of `wanted` bytes is concerned.
  u64 minimum(u64 wanted) const;
  bool returns_at_once() const;
  /// VTIME's share of a blocked read; nothing while it waits without limit.
  std::optional<Nanoseconds> read_timeout() const;

  bool input_ready() const;
  /// FIONREAD.
  u64 input_bytes() const;
  /// Every byte that was typed and not read.
  u64 unread() const { return input_.size(); }
  void flush_input();

  /// TCXONC: output stops until it is started again.
  void stop_output(bool by_request);
  void start_output(bool by_request);
  bool output_stopped() const { return stopped_; }
  bool output_stopped_by_request() const { return stopped_by_request_; }
  /// Echo waits until what was typed at once is processed: a signal among it takes back what was
  /// echoed before it. It goes out as far as there is room.
  void push_echo();

  bool has(u32 local_flag) const { return (attributes_.local_flags & local_flag) != 0; }

  /// All that is under way in `original`, of the terminal that this one's is a copy of.
  void go_on_from(const LineDiscipline& original);

 private:
  enum class Ends : u8 { No, Line, File };
  struct Cell {
    u8 byte;
    Ends ends;
  };
  enum class EchoKind : u8 {
    Plain,
    Control,    // ^C for 3
    LineStart,  // the line being typed begins where output stands
    EraseTab,   // `byte` columns after the line's start
    EraseTabAfterTab,
  };
  struct Echo {
    u8 byte;
    EchoKind kind;
  };

  bool input_flag(u32 flag) const { return (attributes_.input_flags & flag) != 0; }
  bool output_flag(u32 flag) const { return (attributes_.output_flags & flag) != 0; }
  bool canonical() const { return has(abi::kCanonical) && !has(abi::kExternal); }
  bool is_control_character(u8 byte, abi::ControlCharacter which) const;
  bool continues_character(u8 byte) const;

  bool make_room();
  void process(u8 byte);
  void process_literal(u8 byte);
  bool process_flow(u8 byte);
  bool process_signal(u8 byte);
  bool process_editing(u8 byte);
  bool process_line_end(u8 byte);
  void raise_signal(i32 signal, u8 byte);
  void erase(u8 byte);
  void erase_character(u8 kind);
  void erase_echo_of(u8 byte, u8 kind);
  void erase_echo_of_tab();
  void finish_erasing();
  void reprint();
  void end_line(u8 byte, Ends ends);
  void store(u8 byte, Ends ends = Ends::No);

  void echo(u8 byte);
  void echo_plain(u8 byte) { queue_echo({byte, EchoKind::Plain}); }
  void echo_rubout();
  void queue_echo(Echo echo);
  void note_start_of_line();
  bool put_echo(Echo echo);
  bool erase_tab(u64 columns);
  bool put(u8 byte);
  bool put_processed(u8 byte);
  bool put_return(u8 byte);
  bool put_tab();
  Result<u64> read_line(const HostSpans& to);

  Device& device_;
  abi::Termios2 attributes_{};
  std::deque<Cell> input_;
  u64 complete_ = 0;  // how many cells at the front belong to lines that ended
  std::deque<Echo> pending_echo_;
  u64 column_ = 0;             // where output stands
  u64 line_start_column_ = 0;  // where the line being typed began
  bool literal_next_ = false;
  bool erasing_ = false;  // ECHOPRT's \ is open
  bool stopped_ = false;
  bool stopped_by_request_ = false;
};

}  // namespace kemu
