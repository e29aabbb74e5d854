#include <fmt/format.h>

#include "syscalls/trace_text.h"

// Terminal attributes in strace(1)'s layout.

namespace kemu {

namespace {

constexpr FlagName kInputNames[] = {
    {01, "IGNBRK"},  {02, "BRKINT"},   {04, "IGNPAR"},    {010, "PARMRK"},     {020, "INPCK"},
    {040, "ISTRIP"}, {0100, "INLCR"},  {0200, "IGNCR"},   {0400, "ICRNL"},     {01000, "IUCLC"},
    {02000, "IXON"}, {04000, "IXANY"}, {010000, "IXOFF"}, {020000, "IMAXBEL"}, {040000, "IUTF8"},
};
constexpr FlagName kOutputNames[] = {
    {01, "OPOST"},  {02, "OLCUC"},   {04, "ONLCR"},   {010, "OCRNL"},
    {020, "ONOCR"}, {040, "ONLRET"}, {0100, "OFILL"}, {0200, "OFDEL"},
};
constexpr FlagName kControlNames[] = {
    {0100, "CSTOPB"},  {0200, "CREAD"},  {0400, "PARENB"},
    {01000, "PARODD"}, {02000, "HUPCL"}, {04000, "CLOCAL"},
};
constexpr FlagName kLocalNames[] = {
    {01, "ISIG"},        {02, "ICANON"},     {04, "XCASE"},      {010, "ECHO"},
    {020, "ECHOE"},      {040, "ECHOK"},     {0100, "ECHONL"},   {0200, "NOFLSH"},
    {0100000, "IEXTEN"}, {01000, "ECHOCTL"}, {02000, "ECHOPRT"}, {04000, "ECHOKE"},
    {010000, "FLUSHO"},  {040000, "PENDIN"}, {0400, "TOSTOP"},   {0200000, "EXTPROC"},
};
constexpr FlagName kSpeedNames[] = {
    {0, "B0"},          {1, "B50"},         {2, "B75"},          {3, "B110"},
    {4, "B134"},        {5, "B150"},        {6, "B200"},         {7, "B300"},
    {010, "B600"},      {011, "B1200"},     {012, "B1800"},      {013, "B2400"},
    {014, "B4800"},     {015, "B9600"},     {016, "B19200"},     {017, "B38400"},
    {010000, "BOTHER"}, {010001, "B57600"}, {010002, "B115200"}, {010003, "B230400"},
};

template <size_t count>
std::string further(u32 bits, const FlagName (&names)[count]) {
  return "|" + flags_text(bits, names, "");
}

}  // namespace

std::string attributes_text(const abi::Termios& a) {
  const u32 output = a.output_flags;
  constexpr u32 kDelays = 0177400;
  const std::string delays =
      fmt::format("NL{}|CR{}|TAB{}|BS{}|VT{}|FF{}", output >> 8 & 1, output >> 9 & 3,
                  output >> 11 & 3, output >> 13 & 1, output >> 14 & 1, output >> 15 & 1);
  const std::string size = fmt::format("|CS{}", 5 + (a.control_flags >> 4 & 3));
  return fmt::format("{{c_iflag={}, c_oflag={}{}, c_cflag={}{}{}, c_lflag={}, ...}}",
                     flags_text(a.input_flags, kInputNames, ""), delays,
                     further(output & ~kDelays, kOutputNames),
                     choice_text(a.control_flags & abi::kBaudBits, kSpeedNames), size,
                     further(a.control_flags & ~(abi::kBaudBits | abi::kSizeBits), kControlNames),
                     flags_text(a.local_flags, kLocalNames, ""));
}

std::string flush_queue_text(u64 queue) {
  constexpr FlagName kNames[] = {{0, "TCIFLUSH"}, {1, "TCOFLUSH"}, {2, "TCIOFLUSH"}};
  return choice_text(static_cast<u32>(queue), kNames);
}

std::string flow_action_text(u64 action) {
  constexpr FlagName kNames[] = {{0, "TCOOFF"}, {1, "TCOON"}, {2, "TCIOFF"}, {3, "TCION"}};
  return choice_text(static_cast<u32>(action), kNames);
}

}  // namespace kemu
