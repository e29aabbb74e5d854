#include "syscalls/trace_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/abi/fcntl.h"
#include "process/signal_text.h"
#include "process/signals.h"
#include "process/wait_status.h"

namespace kemu {

namespace {

constexpr FlagName kOpenNames[] = {
    {0100, "O_CREAT"},        {0200, "O_EXCL"},        {0400, "O_NOCTTY"},
    {01000, "O_TRUNC"},       {02000, "O_APPEND"},     {04000, "O_NONBLOCK"},
    {04010000, "O_SYNC"},     {010000, "O_DSYNC"},     {0200000, "O_DIRECT"},
    {0400000, "O_LARGEFILE"}, {0100000, "O_NOFOLLOW"}, {01000000, "O_NOATIME"},
    {02000000, "O_CLOEXEC"},  {010000000, "O_PATH"},   {020040000, "O_TMPFILE"},
    {040000, "O_DIRECTORY"},  {020000, "FASYNC"},
};
constexpr FlagName kAccessModes[] = {
    {0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}, {3, "O_ACCMODE"}};
constexpr FlagName kFileTypes[] = {
    {0140000, "S_IFSOCK"}, {0120000, "S_IFLNK"}, {0100000, "S_IFREG"}, {0060000, "S_IFBLK"},
    {0040000, "S_IFDIR"},  {0020000, "S_IFCHR"}, {0010000, "S_IFIFO"},
};
constexpr FlagName kPollNames[] = {
    {0x001, "POLLIN"},     {0x002, "POLLPRI"},    {0x004, "POLLOUT"},    {0x040, "POLLRDNORM"},
    {0x080, "POLLRDBAND"}, {0x100, "POLLWRNORM"}, {0x200, "POLLWRBAND"}, {0x400, "POLLMSG"},
    {0x008, "POLLERR"},    {0x010, "POLLHUP"},    {0x020, "POLLNVAL"},   {0x2000, "POLLRDHUP"},
};

char simple_escape(char byte) {
  switch (byte) {
    case '"': return '"';
    case '\\': return '\\';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

/// A byte as octal, with leading zeros only where the next byte is a digit.
std::string octal_escape(u8 byte, bool digit_follows) {
  return digit_follows ? fmt::format("\\{:03o}", byte) : fmt::format("\\{:o}", byte);
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// "O_" of O_CREAT and O_EXCL, which is "O_???" in a comment.
std::string common_beginning(std::span<const FlagName> names) {
  std::string_view common = names.empty() ? std::string_view() : names.front().name;
  for (const FlagName& name : names.subspan(names.empty() ? 0 : 1))
    while (!name.name.starts_with(common)) common.remove_suffix(1);
  const std::size_t end = names.size() == 1 ? common.find('_') : common.rfind('_');
  return std::string(common.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

std::string unknown_text(u64 value, std::span<const FlagName> names, std::string_view unknown) {
  const std::string comment =
      unknown.empty() ? common_beginning(names) + "???" : std::string(unknown);
  return fmt::format("{} /* {} */", hexadecimal_text(value), comment);
}

}  // namespace

std::string hexadecimal_text(u64 value) { return value == 0 ? "0" : fmt::format("{:#x}", value); }

std::string flags_text(u64 bits, std::span<const FlagName> names, std::string_view zero,
                       std::string_view unknown) {
  if (bits == 0) return std::string(zero);
  std::string text;
  const auto add = [&text](std::string_view part) {
    if (!text.empty()) text += '|';
    text += part;
  };
  for (const FlagName& flag : names) {
    if (flag.bits == 0 || (bits & flag.bits) != flag.bits) continue;
    add(flag.name);
    bits &= ~flag.bits;
  }
  if (bits != 0)
    add(text.empty() ? unknown_text(bits, names, unknown) : fmt::format("{:#x}", bits));
  return text;
}

std::string choice_text(u64 value, std::span<const FlagName> names, std::string_view unknown) {
  for (const FlagName& choice : names)
    if (choice.bits == value) return std::string(choice.name);
  return unknown_text(value, names, unknown);
}

std::string address_text(u64 address) {
  return address == 0 ? "NULL" : fmt::format("{:#x}", address);
}

std::string quoted_text(std::string_view bytes, u64 size, Escapes escapes) {
  std::string text = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char byte = bytes[i];
    const bool digit_follows = i + 1 < bytes.size() && is_digit(bytes[i + 1]);
    if (escapes == Escapes::Hexadecimal) {
      text += fmt::format("\\x{:02x}", static_cast<u8>(byte));
    } else if (const char escape = simple_escape(byte)) {
      text += '\\';
      text += escape;
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += byte;
    } else {
      text += octal_escape(static_cast<u8>(byte), digit_follows);
    }
  }
  text += '"';
  if (bytes.size() < size) text += "...";
  return text;
}

std::string signal_set_text(u64 bits) {
  constexpr int kMost = abi::kSigMax * 2 / 3;
  const bool inverted = __builtin_popcountll(bits) >= kMost;
  if (inverted) bits = ~bits;
  std::string text = inverted ? "~[" : "[";
  SigSet set(bits);
  while (const auto signal = set.first()) {
    if (text.back() != '[') text += ' ';
    text += signal_name(*signal).substr(3);  // without "SIG"
    set = set.without(*signal);
  }
  return text + ']';
}

std::string wait_status_text(i32 raw) {
  // WaitStatus makes words, here one is read that a guest may have seen.
  const i32 signal = raw & 0x7f;
  if ((raw & 0xffff) == 0xffff) return "[{WIFCONTINUED(s)}]";
  if ((raw & 0xff) == 0x7f)
    return fmt::format("[{{WIFSTOPPED(s) && WSTOPSIG(s) == {}}}]", signal_text(raw >> 8 & 0xff));
  if (signal == 0)
    return fmt::format("[{{WIFEXITED(s) && WEXITSTATUS(s) == {}}}]", raw >> 8 & 0xff);
  return fmt::format("[{{WIFSIGNALED(s) && WTERMSIG(s) == {}{}}}]", signal_text(signal),
                     raw & 0x80 ? " && WCOREDUMP(s)" : "");
}

std::string mode_text(u32 mode) {
  constexpr u32 kTypeBits = 0170000;
  constexpr FlagName kSpecial[] = {{04000, "S_ISUID"}, {02000, "S_ISGID"}, {01000, "S_ISVTX"}};
  constexpr u32 kSpecialBits = 07000;
  const FlagName* type = std::ranges::find(kFileTypes, mode & kTypeBits, &FlagName::bits);
  if (type == std::end(kFileTypes)) return fmt::format("0{:02o}", mode);
  std::string text(type->name);
  if (mode & kSpecialBits) text += '|' + flags_text(mode & kSpecialBits, kSpecial);
  return fmt::format("{}|0{:02o}", text, mode & ~(kTypeBits | kSpecialBits));
}

std::string device_text(u64 device) {
  const u64 major = (device >> 8 & 0xfff) | (device >> 32 & 0xfffff000);
  const u64 minor = (device & 0xff) | (device >> 12 & 0xffffff00);
  return fmt::format("makedev({:#x}, {:#x})", major, minor);
}

std::string poll_events_text(u32 events) { return flags_text(events, kPollNames); }

std::string open_flags_text(u32 flags) {
  const std::string mode = choice_text(flags & abi::kOpenAccessMode, kAccessModes);
  const u32 rest = flags & ~abi::kOpenAccessMode;
  return rest == 0 ? mode : mode + '|' + flags_text(rest, kOpenNames, "", "O_???");
}

std::string status_flags_text(u32 flags) { return flags_text(flags, kOpenNames, "0", "O_???"); }

}  // namespace kemu
