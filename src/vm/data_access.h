#pragma once

#include <optional>

#include "vm/address_space.h"
#include "vm/registers.h"

namespace kemu {

/// The memory one instruction reads or writes: `size` bytes at `address` (0 for a prefetch).
struct DataAccess {
  u64 address = 0;
  u64 size = 0;
};

/// What the A64 load or store `instruction` at `registers.pc` touches, with the registers as they
/// are before it runs; nothing for any other instruction.
std::optional<DataAccess> data_access_of(u32 instruction, const Registers& registers);

/// The first faulting byte, as siginfo's si_addr wants it, of a data access by `instruction` of
/// which an engine only knows that it faulted in the `granule` bytes from `fault.address` on; that
/// address itself where the instruction does not say.
GuestAddr exact_address(const Fault& fault, u64 granule, u32 instruction,
                        const Registers& registers);

/// A data address without its tag: the top byte of a user address does not count (TCR_EL1.TBI0).
constexpr u64 untagged(u64 address) {
  const bool user_half = ((address >> 55) & 1) == 0;
  return user_half ? address & ~(u64{0xff} << 56) : address;
}

}  // namespace kemu
