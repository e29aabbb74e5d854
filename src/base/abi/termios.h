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

/// TIOCGWINSZ and TIOCSWINSZ: struct winsize.
struct WindowSize {
  u16 rows;
  u16 columns;
  u16 x_pixels;
  u16 y_pixels;
};
static_assert(sizeof(WindowSize) == 8);

}  // namespace kemu::abi
