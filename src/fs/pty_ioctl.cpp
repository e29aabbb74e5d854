#include <algorithm>

#include "base/abi/ioctl.h"
#include "base/abi/signal.h"
#include "fs/pty.h"

// ioctl_tty(2) on a pty's two sides: attributes and window size belong to both.

namespace kemu {

namespace {

constexpr u32 kSpeeds[] = {0,       50,      75,      110,     134,     150,     200,    300,
                           600,     1200,    1800,    2400,    4800,    9600,    19200,  38400,
                           57600,   115200,  230400,  460800,  500000,  576000,  921600, 1000000,
                           1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000};
constexpr u32 kHighSpeeds = 16;  // index of B57600, the first with CBAUDEX

/// The rate that CBAUD's (or CIBAUD's) bits name; `other` for BOTHER.
u32 speed_of(u32 bits, u32 other) {
  bits &= abi::kBaudBits;
  if (bits == abi::kBaudOther) return other;
  const u32 low = bits & 017;
  const u32 index = (bits & abi::kBaudOther) != 0 ? kHighSpeeds - 1 + low : low;
  return index < std::size(kSpeeds) ? kSpeeds[index] : 0;
}

void settle_speeds(abi::Termios2& attributes) {
  const u32 input_bits = attributes.control_flags >> abi::kInputBaudShift & abi::kBaudBits;
  attributes.output_speed = speed_of(attributes.control_flags, attributes.output_speed);
  attributes.input_speed =
      input_bits == 0 ? attributes.output_speed : speed_of(input_bits, attributes.input_speed);
}

bool default_flow(const abi::Termios2& attributes) {
  return (attributes.input_flags & abi::kFlowOutput) != 0 &&
         attributes.control_characters[abi::kStop] == '\023' &&
         attributes.control_characters[abi::kStart] == '\021';
}

template <typename T>
Result<u64> tell(AddressSpace& space, GuestAddr to, const T& value) {
  TRY(space.write_value(to, value));
  return u64{0};
}

abi::Termios first_generation(const abi::Termios2& from) {
  abi::Termios to = {};
  to.input_flags = from.input_flags;
  to.output_flags = from.output_flags;
  to.control_flags = from.control_flags;
  to.local_flags = from.local_flags;
  to.line_discipline = from.line_discipline;
  std::ranges::copy(from.control_characters, to.control_characters);
  return to;
}

void take_first_generation(abi::Termios2& to, const abi::Termios& from) {
  to.input_flags = from.input_flags;
  to.output_flags = from.output_flags;
  to.control_flags = from.control_flags;
  to.local_flags = from.local_flags;
  to.line_discipline = from.line_discipline;
  std::ranges::copy(from.control_characters, to.control_characters);
}

abi::Termio oldest_generation(const abi::Termios2& from) {
  abi::Termio to = {};
  to.input_flags = static_cast<u16>(from.input_flags);
  to.output_flags = static_cast<u16>(from.output_flags);
  to.control_flags = static_cast<u16>(from.control_flags);
  to.local_flags = static_cast<u16>(from.local_flags);
  to.line_discipline = from.line_discipline;
  std::copy_n(from.control_characters, std::size(to.control_characters), to.control_characters);
  return to;
}

/// Only what it knows of changes.
void take_oldest_generation(abi::Termios2& to, const abi::Termio& from) {
  constexpr u32 kUpperHalf = 0xffff0000;
  to.input_flags = (to.input_flags & kUpperHalf) | from.input_flags;
  to.output_flags = (to.output_flags & kUpperHalf) | from.output_flags;
  to.control_flags = (to.control_flags & kUpperHalf) | from.control_flags;
  to.local_flags = (to.local_flags & kUpperHalf) | from.local_flags;
  to.line_discipline = from.line_discipline;
  std::ranges::copy(from.control_characters, to.control_characters);
}

}  // namespace

Result<u64> Pty::set_attributes(const abi::Termios2& wanted, Flush flush) {
  abi::Termios2 attributes = wanted;
  settle_speeds(attributes);
  // A line that is no line has bytes of eight bits and no parity (pty_set_termios()).
  attributes.control_flags &= ~(abi::kSizeBits | abi::kParity);
  attributes.control_flags |= abi::kSizeBits | abi::kReceiver;
  attributes.line_discipline = 0;
  const bool flowed = default_flow(line_.attributes());
  const bool external = line_.has(abi::kExternal);
  if (flush == Flush::Input) {
    typed_.clear();
    line_.flush_input();
    master_queue_.wake_all();
  }
  line_.set_attributes(attributes);
  const bool flows = default_flow(attributes);
  if (flowed != flows)
    report(flows ? abi::kPacketDoStop : abi::kPacketNoStop,
           abi::kPacketDoStop | abi::kPacketNoStop);
  if (external || line_.has(abi::kExternal)) report(abi::kPacketIoctl, 0);
  take_typed();
  slave_queue_.wake_all();
  return u64{0};
}

Result<u64> Pty::attributes_ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  const bool flushes = request == abi::kTcSetAttributesFlush ||
                       request == abi::kTcSetAttributesFlush2 ||
                       request == abi::kTcSetOldAttributesFlush;
  switch (request) {
    case abi::kTcGetAttributes: return tell(space, argument, first_generation(line_.attributes()));
    case abi::kTcGetAttributes2: return tell(space, argument, line_.attributes());
    case abi::kTcGetOldAttributes:
      return tell(space, argument, oldest_generation(line_.attributes()));
    case abi::kTcSetOldAttributes:
    case abi::kTcSetOldAttributesWait:
    case abi::kTcSetOldAttributesFlush: {
      abi::Termios2 attributes = line_.attributes();
      take_oldest_generation(attributes, TRY(space.read_value<abi::Termio>(argument)));
      return set_attributes(attributes, flushes ? Flush::Input : Flush::No);
    }
    case abi::kTcSetAttributes:
    case abi::kTcSetAttributesWait:
    case abi::kTcSetAttributesFlush: {
      abi::Termios2 attributes = line_.attributes();
      take_first_generation(attributes, TRY(space.read_value<abi::Termios>(argument)));
      return set_attributes(attributes, flushes ? Flush::Input : Flush::No);
    }
    default:
      return set_attributes(TRY(space.read_value<abi::Termios2>(argument)),
                            flushes ? Flush::Input : Flush::No);
  }
}

Result<u64> Pty::set_window_size(AddressSpace& space, GuestAddr argument) {
  const auto size = TRY(space.read_value<abi::WindowSize>(argument));
  const bool same = size.rows == window_.rows && size.columns == window_.columns &&
                    size.x_pixels == window_.x_pixels && size.y_pixels == window_.y_pixels;
  if (same) return u64{0};
  window_ = size;
  signal_foreground(abi::kSigWinch);
  return u64{0};
}

/// TCFLSH: what one side reads the other has written.
Result<u64> Pty::flush(u64 which, Side side) {
  if (which > 2) return Errno::EINVAL;
  const bool input = which != 1;
  const bool output = which != 0;
  if (side == Side::Slave) {
    if (input) {
      line_.flush_input();
      typed_.clear();
    }
    if (output) drop_output();
  } else {
    if (input) output_.clear();
    if (output) typed_.clear();
  }
  master_queue_.wake_all();
  slave_queue_.wake_all();
  return u64{0};
}

/// TCXONC.
Result<u64> Pty::flow(u64 action, Side side) {
  constexpr u64 kOutputOff = 0, kOutputOn = 1, kInputOff = 2, kInputOn = 3;
  if (action > kInputOn) return Errno::EINVAL;
  if (side == Side::Master) {
    if (action == kOutputOff) master_stopped_ = true;
    if (action == kOutputOn) master_stopped_ = false;
    master_queue_.wake_all();
    return u64{0};
  }
  if (action == kOutputOff && !line_.output_stopped_by_request()) line_.stop_output(true);
  if (action == kOutputOn && line_.output_stopped_by_request()) line_.start_output(true);
  const u8 byte =
      line_.attributes().control_characters[action == kInputOff ? abi::kStop : abi::kStart];
  if (action >= kInputOff && byte != 0 && output_room() > 0) put_output(byte);
  return u64{0};
}

Result<u64> Pty::common_ioctl(u32 request, AddressSpace& space, GuestAddr argument, Side side) {
  switch (request) {
    case abi::kTcGetAttributes:
    case abi::kTcSetAttributes:
    case abi::kTcSetAttributesWait:
    case abi::kTcSetAttributesFlush:
    case abi::kTcGetAttributes2:
    case abi::kTcSetAttributes2:
    case abi::kTcSetAttributesWait2:
    case abi::kTcGetOldAttributes:
    case abi::kTcSetOldAttributes:
    case abi::kTcSetOldAttributesWait:
    case abi::kTcSetOldAttributesFlush:
    case abi::kTcSetAttributesFlush2: return attributes_ioctl(request, space, argument);
    case abi::kTioGetWindowSize: return tell(space, argument, window_);
    case abi::kTioSetWindowSize: return set_window_size(space, argument);
    case abi::kTcFlush: return flush(argument.value(), side);
    case abi::kTcFlowControl: return flow(argument.value(), side);
    case abi::kTioExclusive: exclusive_ = true; return u64{0};
    case abi::kTioNotExclusive: exclusive_ = false; return u64{0};
    case abi::kTioGetExclusive: return tell(space, argument, i32{exclusive_ ? 1 : 0});
    case abi::kTioGetLineDiscipline: return tell(space, argument, i32{0});
    case abi::kTioGetDevice: return tell(space, argument, static_cast<u32>(device()));
    // Nothing is ever on a wire: there is nothing to wait for, nor a break to send.
    case abi::kTioOutputQueue: return tell(space, argument, i32{0});
    case abi::kTcSendBreak:
    case abi::kTcSendBreakPosix:
    case abi::kTioSetBreak:
    case abi::kTioClearBreak: return u64{0};
    default: return Errno::ENOTTY;
  }
}

Result<u64> Pty::slave_ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  // hung_up_tty_ioctl() of drivers/tty/tty_io.c.
  if (hung_up_) return request == abi::kTioSetGroup ? Errno::ENOTTY : Errno::EIO;
  if (request == abi::kFioReadable)
    return tell(space, argument, static_cast<i32>(line_.input_bytes()));
  if (request == abi::kTioSimulateInput) {
    const u8 byte = TRY(space.read_value<u8>(argument));
    (void)line_.receive(byte);
    line_.push_echo();
    return u64{0};
  }
  return common_ioctl(request, space, argument, Side::Slave);
}

Result<u64> Pty::master_ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  switch (request) {
    case abi::kFioReadable:
      return tell(space, argument, static_cast<i32>(std::min<u64>(output_.size(), 4095)));
    case abi::kTioGetPtyNumber: return tell(space, argument, number_);
    case abi::kTioSetPtyLock: locked_ = TRY(space.read_value<i32>(argument)) != 0; return u64{0};
    case abi::kTioGetPtyLock: return tell(space, argument, i32{locked_ ? 1 : 0});
    case abi::kTioPacketMode: {
      const bool on = TRY(space.read_value<i32>(argument)) != 0;
      if (on && !packet_mode_) packet_status_ = 0;
      packet_mode_ = on;
      return u64{0};
    }
    case abi::kTioGetPacketMode: return tell(space, argument, i32{packet_mode_ ? 1 : 0});
    case abi::kTioSendSignal: {
      // Its argument is the signal itself: one of those a terminal sends.
      const u64 signal = argument.value();
      const bool known = signal == static_cast<u64>(abi::kSigInt) ||
                         signal == static_cast<u64>(abi::kSigQuit) ||
                         signal == static_cast<u64>(abi::kSigTstp);
      if (!known) return Errno::EINVAL;
      signal_foreground(static_cast<i32>(signal));
      return u64{0};
    }
    default: return common_ioctl(request, space, argument, Side::Master);
  }
}

}  // namespace kemu
