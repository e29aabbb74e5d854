#pragma once

#include <array>

#include "base/types.h"
#include "vm/guest_addr.h"

namespace kemu {

struct VectorRegister {
  u64 low = 0;
  u64 high = 0;
  friend bool operator==(const VectorRegister&, const VectorRegister&) = default;
};

/// The EL0 state of one AArch64 task, as plain data any engine loads and stores. Linux's
/// `struct user_pt_regs` + `user_fpsimd_state` + tpidr.
struct Registers {
  std::array<u64, 31> x{};
  u64 sp = 0;
  u64 pc = 0;
  u32 pstate = 0;  // NZCV in bits 31..28
  u64 tpidr_el0 = 0;
  std::array<VectorRegister, 32> v{};
  u32 fpcr = 0;
  u32 fpsr = 0;
  friend bool operator==(const Registers&, const Registers&) = default;
};

}  // namespace kemu
