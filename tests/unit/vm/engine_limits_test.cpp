// A host with little address space: an error of the library, never the end of its process.

#include <sys/resource.h>

#include <cstdio>
#include <vector>

#include "unit/vm/guest_machine.h"

namespace kemu {
namespace {

#if !defined(__SANITIZE_ADDRESS__)  // which needs the address space itself

u64 address_space_in_use() {
  unsigned long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  CHECK(file && std::fscanf(file, "%lu", &pages) == 1);
  std::fclose(file);
  return pages * kPageSize;
}

void leave_address_space(u64 mib) {
  const u64 limit = address_space_in_use() + (mib << 20);
  const rlimit small{limit, limit};
  CHECK(::setrlimit(RLIMIT_AS, &small) == 0);
}

/// Creates an engine with so many MiB of address space left; exits with 0 when it ran a system
/// call, 1 when it was refused with a message.
[[noreturn]] void try_engine(u64 mib_left) {
  auto pool = FramePool::create(u64{16} << 20).value();
  leave_address_space(mib_left);
  auto engine = create_unicorn_engine(*pool);
  if (!engine.ok()) std::_Exit(engine.error().empty() ? 2 : 1);
  AddressSpace space(*pool);
  MapRequest request;
  request.size = kPageSize;
  request.protection = Protection::rwx();
  const GuestAddr at = space.map(request).value();
  CHECK(space.write_value(at, kSvc).ok());
  auto cpu = (*engine)->create_cpu();
  cpu->set_pc(at.value());
  RunLimits limits;
  limits.blocks = 10;
  std::_Exit(cpu->run(space, limits).kind == Trap::Kind::Syscall ? 0 : 3);
}

TEST(EngineLimits, ShrinksTheTranslationBuffer) {
  for (u64 mib : {2000u, 400u, 150u}) {
    EXPECT_EXIT(try_engine(mib), testing::ExitedWithCode(0), "") << mib << " MiB";
  }
}

/// Exits with 0 when code of several times what the least buffer holds ran rightly, twice.
[[noreturn]] void fill_the_least_buffer() {
  auto pool = FramePool::create(u64{16} << 20).value();
  leave_address_space(60);
  auto engine = create_unicorn_engine(*pool).value();
  constexpr u32 kBlocks = 200'000;
  std::vector<u32> words;
  for (u32 i = 0; i < kBlocks; ++i) words.insert(words.end(), {add(0, 0, 1), b(1)});
  words.push_back(kSvc);
  AddressSpace space(*pool);
  MapRequest request;
  request.size = words.size() * sizeof(u32);
  request.protection = Protection::rwx();
  const GuestAddr at = space.map(request).value();
  CHECK(space.write(at, std::as_bytes(std::span(words))).ok());
  auto cpu = engine->create_cpu();
  for (u32 round = 1; round <= 2; ++round) {
    cpu->set_pc(at.value());
    RunLimits limits;
    limits.blocks = 2 * kBlocks;
    if (cpu->run(space, limits).kind != Trap::Kind::Syscall) std::_Exit(2);
    if (cpu->x(0) != u64{round} * kBlocks) std::_Exit(3);
    if (limits.blocks != 2 * kBlocks - kBlocks - 1) std::_Exit(4);
  }
  std::_Exit(0);
}

TEST(EngineLimits, MoreCodeThanTheTranslationBufferHolds) {
  EXPECT_EXIT(fill_the_least_buffer(), testing::ExitedWithCode(0), "");
}

TEST(EngineLimits, TooLittleIsAnError) {
  EXPECT_EXIT(try_engine(8), testing::ExitedWithCode(1), "");
}

#endif

}  // namespace
}  // namespace kemu
