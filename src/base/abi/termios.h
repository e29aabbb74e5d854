#pragma once

#include "base/types.h"

/// Terminal attributes as the kernel's ioctls carry them (asm-generic/termbits.h), which is what
/// AArch64 uses.
namespace kemu::abi {

inline constexpr int kControlCharacters = 19;

/// TCGETS and TCSETS*: struct termios.
struct Termios {
  u32 input_flags;
  u32 output_flags;
  u32 control_flags;
  u32 local_flags;
  u8 line_discipline;
  u8 control_characters[kControlCharacters];
};
static_assert(sizeof(Termios) == 36);

/// TCGETA and TCSETA*: struct termio, which has the lower halves of the flags.
struct Termio {
  u16 input_flags;
  u16 output_flags;
  u16 control_flags;
  u16 local_flags;
  u8 line_discipline;
  u8 control_characters[8];
  u8 padding;
};
static_assert(sizeof(Termio) == 18);

/// TCGETS2 and TCSETS*2: struct termios2.
struct Termios2 {
  u32 input_flags;
  u32 output_flags;
  u32 control_flags;
  u32 local_flags;
  u8 line_discipline;
  u8 control_characters[kControlCharacters];
  u32 input_speed;
  u32 output_speed;
};
static_assert(sizeof(Termios2) == 44);

// c_iflag.
inline constexpr u32 kStrip = 0040;            // ISTRIP
inline constexpr u32 kNewlineToReturn = 0100;  // INLCR
inline constexpr u32 kIgnoreReturn = 0200;     // IGNCR
inline constexpr u32 kReturnToNewline = 0400;  // ICRNL
inline constexpr u32 kInputToLower = 01000;    // IUCLC
inline constexpr u32 kFlowOutput = 02000;      // IXON
inline constexpr u32 kAnyRestarts = 04000;     // IXANY
inline constexpr u32 kInputUtf8 = 040000;      // IUTF8
inline constexpr u32 kMarkErrors = 010;        // PARMRK

// c_oflag.
inline constexpr u32 kPostProcess = 01;             // OPOST
inline constexpr u32 kOutputToUpper = 02;           // OLCUC
inline constexpr u32 kNewlineToBoth = 04;           // ONLCR
inline constexpr u32 kOutputReturnToNewline = 010;  // OCRNL
inline constexpr u32 kNoReturnAtStart = 020;        // ONOCR
inline constexpr u32 kNewlineReturns = 040;         // ONLRET
inline constexpr u32 kExpandTabs = 014000;          // XTABS, and the mask TABDLY

// c_cflag.
inline constexpr u32 kBaudBits = 0010017;   // CBAUD
inline constexpr u32 kBaudOther = 0010000;  // BOTHER
inline constexpr u32 kBaud38400 = 017;
inline constexpr u32 kSizeBits = 060;       // CSIZE; CS8 has them all
inline constexpr u32 kReceiver = 0200;      // CREAD
inline constexpr u32 kParity = 0400;        // PARENB
inline constexpr u32 kInputBaudShift = 16;  // IBSHIFT

// c_lflag.
inline constexpr u32 kSignals = 01;           // ISIG
inline constexpr u32 kCanonical = 02;         // ICANON
inline constexpr u32 kEcho = 010;             // ECHO
inline constexpr u32 kEchoErase = 020;        // ECHOE
inline constexpr u32 kEchoKill = 040;         // ECHOK
inline constexpr u32 kEchoNewline = 0100;     // ECHONL
inline constexpr u32 kNoFlush = 0200;         // NOFLSH
inline constexpr u32 kStopBackground = 0400;  // TOSTOP
inline constexpr u32 kEchoControl = 01000;    // ECHOCTL
inline constexpr u32 kEchoPrint = 02000;      // ECHOPRT
inline constexpr u32 kEchoKillErase = 04000;  // ECHOKE
inline constexpr u32 kExtended = 0100000;     // IEXTEN
inline constexpr u32 kExternal = 0200000;     // EXTPROC

/// Indices of c_cc.
enum ControlCharacter : u8 {
  kInterrupt = 0,
  kQuit = 1,
  kErase = 2,
  kKill = 3,
  kEndOfFile = 4,
  kTime = 5,
  kMinimum = 6,
  kStart = 8,
  kStop = 9,
  kSuspend = 10,
  kEndOfLine = 11,
  kReprint = 12,
  kDiscard = 13,
  kWordErase = 14,
  kLiteralNext = 15,
  kEndOfLine2 = 16,
};

// Status bytes of packet mode (TIOCPKT).
inline constexpr u8 kPacketFlushRead = 1;
inline constexpr u8 kPacketFlushWrite = 2;
inline constexpr u8 kPacketStop = 4;
inline constexpr u8 kPacketStart = 8;
inline constexpr u8 kPacketNoStop = 16;
inline constexpr u8 kPacketDoStop = 32;
inline constexpr u8 kPacketIoctl = 64;

/// TIOCGWINSZ and TIOCSWINSZ: struct winsize.
struct WindowSize {
  u16 rows;
  u16 columns;
  u16 x_pixels;
  u16 y_pixels;
};
static_assert(sizeof(WindowSize) == 8);

}  // namespace kemu::abi
