// The address operands of A64 loads and stores (Arm ARM, C4.1.66 "Loads and Stores").

#include "vm/data_access.h"

namespace kemu {

namespace {

struct Instruction {
  u32 word;

  constexpr u32 bits(int high, int low) const {
    return (word >> low) & ((u32{1} << (high - low + 1)) - 1);
  }
  constexpr bool bit(int n) const { return (word >> n) & 1; }
  constexpr i64 signed_bits(int high, int low) const {
    const int width = high - low + 1;
    return static_cast<i64>(u64{bits(high, low)} << (64 - width)) >> (64 - width);
  }
  constexpr bool is(u32 mask, u32 value) const { return (word & mask) == value; }
};

u64 base_of(Instruction in, const Registers& registers) {
  const u32 n = in.bits(9, 5);
  return n == 31 ? registers.sp : registers.x[n];
}

u64 index_of(u32 number, const Registers& registers) {
  return number == 31 ? 0 : registers.x[number];
}

DataAccess structures(Instruction in, u64 base) {
  constexpr u8 kRegisters[16] = {4, 0, 4, 0, 3, 0, 3, 1, 2, 0, 2, 0, 0, 0, 0, 0};
  return {base, u64{kRegisters[in.bits(15, 12)]} * (in.bit(30) ? 16 : 8)};
}

DataAccess single_structure(Instruction in, u64 base) {
  const u32 elements = (u32{in.bit(13)} << 1 | u32{in.bit(21)}) + 1;
  u32 scale = in.bits(15, 14);
  if (scale == 3) {
    scale = in.bits(11, 10);  // LD1R and kin
  } else if (scale == 2 && in.bit(10)) {
    scale = 3;
  }
  return {base, u64{elements} << scale};
}

DataAccess exclusive(Instruction in, u64 base) {
  const bool pair = in.bit(21) && !in.bit(23);
  if (pair && !in.bit(31)) return {base, in.bit(30) ? u64{16} : u64{8}};  // CASP
  const u64 size = u64{1} << in.bits(31, 30);
  return {base, pair ? 2 * size : size};
}

DataAccess literal(Instruction in, u64 pc) {
  const u64 address = pc + static_cast<u64>(in.signed_bits(23, 5) * 4);
  const u32 opc = in.bits(31, 30);
  if (in.bit(26)) return {address, u64{4} << opc};
  constexpr u8 kSizes[4] = {4, 8, 4, 0};
  return {address, kSizes[opc]};
}

DataAccess pair(Instruction in, u64 base) {
  const u32 opc = in.bits(31, 30);
  const u32 scale = in.bit(26) ? 2 + opc : 2 + (opc >> 1);
  const bool post_indexed = in.bits(24, 23) == 1;
  const i64 offset = in.signed_bits(21, 15) * (i64{1} << scale);
  return {post_indexed ? base : base + static_cast<u64>(offset), u64{2} << scale};
}

u32 scale_of_single(Instruction in) {
  const u32 size = in.bits(31, 30);
  return in.bit(26) && in.bit(23) ? 4 : size;
}

u64 extended_index(Instruction in, const Registers& registers, u32 scale) {
  const u64 value = index_of(in.bits(20, 16), registers);
  const u32 option = in.bits(15, 13);
  u64 extended = value;
  if (option == 2) extended = static_cast<u32>(value);                                      // UXTW
  if (option == 6) extended = static_cast<u64>(static_cast<i64>(static_cast<i32>(value)));  // SXTW
  return in.bit(12) ? extended << scale : extended;
}

DataAccess single_register(Instruction in, u64 base, const Registers& registers) {
  const u32 scale = scale_of_single(in);
  const u64 size = u64{1} << scale;
  if (in.bit(24)) return {base + (u64{in.bits(21, 10)} << scale), size};
  if (!in.bit(21)) {
    const bool post_indexed = in.bits(11, 10) == 1;
    return {post_indexed ? base : base + static_cast<u64>(in.signed_bits(20, 12)), size};
  }
  if (in.bits(11, 10) == 2) return {base + extended_index(in, registers, scale), size};
  if (in.bits(11, 10) == 0) return {base, size};                      // LSE atomics
  const i64 offset = (in.bit(22) ? -512 : 0) + i64{in.bits(20, 12)};  // LDRAA, LDRAB
  return {base + static_cast<u64>(offset * 8), size};
}

}  // namespace

std::optional<DataAccess> data_access_of(u32 instruction, const Registers& registers) {
  const Instruction in{instruction};
  const u64 base = base_of(in, registers);
  if (in.is(0xffffffe0, 0xd50b7420)) {  // DC ZVA: the whole block
    return DataAccess{index_of(in.bits(4, 0), registers) & ~u64{63}, 64};
  }
  if (in.is(0xbf000000, 0x0c000000)) return structures(in, base);
  if (in.is(0xbf000000, 0x0d000000)) return single_structure(in, base);
  if (in.is(0x3f000000, 0x08000000)) return exclusive(in, base);
  if (in.is(0x3b000000, 0x18000000)) return literal(in, registers.pc);
  if (in.is(0x3a000000, 0x28000000)) return pair(in, base);
  if (in.is(0x3f200c00, 0x19000000)) {  // LDAPUR, STLUR
    return DataAccess{base + static_cast<u64>(in.signed_bits(20, 12)), u64{1} << in.bits(31, 30)};
  }
  if (in.is(0x3a000000, 0x38000000)) return single_register(in, base, registers);
  return std::nullopt;
}

GuestAddr exact_address(const Fault& fault, u64 granule, u32 instruction,
                        const Registers& registers) {
  const auto access = data_access_of(instruction, registers);
  if (!access) return fault.address;
  const u64 first = untagged(access->address);
  if (fault.kind == Fault::Kind::Misaligned) return GuestAddr(first);
  const u64 page = fault.address.value();
  // By differences: sums would wrap in the last page of the address space.
  if (first - page < granule) return GuestAddr(first);
  return fault.address;  // it began before the page, or the instruction does not say
}

}  // namespace kemu
