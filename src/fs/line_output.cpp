#include <cctype>

#include "fs/line_discipline.h"

// Echo, and what becomes of output on its way: opost and column tracking (do_output_char() and
// process_echoes() of drivers/tty/n_tty.c).

namespace kemu {

namespace {

constexpr u64 kEchoSize = 4096;
constexpr u64 kEchoWatermark = 256;
constexpr u64 kTabStop = 8;

bool is_control(u8 byte) { return byte < 0x20 || byte == 0x7f; }

}  // namespace

void LineDiscipline::note_start_of_line() {
  if (input_.size() == complete_) queue_echo({0, EchoKind::LineStart});
}

void LineDiscipline::finish_erasing() {
  if (erasing_) echo_plain('/');
  erasing_ = false;
}

void LineDiscipline::echo(u8 byte) {
  const bool caret = has(abi::kEchoControl) && is_control(byte) && byte != '\t';
  queue_echo({byte, caret ? EchoKind::Control : EchoKind::Plain});
}

void LineDiscipline::echo_rubout() {
  echo_plain('\b');
  echo_plain(' ');
  echo_plain('\b');
}

/// Takes the last character, already gone from the line, off the screen.
void LineDiscipline::erase_echo_of(u8 byte, u8 kind) {
  if (is_control_character(kind, abi::kErase) && !has(abi::kEchoErase)) return echo(kind);
  if (byte == '\t') return erase_echo_of_tab();
  if (is_control(byte) && has(abi::kEchoControl)) echo_rubout();
  if (!is_control(byte) || has(abi::kEchoControl)) echo_rubout();
}

/// As many columns as the tab took: its start follows from what stands before it.
void LineDiscipline::erase_echo_of_tab() {
  u64 columns = 0;
  bool after_tab = false;
  for (u64 i = input_.size(); i > complete_ && !after_tab; --i) {
    const u8 byte = input_[i - 1].byte;
    if (byte == '\t')
      after_tab = true;
    else if (is_control(byte))
      columns += has(abi::kEchoControl) ? 2 : 0;
    else if (!continues_character(byte))
      ++columns;
  }
  const auto within_stop = static_cast<u8>(columns % kTabStop);
  queue_echo({within_stop, after_tab ? EchoKind::EraseTabAfterTab : EchoKind::EraseTab});
}

bool LineDiscipline::erase_tab(u64 columns) {
  const u64 width = kTabStop - columns % kTabStop;
  if (device_.output_room() < width) return false;
  for (u64 left = width; left > 0; --left) {
    put('\b');
    if (column_ > 0) --column_;
  }
  return true;
}

void LineDiscipline::queue_echo(Echo echo) {
  if (pending_echo_.size() >= kEchoWatermark) push_echo();
  if (pending_echo_.size() < kEchoSize) pending_echo_.push_back(echo);
}

void LineDiscipline::push_echo() {
  while (!pending_echo_.empty() && !stopped_ && put_echo(pending_echo_.front()))
    pending_echo_.pop_front();
}

bool LineDiscipline::put_echo(Echo echo) {
  switch (echo.kind) {
    case EchoKind::Plain:
      return output_flag(abi::kPostProcess) ? put_processed(echo.byte) : put(echo.byte);
    case EchoKind::Control:
      if (device_.output_room() < 2) return false;
      put('^');
      put(echo.byte ^ 0100);
      column_ += 2;
      return true;
    case EchoKind::LineStart: line_start_column_ = column_; return true;
    case EchoKind::EraseTab: return erase_tab(line_start_column_ + echo.byte);
    case EchoKind::EraseTabAfterTab: return erase_tab(echo.byte);
  }
  return true;
}

void LineDiscipline::stop_output(bool by_request) {
  if (by_request) stopped_by_request_ = true;
  if (stopped_) return;
  stopped_ = true;
  device_.report(abi::kPacketStop, abi::kPacketStart);
}

void LineDiscipline::start_output(bool by_request) {
  if (by_request) stopped_by_request_ = false;
  if (!stopped_) return;
  stopped_ = false;
  device_.report(abi::kPacketStart, abi::kPacketStop);
  push_echo();
}

u64 LineDiscipline::write(const HostSpans& from) {
  push_echo();
  u64 taken = 0;
  const bool processed = output_flag(abi::kPostProcess);
  for (const HostSpan& span : from)
    for (const std::byte one : span) {
      const u8 byte = static_cast<u8>(one);
      if (stopped_ || !(processed ? put_processed(byte) : put(byte))) return taken;
      ++taken;
    }
  return taken;
}

bool LineDiscipline::put(u8 byte) {
  if (device_.output_room() == 0) return false;
  device_.put_output(byte);
  return true;
}

bool LineDiscipline::put_processed(u8 byte) {
  switch (byte) {
    case '\n':
    case '\r': return put_return(byte);
    case '\t': return put_tab();
    case '\b':
      if (!put(byte)) return false;
      if (column_ > 0) --column_;
      return true;
    default: break;
  }
  if (device_.output_room() == 0) return false;
  if (!is_control(byte)) {
    if (output_flag(abi::kOutputToUpper) && byte < 0x80) byte = static_cast<u8>(std::toupper(byte));
    if (!continues_character(byte)) ++column_;
  }
  return put(byte);
}

bool LineDiscipline::put_return(u8 byte) {
  if (device_.output_room() < 2) return false;
  if (byte == '\n') {
    if (output_flag(abi::kNewlineReturns)) column_ = 0;
    if (output_flag(abi::kNewlineToBoth)) {
      column_ = 0;
      put('\r');
    }
    line_start_column_ = column_;
    return put('\n');
  }
  if (output_flag(abi::kNoReturnAtStart) && column_ == 0) return true;
  const bool as_newline = output_flag(abi::kOutputReturnToNewline);
  if (!as_newline || output_flag(abi::kNewlineReturns)) line_start_column_ = column_ = 0;
  return put(as_newline ? '\n' : '\r');
}

bool LineDiscipline::put_tab() {
  const u64 spaces = kTabStop - column_ % kTabStop;
  const bool expand = (attributes_.output_flags & abi::kExpandTabs) == abi::kExpandTabs;
  if (device_.output_room() < (expand ? spaces : 1)) return false;
  column_ += spaces;
  if (!expand) return put('\t');
  for (u64 left = spaces; left > 0; --left) put(' ');
  return true;
}

}  // namespace kemu
