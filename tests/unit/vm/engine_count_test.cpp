// How many instructions the engine says it has executed, whatever made it stop on the way.

#include "guest_machine.h"

namespace kemu {
namespace {

constexpr u32 kAddOne = 0x91000400;     // add x0, x0, #1
constexpr u32 kSvc = 0xd4000001;        // svc #0
constexpr u32 kLoop = 0xd1000421;       // sub x1, x1, #1
constexpr u32 kUntilZero = 0xb5ffffc1;  // cbnz x1, two back
constexpr u32 kStore = 0xf9000040;      // str x0, [x2]

class EngineCount : public GuestMachine {
 protected:
  /// Instructions of one run from the start of the code.
  u64 count(Trap::Kind end) {
    const u64 before = engine_->instructions_run();
    EXPECT_EQ(run_at(kCode).kind, end);
    return engine_->instructions_run() - before;
  }
};

TEST_F(EngineCount, CountsEachTimeRound) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  for (int i = 0; i < 2; ++i) {
    cpu_->set_x(1, 10);
    EXPECT_EQ(count(Trap::Kind::Syscall), 31u);
  }
}

TEST_F(EngineCount, CountsABlockThatAFillDividesOnce) {
  code(kCode, {kAddOne, kStore, kAddOne, kStore, kSvc});
  for (const u64 page : {0u, 1u, 2u}) {
    map(kData + page * kPageSize, kPageSize, Protection::rw());
    cpu_->set_x(2, (kData + page * kPageSize).value());
    EXPECT_EQ(count(Trap::Kind::Syscall), 5u);
  }
  // A read first, so that the write is refused once: the page has code, too.
  map(kData + 3 * kPageSize, kPageSize, Protection::rwx());
  cpu_->set_x(2, (kData + 3 * kPageSize).value());
  EXPECT_EQ(count(Trap::Kind::Syscall), 5u);
}

TEST_F(EngineCount, LeavesOutWhatATrapKeptFromRunning) {
  code(kCode, {kAddOne, kStore, kAddOne, kSvc});
  cpu_->set_x(2, 0x10);
  EXPECT_EQ(count(Trap::Kind::Fault), 1u);
  code(kCode + kPageSize, {kAddOne, kAddOne, 0xd4200000 /* brk #0 */, kSvc});
  const u64 before = engine_->instructions_run();
  EXPECT_EQ(run_at(kCode + kPageSize).kind, Trap::Kind::Breakpoint);
  EXPECT_EQ(engine_->instructions_run() - before, 2u);
}

TEST_F(EngineCount, CountsACounterReadAsOne) {
  code(kCode, {kAddOne, 0xd53be043 /* mrs x3, cntvct_el0 */, kAddOne, kSvc});
  EXPECT_EQ(count(Trap::Kind::Syscall), 4u);
}

TEST_F(EngineCount, IsTheSameWithBreakpoints) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  for (const std::vector<GuestAddr>& marks :
       {std::vector<GuestAddr>{}, {kCode}, {kCode + 4, kCode + 8}, {kCode + 12}}) {
    engine_->set_breakpoints(marks);
    cpu_->set_x(1, 4);
    cpu_->set_pc(kCode.value());
    const u64 before = engine_->instructions_run();
    while (run(*cpu_, *space_).kind != Trap::Kind::Syscall) {
    }
    EXPECT_EQ(engine_->instructions_run() - before, 13u);
  }
}

TEST_F(EngineCount, EndsWithTheBlockInWhichABudgetIsSpent) {
  code(kCode, {kAddOne, kLoop, kUntilZero, kSvc});
  for (const u64 budget : {1u, 2u, 3u, 100u, 10'000u, 100'000u}) {
    cpu_->set_x(1, 1'000'000);
    cpu_->set_pc(kCode.value());
    const u64 before = engine_->instructions_run();
    RunLimits limits;
    limits.blocks = 1'000'000;
    limits.instructions = budget;
    EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::BudgetSpent);
    const u64 spent = engine_->instructions_run() - before;
    EXPECT_GE(spent, budget);
    EXPECT_LT(spent, budget + 3);
    EXPECT_EQ(limits.instructions, 0u);
    EXPECT_EQ(cpu_->run(*space_, limits).kind, Trap::Kind::BudgetSpent);
    EXPECT_EQ(engine_->instructions_run() - before, spent);
  }
}

}  // namespace
}  // namespace kemu
