// Budgets, interrupts, task switches, the TLB.

#include "unit/vm/guest_machine.h"

namespace kemu {
namespace {

class EngineRun : public GuestMachine {
 protected:
  /// x0 counts up, x1 counts down from `rounds`; each round is three blocks.
  void counting_loop(u32 rounds) {
    code(kCode, {mov(0, 0), mov(1, rounds), add(0, 0, 1), b(1), add(0, 0, 1), b(1), sub(1, 1, 1),
                 cbnz(1, -5), kSvc});
  }
};

TEST_F(EngineRun, StoppingAtAnyBlockLosesAndRepeatsNothing) {
  counting_loop(50);
  u64 all_blocks = 0;
  {
    RunLimits limits;
    limits.blocks = 1000;
    cpu_->set_pc(kCode.value());
    EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::Syscall);
    all_blocks = 1000 - limits.blocks;
  }
  for (u64 budget = 1; budget < all_blocks + 2; ++budget) {
    cpu_->set_pc(kCode.value());
    u64 blocks = 0;
    for (;;) {
      RunLimits limits;
      limits.blocks = budget;
      const Trap trap = cpu_->run(*space_, limits);
      blocks += budget - limits.blocks;
      if (trap.kind == Trap::Kind::Syscall) break;
      ASSERT_EQ(trap.kind, Trap::Kind::BudgetSpent);
      ASSERT_EQ(limits.blocks, 0u);
    }
    EXPECT_EQ(cpu_->x(0), 100u);
    EXPECT_EQ(blocks, all_blocks) << "with a budget of " << budget;
  }
}

TEST_F(EngineRun, FaultsInsideABlockCostNoBudget) {
  // One block that touches many pages for the first time, and copies some.
  map(kData, 64 * kPageSize, Protection::rw());
  code(kCode, {ldr_x(3, 1), str_x(4, 1), 0x91400421 /* add x1, x1, #1, lsl #12 */, ldr_x(3, 1),
               str_x(4, 1), kSvc});
  cpu_->set_x(1, kData.value());
  cpu_->set_pc(kCode.value());
  RunLimits limits;
  limits.blocks = 10;
  EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::Syscall);
  EXPECT_EQ(limits.blocks, 9u);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  cpu_->set_x(1, kData.value());
  cpu_->set_pc(kCode.value());
  limits.blocks = 10;
  EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::Syscall);
  EXPECT_EQ(limits.blocks, 9u);
}

TEST_F(EngineRun, NoBudgetRunsNothing) {
  counting_loop(5);
  cpu_->set_pc(kCode.value());
  cpu_->set_x(0, 55);
  EXPECT_EQ(run(*cpu_, *space_, 0).kind, Trap::Kind::BudgetSpent);
  EXPECT_EQ(cpu_->pc(), kCode.value());
  EXPECT_EQ(cpu_->x(0), 55u);
}

TEST_F(EngineRun, InterruptStopsABusyLoop) {
  code(kCode, {b(0)});
  std::atomic<bool> interrupt{true};
  RunLimits limits;
  limits.blocks = ~u64{0};
  limits.interrupt = &interrupt;
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::Interrupted);
  EXPECT_EQ(cpu_->pc(), kCode.value());
  limits.interrupt = nullptr;
  limits.blocks = 1000;
  EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::BudgetSpent);
}

TEST_F(EngineRun, EachCpuHasItsOwnRegisters) {
  code(kCode, {add(0, 0, 1), kSvc, b(-2)});
  std::vector<std::unique_ptr<Cpu>> cpus;
  for (u64 i = 0; i < 5; ++i) {
    cpus.push_back(engine_->create_cpu());
    Registers registers;
    registers.x[0] = 100 * i;
    registers.v[7] = {i, i + 1};
    registers.tpidr_el0 = i;
    registers.pc = kCode.value();
    registers.pstate = static_cast<u32>(i) << 28;
    registers.fpcr = 0x00c00000;
    cpus.back()->set_registers(registers);
  }
  for (int round = 0; round < 3; ++round) {
    for (auto& cpu : cpus) EXPECT_EQ(run(*cpu, *space_).kind, Trap::Kind::Syscall);
  }
  auto copy = cpus[3]->clone();
  EXPECT_EQ(copy->registers(), cpus[3]->registers());
  EXPECT_EQ(run(*copy, *space_).kind, Trap::Kind::Syscall);
  EXPECT_EQ(copy->x(0), 304u);
  for (u64 i = 0; i < 5; ++i) {
    const Registers registers = cpus[i]->registers();
    EXPECT_EQ(registers.x[0], 100 * i + 3);
    EXPECT_EQ(registers.v[7], (VectorRegister{i, i + 1}));
    EXPECT_EQ(registers.tpidr_el0, i);
    EXPECT_EQ(registers.pstate, i << 28);
    EXPECT_EQ(registers.fpcr, 0x00c00000u);
  }
}

TEST_F(EngineRun, ModeBitsCannotBeSetThroughRegisters) {
  code(kCode, {0xd5381000 /* mrs x0, sctlr_el1 */, kSvc});
  Registers registers;
  registers.pc = kCode.value();
  registers.pstate = 0x6000000d;  // EL3h
  cpu_->set_registers(registers);
  EXPECT_EQ(cpu_->registers().pstate, 0x60000000u);
  EXPECT_EQ(run(*cpu_, *space_).kind, Trap::Kind::Undefined);
}

TEST_F(EngineRun, ADestroyedSpaceIsNotTakenForANewOne) {
  // Code and data in shared memory that outlives the spaces, so that nothing but the space's
  // identity tells the TLB that the data page is another one.
  map(kCode, kPageSize, Protection::rwx());
  MapRequest shared;
  shared.size = 10 * kPageSize;
  shared.protection = Protection::rwx();
  shared.sharing = Sharing::Shared;
  const GuestAddr all = space_->map(shared).value();
  shared.object = space_->map().find(all)->object;
  shared.placement = Placement::Fixed;
  const u32 words[] = {ldr_x(0, 1), kSvc};
  ASSERT_TRUE(space_->write(all, std::as_bytes(std::span(words))).ok());
  std::optional<AddressSpace> space;  // always at the same place on the host
  for (u64 value = 1; value < 10; ++value) {
    ASSERT_TRUE(space_->write_value(all + value * kPageSize, value).ok());
    space.emplace(*pool_);
    shared.size = kPageSize;
    shared.address = kCode;
    shared.object_offset = 0;
    ASSERT_TRUE(space->map(shared).ok());
    shared.address = kData;
    shared.object_offset = value * kPageSize;
    ASSERT_TRUE(space->map(shared).ok());
    cpu_->set_x(1, kData.value());
    cpu_->set_pc(kCode.value());
    ASSERT_EQ(run(*cpu_, *space).kind, Trap::Kind::Syscall);
    EXPECT_EQ(cpu_->x(0), value);
  }
}

TEST_F(EngineRun, SpacesDoNotSeeEachOthersPages) {
  code(kCode, {ldr_x(0, 1), str_x(2, 1), ldr_x(3, 1), kSvc});
  map(kData, kPageSize, Protection::rw());
  ASSERT_TRUE(space_->write_value(kData, u64{1}).ok());
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  auto child_cpu = cpu_->clone();
  struct Side {
    Cpu* cpu;
    AddressSpace* space;
    u64 written;
    u64 expected;
  };
  Side sides[] = {{cpu_.get(), space_.get(), 10, 1}, {child_cpu.get(), child.get(), 20, 1}};
  for (int round = 0; round < 5; ++round) {
    for (Side& side : sides) {
      side.cpu->set_x(1, kData.value());
      side.cpu->set_x(2, side.written);
      side.cpu->set_pc(kCode.value());
      ASSERT_EQ(run(*side.cpu, *side.space).kind, Trap::Kind::Syscall);
      EXPECT_EQ(side.cpu->x(0), side.expected);
      EXPECT_EQ(side.cpu->x(3), side.written);
      side.expected = side.written++;
    }
  }
}

TEST_F(EngineRun, ACopyReplacesEveryGranuleOfThePage) {
  // Reads one granule of a copy-on-write page, writes another, then reads what the first says now.
  map(kData, kPageSize, Protection::rw());
  code(kCode, {ldr_x(3, 1), str_x(4, 2), str_x(4, 1), ldr_x(5, 1), kSvc});
  for (u64 first : {0u, 0x400u, 0x800u, 0xc00u}) {
    for (u64 second : {0u, 0x408u, 0x808u, 0xc08u}) {
      auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
      cpu_->set_x(1, kData.value() + first);
      cpu_->set_x(2, kData.value() + second + 16);
      cpu_->set_x(4, first * 7 + second + 1);
      run_to_svc(kCode);
      EXPECT_EQ(cpu_->x(5), first * 7 + second + 1);
      EXPECT_EQ(space_->read_value<u64>(kData + first).value(), first * 7 + second + 1);
    }
  }
}

TEST_F(EngineRun, NoGranuleKeepsTheFrameThatWasCopied) {
  map(kData, kPageSize, Protection::rw());
  code(kCode, {ldr_x(3, 1), str_x(4, 2), kSvc, ldr_x(5, 1), kSvc});
  for (u64 round = 1; round < 4; ++round) {
    ASSERT_TRUE(space_->write_value(kData, round).ok());
    auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
    cpu_->set_x(1, kData.value());
    cpu_->set_x(2, kData.value() + 0x400);
    run_to_svc(kCode);
    EXPECT_EQ(cpu_->x(3), round);
    // The kernel writes the copy; the first granule's entry must not show the old frame.
    ASSERT_TRUE(space_->write_value(kData, round + 100).ok());
    run_to_svc(kCode + 12);
    EXPECT_EQ(cpu_->x(5), round + 100);
    EXPECT_EQ(child->read_value<u64>(kData).value(), round);
  }
}

TEST_F(EngineRun, AMovedPageIsGoneFromItsOldPlace) {
  map(kData, kPageSize, Protection::rw());
  code(kCode, {ldr_x(0, 1), str_x(0, 1), kSvc});
  cpu_->set_x(1, kData.value());
  run_to_svc(kCode);
  const GuestAddr target = kData + 16 * kPageSize;
  ASSERT_TRUE(space_->remap({{kData, kData + kPageSize}, kPageSize, true, target, false}).ok());
  const Trap trap = run_at(kCode);
  EXPECT_EQ(trap.kind, Trap::Kind::Fault);
  EXPECT_EQ(trap.fault.address, kData);
}

TEST_F(EngineRun, UnmapAndProtectTakeEffectAtOnce) {
  map(kData, kPageSize, Protection::rw());
  code(kCode, {ldr_x(0, 1), str_x(0, 1), kSvc});
  cpu_->set_x(1, kData.value());
  run_to_svc(kCode);
  ASSERT_TRUE(space_->protect({kData, kData + kPageSize}, Protection::r()).ok());
  Trap trap = run_at(kCode);
  EXPECT_EQ(trap.kind, Trap::Kind::Fault);
  EXPECT_EQ(trap.fault.kind, Fault::Kind::NoPermission);
  EXPECT_EQ(trap.pc, kCode + 4);
  ASSERT_TRUE(space_->protect({kData, kData + kPageSize}, Protection::rw()).ok());
  run_to_svc(kCode);
  ASSERT_TRUE(space_->unmap({kData, kData + kPageSize}).ok());
  trap = run_at(kCode);
  EXPECT_EQ(trap.kind, Trap::Kind::Fault);
  EXPECT_EQ(trap.fault.kind, Fault::Kind::NotMapped);
}

TEST_F(EngineRun, AStoreGrowsTheStack) {
  MapRequest request;
  request.address = kData;
  request.size = kPageSize;
  request.protection = Protection::rw();
  request.placement = Placement::Fixed;
  request.growth = Growth::Down;
  request.kind = VmaKind::Stack;
  ASSERT_TRUE(space_->map(request).ok());
  space_->limits().stack = 64 * kPageSize;
  // str x0, [sp, #-4096]! … until it faults
  code(kCode, {0xd14007ff /* sub sp, sp, #1, lsl #12 */, 0xf90003e0 /* str x0, [sp] */, b(-2)});
  cpu_->set_sp(kData.value() + kPageSize);
  const Trap trap = run_at(kCode);
  EXPECT_EQ(trap.kind, Trap::Kind::Fault);
  EXPECT_EQ(trap.fault.kind, Fault::Kind::NotMapped);
  EXPECT_EQ(trap.fault.address, kData + kPageSize - 65 * kPageSize);
  EXPECT_EQ(space_->map().find(kData)->range.pages(), 64u);
}

TEST_F(EngineRun, OutOfFramesIsAFault) {
  map(kData, 64 * kPageSize, Protection::rw());
  code(kCode, {str_x(0, 1), 0x91400421 /* add x1, x1, #1, lsl #12 */, b(-2)});
  cpu_->set_x(1, kData.value());
  pool_->set_limit(pool_->in_use() + 10);
  const Trap trap = run_at(kCode);
  EXPECT_EQ(trap.kind, Trap::Kind::Fault);
  EXPECT_EQ(trap.fault.kind, Fault::Kind::OutOfMemory);
  EXPECT_EQ(trap.fault.address, kData + 10 * kPageSize);
}

TEST_F(EngineRun, TheTlbGrowsToItsWorkingSet) {
  constexpr u64 kSize = u64{1} << 20;
  map(kData, kSize, Protection::rw());
  // Touches each 1 KiB of a MiB, a hundred times: x1 from x2 to x3 by 1024; x4 counts.
  code(kCode,
       {0xaa0203e1 /* mov x1, x2 */, 0x39000020 /* strb w0, [x1] */, add(1, 1, 1024),
        0xeb03003f /* cmp x1, x3 */, 0x54ffffa1 /* b.ne -12 */, sub(4, 4, 1), cbnz(4, -6), kSvc});
  cpu_->set_x(2, kData.value());
  cpu_->set_x(3, kData.value() + kSize);
  cpu_->set_x(4, 100);
  run(*cpu_, *space_, 0);
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(run(*cpu_, *space_, ~u64{0}).kind, Trap::Kind::Syscall);
  // Without growth each of the 102 400 touches is a fill.
  EXPECT_LT(engine_->statistics().tlb_fills, 10000u);
  const u64 before = engine_->statistics().tlb_fills;
  cpu_->set_x(4, 100);
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(run(*cpu_, *space_, ~u64{0}).kind, Trap::Kind::Syscall);
  EXPECT_LT(engine_->statistics().tlb_fills - before, 3000u);
}

TEST_F(EngineRun, APreemptedReservationIsLost) {
  map(kData, kPageSize, Protection::rw());
  // ldxr x0, [x1]; b +1 (a new block); stxr w2, x3, [x1]; svc
  code(kCode, {0xc85f7c20, b(1), 0xc8027c23, kSvc});
  code(kCode + 0x100, {kSvc});
  cpu_->set_x(1, kData.value());
  cpu_->set_x(3, 5);
  cpu_->set_pc(kCode.value());
  ASSERT_EQ(run(*cpu_, *space_, 1).kind, Trap::Kind::BudgetSpent);
  auto other = engine_->create_cpu();
  other->set_pc(kCode.value() + 0x100);
  ASSERT_EQ(run(*other, *space_).kind, Trap::Kind::Syscall);
  ASSERT_EQ(run(*cpu_, *space_).kind, Trap::Kind::Syscall);
  EXPECT_EQ(cpu_->x(2), 1u) << "stxr must fail";
  EXPECT_EQ(space_->read_value<u64>(kData).value(), 0u);
  // Nor does it outlive that registers are set, as when a signal's handler begins or ends.
  cpu_->set_pc(kCode.value());
  ASSERT_EQ(run(*cpu_, *space_, 1).kind, Trap::Kind::BudgetSpent);
  cpu_->set_registers(cpu_->registers());
  ASSERT_EQ(run(*cpu_, *space_).kind, Trap::Kind::Syscall);
  EXPECT_EQ(cpu_->x(2), 1u) << "stxr must fail";
  EXPECT_EQ(space_->read_value<u64>(kData).value(), 0u);
  // Without anything in between it succeeds.
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(2), 0u);
  EXPECT_EQ(space_->read_value<u64>(kData).value(), 5u);
}

}  // namespace
}  // namespace kemu
