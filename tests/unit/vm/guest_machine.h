#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>

#include "vm/engine.h"

namespace kemu {

/// A bare machine for engine tests: a pool, one address space and one Cpu, and code given as words.
class GuestMachine : public ::testing::Test {
 protected:
  static constexpr GuestAddr kCode{0x400000};
  static constexpr GuestAddr kData{0x800000};

  GuestMachine() {
    pool_ = FramePool::create(u64{256} << 20).value();
    engine_ = create_unicorn_engine(*pool_).value();
    space_ = std::make_unique<AddressSpace>(*pool_);
    cpu_ = engine_->create_cpu();
  }

  static void map(AddressSpace& space, GuestAddr address, u64 size, Protection protection) {
    MapRequest request;
    request.address = address;
    request.size = size;
    request.protection = protection;
    request.placement = Placement::Fixed;
    ASSERT_TRUE(space.map(request).ok());
  }
  void map(GuestAddr address, u64 size, Protection protection) {
    map(*space_, address, size, protection);
  }

  /// Puts instructions at `address`, mapping the page to be executed when nothing is mapped there.
  void code(GuestAddr address, std::initializer_list<u32> words) {
    if (!space_->map().find(address)) map(address.page_floor(), kPageSize, Protection::rx());
    const GuestRange page{address.page_floor(), address.page_floor() + kPageSize};
    const Protection before = space_->map().find(address)->protection;
    ASSERT_TRUE(space_->protect(page, Protection::rwx()).ok());
    ASSERT_TRUE(space_->write(address, std::as_bytes(std::span(words.begin(), words.size()))).ok());
    ASSERT_TRUE(space_->protect(page, before).ok());
  }

  Trap run(Cpu& cpu, AddressSpace& space, u64 blocks = 100000) {
    RunLimits limits;
    limits.blocks = blocks;
    return cpu.run(space, limits);
  }
  Trap run_at(GuestAddr pc) {
    cpu_->set_pc(pc.value());
    return run(*cpu_, *space_);
  }
  /// Runs from `pc` to the next `svc`, which must be how it ends.
  void run_to_svc(GuestAddr pc) {
    const Trap trap = run_at(pc);
    ASSERT_EQ(trap.kind, Trap::Kind::Syscall) << "at " << std::hex << trap.pc.value();
  }

  std::unique_ptr<FramePool> pool_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<AddressSpace> space_;
  std::unique_ptr<Cpu> cpu_;
};

/// movz xd, #value
constexpr u32 mov(u32 d, u32 value) { return 0xd2800000 | value << 5 | d; }
constexpr u32 kSvc = 0xd4000001;
constexpr u32 kRet = 0xd65f03c0;
constexpr u32 kNop = 0xd503201f;
/// blr xn
constexpr u32 blr(u32 n) { return 0xd63f0000 | n << 5; }
/// b to `words` instructions from here
constexpr u32 b(i32 words) { return 0x14000000 | (static_cast<u32>(words) & 0x3ffffff); }
/// str wt, [xn]
constexpr u32 str_w(u32 t, u32 n) { return 0xb9000000 | n << 5 | t; }
/// ldr xt, [xn]
constexpr u32 ldr_x(u32 t, u32 n) { return 0xf9400000 | n << 5 | t; }
/// str xt, [xn]
constexpr u32 str_x(u32 t, u32 n) { return 0xf9000000 | n << 5 | t; }
/// add xd, xn, #value
constexpr u32 add(u32 d, u32 n, u32 value) { return 0x91000000 | value << 10 | n << 5 | d; }
/// sub xd, xn, #value
constexpr u32 sub(u32 d, u32 n, u32 value) { return 0xd1000000 | value << 10 | n << 5 | d; }
/// cbnz xt, to `words` instructions from here
constexpr u32 cbnz(u32 t, i32 words) {
  return 0xb5000000 | (static_cast<u32>(words) & 0x7ffff) << 5 | t;
}

}  // namespace kemu
