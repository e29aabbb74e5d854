#include "fs/line_discipline.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/abi/signal.h"
#include "fs/span_bytes.h"

// Attributes, reading, and what a typed byte does. Echo and output are in line_output.cpp.

namespace kemu {

namespace {

/// A line has at most this many bytes, its end among them (N_TTY_BUF_SIZE).
constexpr u64 kInputSize = 4096;
constexpr Nanoseconds kTenthOfSecond = kSecond / 10;
constexpr u8 kByteMask = 0x7f;

constexpr std::array<u8, abi::kControlCharacters> kControlCharacters = {
    '\003', '\034', '\177', '\025', '\004', 0,      1, 0, '\021', '\023',
    '\032', 0,      '\022', '\017', '\027', '\026', 0, 0, 0};

/// To the kernel letters are those of Latin-1, whatever the encoding (lib/ctype.c).
bool is_alphanumeric(u8 byte) {
  if (byte < 0x80) return std::isalnum(byte) != 0;
  return byte >= 0xc0 && byte != 0xd7 && byte != 0xf7;
}

}  // namespace

LineDiscipline::LineDiscipline(Device& device) : device_(device) {
  attributes_.input_flags = abi::kReturnToNewline | abi::kFlowOutput;
  attributes_.output_flags = abi::kPostProcess | abi::kNewlineToBoth;
  attributes_.control_flags = abi::kBaud38400 | abi::kSizeBits | abi::kReceiver;
  attributes_.local_flags = abi::kSignals | abi::kCanonical | abi::kEcho | abi::kEchoErase |
                            abi::kEchoKill | abi::kEchoControl | abi::kEchoKillErase |
                            abi::kExtended;
  std::ranges::copy(kControlCharacters, attributes_.control_characters);
  attributes_.input_speed = attributes_.output_speed = 38400;
}

void LineDiscipline::go_on_from(const LineDiscipline& original) {
  attributes_ = original.attributes_;
  input_ = original.input_;
  complete_ = original.complete_;
  pending_echo_ = original.pending_echo_;
  column_ = original.column_;
  line_start_column_ = original.line_start_column_;
  literal_next_ = original.literal_next_;
  erasing_ = original.erasing_;
  stopped_ = original.stopped_;
  stopped_by_request_ = original.stopped_by_request_;
}

// n_tty_set_termios(): what was typed raw becomes a line of the new mode, without an end.
void LineDiscipline::set_attributes(const abi::Termios2& attributes) {
  const u32 changed = attributes_.local_flags ^ attributes.local_flags;
  const bool flowed = input_flag(abi::kFlowOutput);
  attributes_ = attributes;
  if ((changed & (abi::kCanonical | abi::kExternal)) != 0) {
    for (Cell& cell : input_) cell.ends = Ends::No;
    complete_ = 0;
    if (canonical() && !input_.empty()) {
      input_.back().ends = Ends::Line;
      complete_ = input_.size();
    }
    erasing_ = literal_next_ = false;
  }
  if (flowed && !input_flag(abi::kFlowOutput) && !stopped_by_request_) start_output(false);
  if (input_ready()) device_.input_came();
}

bool LineDiscipline::is_control_character(u8 byte, abi::ControlCharacter which) const {
  return byte != 0 && byte == attributes_.control_characters[which];
}

bool LineDiscipline::continues_character(u8 byte) const {
  return input_flag(abi::kInputUtf8) && (byte & 0xc0) == 0x80;
}

bool LineDiscipline::input_ready() const {
  if (canonical()) return complete_ > 0;
  const u8 least = attributes_.control_characters[abi::kMinimum];
  const bool timed = attributes_.control_characters[abi::kTime] != 0;
  return input_.size() >= (timed || least == 0 ? 1 : least);
}

u64 LineDiscipline::input_bytes() const {
  if (!canonical()) return input_.size();
  u64 count = 0;
  for (u64 i = 0; i < complete_; ++i) count += input_[i].ends != Ends::File ? 1 : 0;
  return count;
}

u64 LineDiscipline::minimum(u64 wanted) const {
  if (canonical()) return 1;
  return std::clamp<u64>(attributes_.control_characters[abi::kMinimum], 1,
                         std::max<u64>(wanted, 1));
}

bool LineDiscipline::returns_at_once() const {
  return !canonical() && attributes_.control_characters[abi::kMinimum] == 0 &&
         attributes_.control_characters[abi::kTime] == 0;
}

std::optional<Nanoseconds> LineDiscipline::read_timeout() const {
  if (canonical() || attributes_.control_characters[abi::kTime] == 0) return std::nullopt;
  // Between bytes only, where a least number is asked for.
  if (attributes_.control_characters[abi::kMinimum] != 0 && input_.empty()) return std::nullopt;
  return attributes_.control_characters[abi::kTime] * kTenthOfSecond;
}

Result<u64> LineDiscipline::read(const HostSpans& to, u64 enough) {
  u64 wanted = 0;
  for (const HostSpan& span : to) wanted += span.size();
  if (wanted == 0) return u64{0};
  if (canonical()) return read_line(to);
  if (input_.size() < enough) return Errno::EAGAIN;
  std::string bytes;
  while (!input_.empty() && bytes.size() < std::min(wanted, kInputSize - 1)) {
    bytes.push_back(static_cast<char>(input_.front().byte));
    input_.pop_front();
  }
  complete_ -= std::min<u64>(complete_, bytes.size());
  return copy_to_spans(to, std::as_bytes(std::span(bytes)));
}

Result<u64> LineDiscipline::read_line(const HostSpans& to) {
  if (complete_ == 0) return Errno::EAGAIN;
  u64 wanted = 0;
  for (const HostSpan& span : to) wanted += span.size();
  std::string bytes;
  Ends ended = Ends::No;
  const auto take = [&] {
    ended = input_.front().ends;
    if (ended != Ends::File) bytes.push_back(static_cast<char>(input_.front().byte));
    input_.pop_front();
    --complete_;
  };
  while (complete_ > 0 && ended == Ends::No && bytes.size() < wanted) take();
  // An end of file right behind a full buffer belongs to this read.
  if (ended == Ends::No && complete_ > 0 && input_.front().ends == Ends::File) take();
  return copy_to_spans(to, std::as_bytes(std::span(bytes)));
}

void LineDiscipline::flush_input() {
  input_.clear();
  complete_ = 0;
  erasing_ = literal_next_ = false;
  device_.report(abi::kPacketFlushRead, 0);
}

/// Where a line grows too long its last byte is lost, so that an end of line always has room.
bool LineDiscipline::make_room() {
  if (input_.size() < kInputSize - 1) return true;
  if (!canonical() || complete_ > 0) return false;
  if (input_.size() >= kInputSize) input_.pop_back();
  return true;
}

bool LineDiscipline::receive(u8 byte) {
  if (!make_room()) return false;
  if (input_flag(abi::kStrip)) byte &= kByteMask;
  if (input_flag(abi::kInputToLower) && has(abi::kExtended) && byte < 0x80)
    byte = static_cast<u8>(std::tolower(byte));
  if (has(abi::kExternal))
    store(byte);
  else if (literal_next_)
    literal_next_ = false, process_literal(byte);
  else
    process(byte);
  return true;
}

void LineDiscipline::store(u8 byte, Ends ends) {
  input_.push_back({byte, ends});
  if (!canonical()) device_.input_came();
}

void LineDiscipline::end_line(u8 byte, Ends ends) {
  store(byte, ends);
  complete_ = input_.size();
  device_.input_came();
}

void LineDiscipline::process_literal(u8 byte) {
  if (stopped_ && !stopped_by_request_ && input_flag(abi::kFlowOutput) &&
      input_flag(abi::kAnyRestarts))
    start_output(false);
  if (has(abi::kEcho)) {
    finish_erasing();
    note_start_of_line();
    echo(byte);
  }
  if (byte == 0xff && input_flag(abi::kMarkErrors)) store(byte);
  store(byte);
}

void LineDiscipline::process(u8 byte) {
  if (process_flow(byte) || process_signal(byte)) return;
  if (stopped_ && !stopped_by_request_ && input_flag(abi::kFlowOutput) &&
      input_flag(abi::kAnyRestarts))
    start_output(false);
  if (byte == '\r') {
    if (input_flag(abi::kIgnoreReturn)) return;
    if (input_flag(abi::kReturnToNewline)) byte = '\n';
  } else if (byte == '\n' && input_flag(abi::kNewlineToReturn)) {
    byte = '\r';
  }
  if (has(abi::kCanonical) && (process_editing(byte) || process_line_end(byte))) return;
  if (has(abi::kEcho)) {
    finish_erasing();
    if (byte == '\n') {
      echo_plain('\n');
    } else {
      note_start_of_line();
      echo(byte);
    }
  }
  if (byte == 0xff && input_flag(abi::kMarkErrors)) store(byte);
  store(byte);
}

bool LineDiscipline::process_flow(u8 byte) {
  if (!input_flag(abi::kFlowOutput)) return false;
  if (is_control_character(byte, abi::kStart)) {
    if (!stopped_by_request_) start_output(false);
    return true;
  }
  if (!is_control_character(byte, abi::kStop)) return false;
  stop_output(false);
  return true;
}

bool LineDiscipline::process_signal(u8 byte) {
  if (!has(abi::kSignals)) return false;
  if (is_control_character(byte, abi::kInterrupt))
    raise_signal(abi::kSigInt, byte);
  else if (is_control_character(byte, abi::kQuit))
    raise_signal(abi::kSigQuit, byte);
  else if (is_control_character(byte, abi::kSuspend))
    raise_signal(abi::kSigTstp, byte);
  else
    return false;
  return true;
}

// isig(): what was typed ahead and what was not shown yet belong to what is interrupted.
void LineDiscipline::raise_signal(i32 signal, u8 byte) {
  device_.signal_foreground(signal);
  if (!has(abi::kNoFlush)) {
    pending_echo_.clear();
    device_.drop_output();
    flush_input();
  }
  if (input_flag(abi::kFlowOutput) && !stopped_by_request_) start_output(false);
  if (has(abi::kEcho)) echo(byte);
}

bool LineDiscipline::process_editing(u8 byte) {
  const bool extended = has(abi::kExtended);
  if (is_control_character(byte, abi::kErase) || is_control_character(byte, abi::kKill) ||
      (extended && is_control_character(byte, abi::kWordErase))) {
    erase(byte);
    return true;
  }
  if (extended && is_control_character(byte, abi::kLiteralNext)) {
    literal_next_ = true;
    if (!has(abi::kEcho)) return true;
    finish_erasing();
    if (has(abi::kEchoControl)) {
      echo_plain('^');
      echo_plain('\b');
    }
    return true;
  }
  if (!extended || !has(abi::kEcho) || !is_control_character(byte, abi::kReprint)) return false;
  finish_erasing();
  echo(byte);
  reprint();
  return true;
}

void LineDiscipline::reprint() {
  echo_plain('\n');
  for (u64 i = complete_; i < input_.size(); ++i) echo(input_[i].byte);
}

bool LineDiscipline::process_line_end(u8 byte) {
  if (byte == '\n') {
    if (has(abi::kEcho) || has(abi::kEchoNewline)) echo_plain('\n');
    end_line(byte, Ends::Line);
    return true;
  }
  if (is_control_character(byte, abi::kEndOfFile)) {
    end_line(0, Ends::File);
    return true;
  }
  const bool ends = is_control_character(byte, abi::kEndOfLine) ||
                    (has(abi::kExtended) && is_control_character(byte, abi::kEndOfLine2));
  if (!ends) return false;
  if (has(abi::kEcho)) {
    note_start_of_line();
    echo(byte);
  }
  if (byte == 0xff && input_flag(abi::kMarkErrors)) store(byte);
  end_line(byte, Ends::Line);
  return true;
}

// eraser(): VERASE, VWERASE or VKILL.
void LineDiscipline::erase(u8 byte) {
  if (input_.size() == complete_) return;
  const bool one = is_control_character(byte, abi::kErase);
  const bool word = !one && is_control_character(byte, abi::kWordErase);
  if (one) {
    erase_character(byte);
  } else if (word) {
    bool in_word = false;
    while (input_.size() > complete_) {
      u64 head = input_.size() - 1;
      while (head > complete_ && continues_character(input_[head].byte)) --head;
      const u8 last = input_[head].byte;
      const bool of_word = is_alphanumeric(last) || last == '_';
      if (!of_word && in_word) break;
      in_word |= of_word;
      const u64 before = input_.size();
      erase_character(byte);
      if (input_.size() == before) break;
    }
  } else if (!has(abi::kEcho)) {
    input_.resize(complete_);
  } else if (!has(abi::kEchoKill) || !has(abi::kEchoKillErase) || !has(abi::kEchoErase)) {
    input_.resize(complete_);
    finish_erasing();
    echo(byte);
    if (has(abi::kEchoKill)) echo_plain('\n');
    return;
  } else {
    u64 before = 0;
    while (input_.size() > complete_ && before != input_.size()) {
      before = input_.size();
      erase_character(byte);
    }
  }
  if (input_.size() == complete_ && has(abi::kEcho)) finish_erasing();
}

/// The last character, however many bytes it has; never a part of one.
void LineDiscipline::erase_character(u8 kind) {
  u64 head = input_.size() - 1;
  while (head > complete_ && continues_character(input_[head].byte)) --head;
  const u8 first = input_[head].byte;
  if (continues_character(first)) return;
  std::string rest;
  for (u64 i = head + 1; i < input_.size(); ++i) rest.push_back(static_cast<char>(input_[i].byte));
  input_.resize(head);
  if (!has(abi::kEcho)) return;
  if (!has(abi::kEchoPrint)) return erase_echo_of(first, kind);
  if (!erasing_) echo_plain('\\');
  erasing_ = true;
  echo(first);
  for (const char byte : rest) echo_plain(static_cast<u8>(byte));
}

}  // namespace kemu
