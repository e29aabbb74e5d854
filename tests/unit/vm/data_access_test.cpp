#include "vm/data_access.h"

#include <gtest/gtest.h>

namespace kemu {
namespace {

constexpr u32 kLoad = 0xf9400020;  // ldr x0, [x1]
constexpr u64 kGranule = 1024;

GuestAddr address_of_fault(u64 x1, u64 page, u32 instruction = kLoad) {
  Registers registers;
  registers.x[1] = x1;
  Fault fault;
  fault.address = GuestAddr(page);
  return exact_address(fault, kGranule, instruction, registers);
}

TEST(ExactAddress, IsTheFirstByteOfAnAccessThatStartsInThePage) {
  EXPECT_EQ(address_of_fault(0x10000, 0x10000), GuestAddr(0x10000));
  EXPECT_EQ(address_of_fault(0x103ff, 0x10000), GuestAddr(0x103ff));
}

TEST(ExactAddress, IsThePageWhenTheAccessCrossesIntoIt) {
  EXPECT_EQ(address_of_fault(0x0fff9, 0x10000), GuestAddr(0x10000));
}

TEST(ExactAddress, IsThePageWhenTheInstructionDoesNotSay) {
  EXPECT_EQ(address_of_fault(0x20000, 0x10000), GuestAddr(0x10000));
  EXPECT_EQ(address_of_fault(0x10008, 0x10000, 0xd503201f /* nop */), GuestAddr(0x10000));
}

TEST(ExactAddress, DoesNotWrapInTheLastPageOfTheAddressSpace) {
  const u64 last = ~u64{0} - (kGranule - 1);
  for (const u64 x1 : {~u64{0}, ~u64{0} - 7, u64{0xffffffffffffff23}})
    EXPECT_EQ(address_of_fault(x1, last), GuestAddr(x1));
}

}  // namespace
}  // namespace kemu
