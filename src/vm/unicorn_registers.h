#pragma once

#include <unicorn/unicorn.h>

#include <array>

#include "base/check.h"
#include "vm/protection.h"
#include "vm/registers.h"

namespace kemu {

/// Unicorn's ids of the registers a system call is made of, pc first.
inline constexpr int kSyscallIds[] = {UC_ARM64_REG_PC, UC_ARM64_REG_X8, UC_ARM64_REG_X0,
                                      UC_ARM64_REG_X1, UC_ARM64_REG_X2, UC_ARM64_REG_X3,
                                      UC_ARM64_REG_X4, UC_ARM64_REG_X5};

/// QEMU's exception numbers, as UC_HOOK_INTR gets them.
enum Exception : u32 { kUndefined = 1, kSupervisorCall = 2, kDataAbort = 4, kBreakpoint = 7 };

inline Access access_of(uc_mem_type type) {
  if (type == UC_MEM_WRITE) return Access::Write;
  return type == UC_MEM_FETCH ? Access::Execute : Access::Read;
}

inline constexpr u64 kConditionFlags = u64{0xf} << 28;

inline void check(uc_err error) { CHECK(error == UC_ERR_OK); }

/// EL1's part of the state, as Linux sets it up for its user space.
inline void set_up_el1(uc_engine* uc) {
  const auto set = [uc](u32 crn, u32 crm, u32 op2, u64 value) {
    uc_arm64_cp_reg reg{crn, crm, 3, 0, op2, value};
    check(uc_reg_write(uc, UC_ARM64_REG_CP_REG, &reg));
  };
  // First: only writing a system register makes Unicorn see that the exception level has changed.
  const u64 el0 = 0;
  check(uc_reg_write(uc, UC_ARM64_REG_PSTATE, &el0));
  // SCTLR_EL1: DZE, UCT, UCI (user cache maintenance), nTWI, nTWE (wfi, wfe do not trap).
  set(1, 0, 0, 1u << 14 | 1u << 15 | 1u << 26 | 1u << 16 | 1u << 18);
  set(1, 0, 2, u64{3} << 20);  // CPACR_EL1.FPEN
  set(2, 0, 2, u64{1} << 37);  // TCR_EL1.TBI0: data addresses may be tagged
  set(14, 1, 0, 0);            // CNTKCTL_EL1: the counter traps (UnicornEngine emulates it)
}

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
