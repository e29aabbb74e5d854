// Translations must never be older than the code they were made from.

#include "unit/vm/guest_machine.h"

namespace kemu {
namespace {

class EngineCode : public GuestMachine {
 protected:
  static constexpr GuestAddr kFunction{0x600000};
  static constexpr GuestAddr kAlias{0x700000};

  /// A driver at kCode: reads [x0], calls x2 (result x3 → x5), reads [x0] again, stores w1 there,
  /// calls x2 again.
  void call_write_call() {
    code(kCode, {ldr_x(6, 0), blr(2), 0xaa0303e5 /* mov x5, x3 */, ldr_x(6, 0), str_w(1, 0), blr(2),
                 kSvc});
  }
  /// A driver at `at`: calls x2 and x2 + 0x40, reads [x0], stores w1 there and w4 at [x0, #0x40],
  /// calls both again (results x5 and x3).
  void call_two_write_two_call_two(GuestAddr at) {
    code(at, {blr(2), add(2, 2, 0x40), blr(2), sub(2, 2, 0x40), ldr_x(6, 0), str_w(1, 0),
              0xb9004004 /* str w4, [x0, #0x40] */, blr(2), 0xaa0303e5 /* mov x5, x3 */,
              add(2, 2, 0x40), blr(2), kSvc});
  }
  void rewrite_two_functions(GuestAddr driver, GuestAddr target) {
    function(target, 1);
    function(target + 0x40, 2);
    for (u32 round = 10; round < 20; ++round) {
      cpu_->set_x(0, target.value());
      cpu_->set_x(1, mov(3, round));
      cpu_->set_x(2, target.value());
      cpu_->set_x(4, mov(3, round + 1000));
      run_to_svc(driver);
      EXPECT_EQ(cpu_->x(5), round);
      EXPECT_EQ(cpu_->x(3), round + 1000);
    }
  }
  void function(AddressSpace& space, GuestAddr at, u32 value) {
    const u32 words[] = {mov(3, value), kRet};
    ASSERT_TRUE(space.write(at, std::as_bytes(std::span(words))).ok());
  }
  void function(GuestAddr at, u32 value) { function(*space_, at, value); }

  /// Maps one shared page at two addresses.
  void map_twice(Protection first, Protection second) {
    MapRequest request;
    request.address = kFunction;
    request.size = kPageSize;
    request.protection = Protection::rwx();
    request.placement = Placement::Fixed;
    request.sharing = Sharing::Shared;
    ASSERT_TRUE(space_->map(request).ok());
    request.object = space_->map().find(kFunction)->object;
    request.address = kAlias;
    ASSERT_TRUE(space_->map(request).ok());
    ASSERT_TRUE(space_->protect({kFunction, kFunction + kPageSize}, first).ok());
    ASSERT_TRUE(space_->protect({kAlias, kAlias + kPageSize}, second).ok());
  }

  u64 call(GuestAddr function) {
    cpu_->set_x(2, function.value());
    code(kCode + 0x800, {blr(2), kSvc});
    run_to_svc(kCode + 0x800);
    return cpu_->x(3);
  }
};

TEST_F(EngineCode, WriteToAPageThatIsWritableAndExecutable) {
  map(kFunction, kPageSize, Protection::rwx());
  call_write_call();
  for (u32 value = 1; value < 40; ++value) {
    // Every granule of the page, and more than one function in each.
    const GuestAddr at = kFunction + value * 100 / 4 * 4;
    function(at, value);
    cpu_->set_x(0, at.value());
    cpu_->set_x(1, mov(3, value + 100));
    cpu_->set_x(2, at.value());
    run_to_svc(kCode);
    EXPECT_EQ(cpu_->x(5), value);
    EXPECT_EQ(cpu_->x(3), value + 100);
  }
}

TEST_F(EngineCode, TwoWritesToOnePageBothCount) {
  map(kFunction, kPageSize, Protection::rwx());
  call_two_write_two_call_two(kCode);
  rewrite_two_functions(kCode, kFunction);
}

TEST_F(EngineCode, ReadingCodeFirstDoesNotOpenItToWrites) {
  map(kFunction, kPageSize, Protection::rwx());
  function(kFunction, 1);
  function(kFunction + 0x40, 2);
  EXPECT_EQ(call(kFunction), 1u);
  EXPECT_EQ(call(kFunction + 0x40), 2u);
  // Anything that flushes the TLB: the function's page must come back by a read.
  map(kData, kPageSize, Protection::rw());
  ASSERT_TRUE(space_->write_value(kData, u8{1}).ok());
  ASSERT_TRUE(space_->unmap({kData, kData + kPageSize}).ok());
  code(kCode, {ldr_x(6, 0), str_w(1, 0), 0xb9004004 /* str w4, [x0, #0x40] */, blr(2),
               0xaa0303e5 /* mov x5, x3 */, add(2, 2, 0x40), blr(2), kSvc});
  cpu_->set_x(0, kFunction.value());
  cpu_->set_x(1, mov(3, 11));
  cpu_->set_x(2, kFunction.value());
  cpu_->set_x(4, mov(3, 12));
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(5), 11u);
  EXPECT_EQ(cpu_->x(3), 12u);
}

TEST_F(EngineCode, WriteThroughAnotherAddress) {
  for (auto [written, executed] : {std::pair{Protection::rw(), Protection::rx()},
                                   std::pair{Protection::rw(), Protection::from_bits(4)},
                                   std::pair{Protection::rwx(), Protection::rwx()}}) {
    map_twice(written, executed);
    call_write_call();
    for (u32 round = 0; round < 5; ++round) {
      for (u32 offset : {0u, 0x40u, 0x404u, 0xff0u}) {
        function(kFunction + offset, round);
        cpu_->set_x(0, kFunction.value() + offset);
        cpu_->set_x(1, mov(3, round + 100));
        cpu_->set_x(2, kAlias.value() + offset);
        run_to_svc(kCode);
        EXPECT_EQ(cpu_->x(5), round);
        EXPECT_EQ(cpu_->x(3), round + 100);
        // Once more without the kernel writing in between.
        cpu_->set_x(1, mov(3, round + 200));
        run_to_svc(kCode);
        EXPECT_EQ(cpu_->x(5), round + 100);
        EXPECT_EQ(cpu_->x(3), round + 200);
      }
    }
  }
}

TEST_F(EngineCode, WriterLoadedBeforeTheCodeWasTranslated) {
  map_twice(Protection::rw(), Protection::rx());
  function(kFunction + 0x100, 1);
  code(kCode, {str_w(1, 0), blr(2), 0xaa0303e5, str_w(6, 7), blr(2), kSvc});
  cpu_->set_x(0, kFunction.value() + 0x80);  // data in the same granule
  cpu_->set_x(1, 0);
  cpu_->set_x(2, kAlias.value() + 0x100);
  cpu_->set_x(6, mov(3, 2));
  cpu_->set_x(7, kFunction.value() + 0x100);
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(5), 1u);
  EXPECT_EQ(cpu_->x(3), 2u);
}

TEST_F(EngineCode, CodeThatWritesIntoItsOwnPage) {
  map(kFunction, kPageSize, Protection::rwx());
  for (u32 target : {0x10u, 0x404u, 0xff8u}) {
    // str w1, [x0]; br x0 … target: mov x3, #1; svc
    code(kFunction, {str_w(1, 0), 0xd61f0000});
    code(kFunction + target, {mov(3, 1), kSvc});
    for (u32 value = 2; value < 8; ++value) {
      cpu_->set_x(0, kFunction.value() + target);
      cpu_->set_x(1, mov(3, value));
      run_to_svc(kFunction);
      EXPECT_EQ(cpu_->x(3), value);
    }
  }
}

TEST_F(EngineCode, CodeThatWritesTwoFunctionsOfItsOwnPage) {
  map(kFunction, kPageSize, Protection::rwx());
  call_two_write_two_call_two(kFunction);
  for (u32 target : {0x200u, 0x800u}) rewrite_two_functions(kFunction, kFunction + target);
}

TEST_F(EngineCode, CodeThatWritesTheNextInstructionAndSynchronises) {
  map(kFunction, kPageSize, Protection::rwx());
  for (u32 value = 1; value < 5; ++value) {
    code(kFunction, {str_w(1, 0), 0xd50b7b20 /* dc cvau, x0 */, 0xd5033b9f /* dsb ish */,
                     0xd50b7520 /* ic ivau, x0 */, 0xd5033b9f /* dsb ish */, 0xd5033fdf /* isb */,
                     mov(3, 99), kSvc});
    cpu_->set_x(0, kFunction.value() + 24);
    cpu_->set_x(1, mov(3, value));
    run_to_svc(kFunction);
    EXPECT_EQ(cpu_->x(3), value);
  }
}

TEST_F(EngineCode, WritableThenExecutableThenWritableAgain) {
  map(kFunction, kPageSize, Protection::rw());
  const GuestRange page{kFunction, kFunction + kPageSize};
  for (u32 value = 1; value < 5; ++value) {
    ASSERT_TRUE(space_->protect(page, Protection::rw()).ok());
    code(kCode, {str_w(1, 0), 0xb9000404 /* str w4, [x0, #4] */, kSvc});
    cpu_->set_x(0, kFunction.value());
    cpu_->set_x(1, mov(3, value));
    cpu_->set_x(4, kRet);
    run_to_svc(kCode);
    ASSERT_TRUE(space_->protect(page, Protection::rx()).ok());
    EXPECT_EQ(call(kFunction), value);
  }
}

TEST_F(EngineCode, NewMappingAtTheSameAddress) {
  for (u32 value = 1; value < 6; ++value) {
    map(kFunction, kPageSize, Protection::rwx());
    function(kFunction, value);
    ASSERT_TRUE(space_->protect({kFunction, kFunction + kPageSize}, Protection::rx()).ok());
    EXPECT_EQ(call(kFunction), value);
    ASSERT_TRUE(space_->unmap({kFunction, kFunction + kPageSize}).ok());
  }
}

TEST_F(EngineCode, KernelWritesAndPins) {
  map(kFunction, 2 * kPageSize, Protection::rwx());
  for (u32 offset : {0u, 0x400u, 0x800u, 0xc00u, 0x1c04u}) {
    function(kFunction + offset, 1);
    EXPECT_EQ(call(kFunction + offset), 1u);
    function(kFunction + offset, 2);
    EXPECT_EQ(call(kFunction + offset), 2u);
    HostSpans spans;
    ASSERT_TRUE(space_->pin(kFunction + offset, 4, Access::Write, spans).ok());
    const u32 word = mov(3, 3);
    std::memcpy(spans[0].data(), &word, 4);
    EXPECT_EQ(call(kFunction + offset), 3u);
  }
}

TEST_F(EngineCode, AFrameThatIsUsedAgain) {
  const u32 frames = pool_->in_use();
  for (u32 value = 1; value < 20; ++value) {
    auto other = std::make_unique<AddressSpace>(*pool_);
    auto cpu = engine_->create_cpu();
    map(*other, kFunction, kPageSize, Protection::rwx());
    function(*other, kFunction, value);
    const u32 svc = kSvc;
    ASSERT_TRUE(other->write_value(kFunction + 4, svc).ok());
    cpu->set_pc(kFunction.value());
    EXPECT_EQ(run(*cpu, *other).kind, Trap::Kind::Syscall);
    EXPECT_EQ(cpu->x(3), value);
  }
  EXPECT_EQ(pool_->in_use(), frames);
}

TEST_F(EngineCode, OneSpaceWritesWhatAnotherExecutes) {
  map_twice(Protection::rw(), Protection::rx());
  code(kCode, {str_w(1, 0), kSvc});
  auto other = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  auto other_cpu = cpu_->clone();
  function(kFunction, 0);
  for (u32 value = 1; value < 6; ++value) {
    EXPECT_EQ(call(kAlias), value - 1);
    other_cpu->set_x(0, kFunction.value());
    other_cpu->set_x(1, mov(3, value));
    other_cpu->set_pc(kCode.value());
    EXPECT_EQ(run(*other_cpu, *other).kind, Trap::Kind::Syscall);
  }
  EXPECT_EQ(call(kAlias), 5u);
}

TEST_F(EngineCode, TranslationsAreSharedByForkedSpaces) {
  code(kCode, {mov(3, 7), kSvc});
  run_to_svc(kCode);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  auto cpu = cpu_->clone();
  cpu->set_pc(kCode.value());
  EXPECT_EQ(run(*cpu, *child).kind, Trap::Kind::Syscall);
  EXPECT_EQ(child->pages().find(kCode)->frame, space_->pages().find(kCode)->frame);
  // The child's own copy must not change what the parent runs.
  const u32 word = mov(3, 8);
  ASSERT_TRUE(child->protect({kCode, kCode + kPageSize}, Protection::rwx()).ok());
  ASSERT_TRUE(child->write_value(kCode, word).ok());
  cpu->set_pc(kCode.value());
  EXPECT_EQ(run(*cpu, *child).kind, Trap::Kind::Syscall);
  EXPECT_EQ(cpu->x(3), 8u);
  run_to_svc(kCode);
  EXPECT_EQ(cpu_->x(3), 7u);
}

}  // namespace
}  // namespace kemu
