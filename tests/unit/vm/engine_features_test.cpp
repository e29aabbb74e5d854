// What AT_HWCAP promises must work: one instruction of each feature, executed at EL0.

#include "unit/vm/guest_machine.h"
#include "vm/hwcap.h"

namespace kemu {
namespace {

class EngineFeatures : public GuestMachine {
 protected:
  Trap run_one(u32 word) {
    if (!space_->map().find(kData)) map(kData, kPageSize, Protection::rw());
    code(kCode, {word, kSvc});
    cpu_->set_x(1, kData.value());
    return run_at(kCode);
  }
};

struct Feature {
  u64 bit;
  u32 word;
  const char* text;
};

constexpr Feature kHwcap[] = {
    {hwcap::kFp, 0x1e622820, "fadd d0, d1, d2"},
    {hwcap::kAsimd, 0x4ea28420, "add v0.4s, v1.4s, v2.4s"},
    {hwcap::kAes, 0x4e284820, "aese v0.16b, v1.16b"},
    {hwcap::kPmull, 0x0ee2e020, "pmull v0.1q, v1.1d, v2.1d"},
    {hwcap::kSha1, 0x5e280820, "sha1h s0, s1"},
    {hwcap::kSha2, 0x5e282820, "sha256su0 v0.4s, v1.4s"},
    {hwcap::kCrc32, 0x9ac24c20, "crc32x w0, w1, x2"},
    {hwcap::kAtomics, 0xf8200020, "ldadd x0, x0, [x1]"},
    {hwcap::kFphp, 0x1ee22820, "fadd h0, h1, h2"},
    {hwcap::kAsimdHp, 0x4e421420, "fadd v0.8h, v1.8h, v2.8h"},
    {hwcap::kAsimdRdm, 0x6e828420, "sqrdmlah v0.4s, v1.4s, v2.4s"},
    {hwcap::kJscvt, 0x1e7e0000, "fjcvtzs w0, d0"},
    {hwcap::kFcma, 0x6e82e420, "fcadd v0.4s, v1.4s, v2.4s, #90"},
    {hwcap::kLrcpc, 0xf8bfc020, "ldapr x0, [x1]"},
    {hwcap::kDcpop, 0xd50b7c21, "dc cvap, x1"},
    {hwcap::kSha3, 0xce020c20, "eor3 v0.16b, v1.16b, v2.16b, v3.16b"},
    {hwcap::kSm3, 0xce420c20, "sm3ss1 v0.4s, v1.4s, v2.4s, v3.4s"},
    {hwcap::kSm4, 0xcec08420, "sm4e v0.4s, v1.4s"},
    {hwcap::kAsimdDp, 0x4e829420, "sdot v0.4s, v1.16b, v2.16b"},
    {hwcap::kSha512, 0xcec08020, "sha512su0 v0.2d, v1.2d"},
    {hwcap::kAsimdFhm, 0x4e22ec20, "fmlal v0.4s, v1.4h, v2.4h"},
    {hwcap::kIlrcpc, 0xd9408020, "ldapur x0, [x1, #8]"},
    {hwcap::kFlagM, 0xd500401f, "cfinv"},
    {hwcap::kSb, 0xd50330ff, "sb"},
};

constexpr Feature kHwcap2[] = {
    {hwcap::kDcpodp, 0xd50b7d21, "dc cvadp, x1"},
    {hwcap::kFlagM2, 0xd500405f, "axflag"},
    {hwcap::kFrint, 0x1e684020, "frint32z d0, d1"},
};

// Linux lets every program do these, whatever AT_HWCAP says.
constexpr Feature kAlways[] = {
    {0, 0xd53b0020, "mrs x0, ctr_el0"},
    {0, 0xd53b00e0, "mrs x0, dczid_el0"},
    {0, 0xd50b7521, "ic ivau, x1"},
    {0, 0xd50b7b21, "dc cvau, x1"},
    {0, 0xd50b7a21, "dc cvac, x1"},
    {0, 0xd50b7e21, "dc civac, x1"},
    {0, 0xd50b7421, "dc zva, x1"},
    {0, 0xd53bd060, "mrs x0, tpidrro_el0"},
    {0, 0xd53b4400, "mrs x0, fpcr"},
    {0, 0xd503233f, "paciasp"},
    {0, 0xd50323bf, "autiasp"},
    {0, 0xd503245f, "bti c"},
    {0, 0xd50320df, "dgh"},
};

TEST_F(EngineFeatures, EveryPromiseIsKept) {
  u64 tested = 0;
  u64 tested2 = 0;
  for (const Feature& feature : kHwcap) {
    EXPECT_EQ(run_one(feature.word).kind, Trap::Kind::Syscall) << feature.text;
    tested |= feature.bit;
  }
  for (const Feature& feature : kHwcap2) {
    EXPECT_EQ(run_one(feature.word).kind, Trap::Kind::Syscall) << feature.text;
    tested2 |= feature.bit;
  }
  EXPECT_EQ(engine_->capabilities().hwcap, tested);
  EXPECT_EQ(engine_->capabilities().hwcap2, tested2);
}

TEST_F(EngineFeatures, WhatEveryProgramMayDo) {
  for (const Feature& feature : kAlways) {
    EXPECT_EQ(run_one(feature.word).kind, Trap::Kind::Syscall) << feature.text;
  }
}

TEST_F(EngineFeatures, CacheLinesAndZeroedBlocksAreWhatTheRegistersSay) {
  ASSERT_EQ(run_one(0xd53b00e0 /* mrs x0, dczid_el0 */).kind, Trap::Kind::Syscall);
  EXPECT_EQ(cpu_->x(0) & 0x10, 0u) << "dc zva is prohibited";
  const u64 block = u64{4} << (cpu_->x(0) & 0xf);
  EXPECT_EQ(block, 64u);
  std::vector<std::byte> ones(4 * block, std::byte{1});
  ASSERT_TRUE(space_->write(kData, ones).ok());
  code(kCode, {0xd50b7421 /* dc zva, x1 */, kSvc});
  cpu_->set_x(1, kData.value() + block + 5);
  run_to_svc(kCode);
  ASSERT_TRUE(space_->read(kData, ones).ok());
  for (u64 i = 0; i < ones.size(); ++i) {
    EXPECT_EQ(ones[i], std::byte{i / block == 1 ? u8{0} : u8{1}}) << i;
  }
}

TEST_F(EngineFeatures, PointerAuthenticationLeavesPointersAlone) {
  // Not promised, so code compiled for it must see no-ops: paciasp; xpaclri; autiasp.
  code(kCode, {0xd503233f, 0xaa1e03e1 /* mov x1, x30 */, 0xd50320ff, 0xd50323bf, kSvc});
  cpu_->set_x(30, 0x123456789abc);
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(1), 0x123456789abcu);
  EXPECT_EQ(cpu_->x(30), 0x123456789abcu);
}

}  // namespace
}  // namespace kemu
