#pragma once

#include <unicorn/unicorn.h>

#include <array>

#include "base/check.h"
#include "vm/registers.h"

namespace kemu {

/// Unicorn's ids of the registers a system call is made of, pc first.
inline constexpr int kSyscallIds[] = {UC_ARM64_REG_PC, UC_ARM64_REG_X8, UC_ARM64_REG_X0,
                                      UC_ARM64_REG_X1, UC_ARM64_REG_X2, UC_ARM64_REG_X3,
                                      UC_ARM64_REG_X4, UC_ARM64_REG_X5};

inline constexpr u64 kConditionFlags = u64{0xf} << 28;

inline int x_id(int number) {
  CHECK(number >= 0 && number <= 30);
  if (number == 29) return UC_ARM64_REG_X29;
  if (number == 30) return UC_ARM64_REG_X30;
  return UC_ARM64_REG_X0 + number;
}

/// Unicorn's ids of everything in Registers but pc, and where each value lies in it.
struct RegisterList {
  std::array<int, 31 + 3 + 32 + 2> ids;
  std::array<void*, 31 + 3 + 32 + 2> values;

  RegisterList(Registers& registers, u64& pstate) {
    std::size_t n = 0;
    auto add = [&](int id, void* value) {
      ids[n] = id;
      values[n++] = value;
    };
    for (int i = 0; i < 31; ++i) add(x_id(i), &registers.x[i]);
    add(UC_ARM64_REG_SP, &registers.sp);
    add(UC_ARM64_REG_TPIDR_EL0, &registers.tpidr_el0);
    add(UC_ARM64_REG_PSTATE, &pstate);
    for (int i = 0; i < 32; ++i) add(UC_ARM64_REG_V0 + i, &registers.v[i]);
    add(UC_ARM64_REG_FPCR, &registers.fpcr);
    add(UC_ARM64_REG_FPSR, &registers.fpsr);
    CHECK(n == ids.size());
  }
};

}  // namespace kemu
