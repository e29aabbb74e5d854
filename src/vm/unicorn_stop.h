#pragma once

#include "base/types.h"

namespace kemu {

/// Why uc_emu_start came back.
enum class Stop : u8 {
  None,   // not by a hook: wfi, or pc reached 0
  Retry,  // the TLB or translations must be put right; the guest does not notice
  Syscall,
  Fault,  // `fault_`
  Undefined,
  Breakpoint,
  Marked,     // at an address of set_breakpoints
  Unaligned,  // pc, or an exclusive access
  Budget,
  Interrupt,
};

}  // namespace kemu
