// Breakpoints of the engine: where runs end, and that going on runs the instruction there once.

#include "guest_machine.h"

namespace kemu {
namespace {

constexpr u32 kAddOne = 0x91000400;     // add x0, x0, #1
constexpr u32 kSvc = 0xd4000001;        // svc #0
constexpr u32 kLoop = 0xd1000421;       // sub x1, x1, #1
constexpr u32 kUntilZero = 0xb5ffffc1;  // cbnz x1, two back
constexpr u32 kItself = 0xb5000001;     // cbnz x1, itself

class EngineBreakpoint : public GuestMachine {
 protected:
  /// Runs on; where it ended, or 0 at a system call.
  u64 go_on(u64 blocks = 100000) {
    const Trap trap = run(*cpu_, *space_, blocks);
    if (trap.kind == Trap::Kind::Syscall) return 0;
    EXPECT_EQ(trap.kind, Trap::Kind::Marked);
    return trap.pc.value();
  }
};

TEST_F(EngineBreakpoint, StopsBeforeTheInstruction) {
  code(kCode, {kAddOne, kAddOne, kAddOne, kSvc});
  engine_->set_breakpoints({kCode + 4, kCode + 8});
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(go_on(), (kCode + 4).value());
  EXPECT_EQ(cpu_->x(0), 1u);
  EXPECT_EQ(go_on(), (kCode + 8).value());
  EXPECT_EQ(cpu_->x(0), 2u);
  EXPECT_EQ(go_on(), 0u);
  EXPECT_EQ(cpu_->x(0), 3u);
}

TEST_F(EngineBreakpoint, AreMetInCodeTranslatedBefore) {
  code(kCode, {kAddOne, kAddOne, kSvc});
  run_to_svc(kCode);
  engine_->set_breakpoints({kCode + 4});
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(go_on(), (kCode + 4).value());
  engine_->set_breakpoints({});
  EXPECT_EQ(go_on(), 0u);
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(0), 6u);
}

TEST_F(EngineBreakpoint, AreMetEachTimeRound) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  for (const u64 at : {0u, 4u, 8u}) {
    cpu_->set_x(0, 0);
    cpu_->set_x(1, 3);
    engine_->set_breakpoints({kCode + at});
    cpu_->set_pc(kCode.value());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(go_on(), (kCode + at).value());
    EXPECT_EQ(go_on(), 0u);
    EXPECT_EQ(cpu_->x(0), 3u);
  }
}

TEST_F(EngineBreakpoint, IsMetAgainByALoopOfOneInstruction) {
  code(kCode, {kItself, kSvc});
  cpu_->set_x(1, 1);
  engine_->set_breakpoints({kCode});
  cpu_->set_pc(kCode.value());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(go_on(), kCode.value());
  cpu_->set_x(1, 0);
  EXPECT_EQ(go_on(), 0u);
}

TEST_F(EngineBreakpoint, IsNotMetAnewAfterAFill) {
  map(kData, kPageSize, Protection::rw());
  code(kCode, {kAddOne, 0xf9000040 /* str x0, [x2] */, kSvc});
  cpu_->set_x(2, kData.value());
  engine_->set_breakpoints({kCode + 4});
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(go_on(), (kCode + 4).value());
  EXPECT_EQ(go_on(), 0u);
}

TEST_F(EngineBreakpoint, CostNoBlocks) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  const auto blocks_of = [&](std::vector<GuestAddr> breakpoints) {
    engine_->set_breakpoints(std::move(breakpoints));
    cpu_->set_x(1, 5);
    cpu_->set_pc(kCode.value());
    const u64 before = engine_->blocks_run();
    while (go_on() != 0) {
    }
    return engine_->blocks_run() - before;
  };
  const u64 plain = blocks_of({});
  EXPECT_EQ(blocks_of({kCode}), plain);
  EXPECT_EQ(blocks_of({kCode + 4}), plain);
  EXPECT_EQ(blocks_of({kCode, kCode + 4, kCode + 8, kCode + 12}), plain);
}

TEST_F(EngineBreakpoint, ArePassedAfterABudgetThatEndsThere) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  cpu_->set_x(1, 4);
  engine_->set_breakpoints({kCode});
  cpu_->set_pc(kCode.value());
  int met = 0;
  for (int i = 0; i < 100; ++i) {
    const Trap trap = run(*cpu_, *space_, i % 2);
    if (trap.kind == Trap::Kind::Syscall) break;
    met += trap.kind == Trap::Kind::Marked;
  }
  EXPECT_EQ(met, 4);
  EXPECT_EQ(cpu_->x(0), 4u);
}

/// Unicorn's pc lags behind when a run stops at a block while there is a hook of instructions.
TEST_F(EngineBreakpoint, LeaveRunsElsewhereAlone) {
  constexpr u64 kTimes = 50'000;
  code(kCode, {kAddOne, kLoop, 0x14000001 /* b to the next */, kAddOne,
               0xb5ffff81 /* cbnz x1, four back */, kSvc});
  engine_->set_breakpoints({kData});
  cpu_->set_x(1, kTimes);
  cpu_->set_pc(kCode.value());
  for (u64 blocks = 1;; blocks = blocks % 700 + 1) {
    const Trap trap = run(*cpu_, *space_, blocks);
    if (trap.kind == Trap::Kind::Syscall) break;
    ASSERT_EQ(trap.kind, Trap::Kind::BudgetSpent);
  }
  EXPECT_EQ(cpu_->x(0), 2 * kTimes);
  EXPECT_EQ(engine_->blocks_run(), 2 * kTimes + 1);
}

TEST_F(EngineBreakpoint, LeaveAPcThatWasChangedAlone) {
  code(kCode, {kAddOne, kAddOne, kAddOne, kSvc});
  engine_->set_breakpoints({kCode, kCode + 8});
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(go_on(), kCode.value());
  cpu_->set_pc((kCode + 8).value());
  EXPECT_EQ(go_on(), (kCode + 8).value());
  EXPECT_EQ(go_on(), 0u);
  EXPECT_EQ(cpu_->x(0), 1u);
}

TEST_F(EngineBreakpoint, AreOfTheirOwnKind) {
  code(kCode, {0xd4200000 /* brk #0 */, kSvc});
  engine_->set_breakpoints({kCode});
  cpu_->set_pc(kCode.value());
  EXPECT_EQ(go_on(), kCode.value());
  const Trap trap = run(*cpu_, *space_);
  EXPECT_EQ(trap.kind, Trap::Kind::Breakpoint);
  EXPECT_EQ(trap.pc, kCode);
}

}  // namespace
}  // namespace kemu
