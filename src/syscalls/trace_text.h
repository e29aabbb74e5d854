#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/abi/termios.h"
#include "base/types.h"

namespace kemu {

// How strace(1) writes numbers, strings and sets; nothing here knows a guest.

/// Bytes of a string and elements of an array that are shown (strace -s 32).
inline constexpr u64 kTraceLimit = 32;

/// A named bit, or a named combination of bits that comes before its parts; or a named number.
struct FlagName {
  u64 bits;
  std::string_view name;
};

/// "O_APPEND|O_CLOEXEC"; `zero` for no bits. Bits without a name are "0x40 /* O_??? */", where the
/// comment is `unknown`, or what the names have in common.
std::string flags_text(u64 bits, std::span<const FlagName> names, std::string_view zero = "0",
                       std::string_view unknown = {});
/// "SEEK_SET"; "0x4d /* SEEK_??? */" when it has no name.
std::string choice_text(u64 value, std::span<const FlagName> names, std::string_view unknown = {});
/// As printf's %#x has it: no prefix for 0.
std::string hexadecimal_text(u64 value);

/// "0x1000"; "NULL" for 0.
std::string address_text(u64 address);

enum class Escapes : u8 { Octal, Hexadecimal };
/// "\"a\\n\"", followed by "..." when `size`, the whole length, is more than is given.
std::string quoted_text(std::string_view bytes, u64 size, Escapes escapes = Escapes::Octal);

/// "[INT CHLD]"; "~[KILL STOP]" when most are in the set.
std::string signal_set_text(u64 bits);
/// "[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]".
std::string wait_status_text(i32 status);
/// "S_IFREG|0644"
std::string mode_text(u32 mode);
/// "makedev(0x1, 0x3)", of a dev_t as stat(2) encodes it.
std::string device_text(u64 device);
/// "POLLIN|POLLHUP"
std::string poll_events_text(u32 events);
/// "O_RDONLY|O_CLOEXEC": open(2)'s flags with the access mode, or without.
std::string open_flags_text(u32 flags);
std::string status_flags_text(u32 flags);
/// "{c_iflag=ICRNL|IXON, c_oflag=NL0|...|ONLCR, c_cflag=B38400|CS8|CREAD, c_lflag=ISIG, ...}"
std::string attributes_text(const abi::Termios& attributes);
/// "TCIFLUSH", "TCOOFF"
std::string flush_queue_text(u64 queue);
std::string flow_action_text(u64 action);

}  // namespace kemu
