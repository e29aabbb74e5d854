#include "loader/elf_image.h"

#include <gmock/gmock.h>

#include "unit/loader/elf_builder.h"
#include "unit/loader/memory_files.h"

namespace kemu::test {
namespace {

using ::testing::HasSubstr;

class ElfImageTest : public ::testing::Test {
 protected:
  std::unique_ptr<FramePool> pool = FramePool::create(u64{16} << 20).value();
  MemoryFiles files{*pool};

  Result<std::shared_ptr<const ElfImage>, LoadError> parse(const std::string& bytes) {
    return ElfImage::parse(*files.open_bytes(bytes));
  }
  void expect_error(const std::string& bytes, Errno code, std::string_view words) {
    const auto image = parse(bytes);
    ASSERT_FALSE(image.ok());
    EXPECT_EQ(errno_name(image.error().code), errno_name(code));
    EXPECT_THAT(image.error().reason, HasSubstr(std::string(words)));
  }
};

TEST_F(ElfImageTest, ReadsStaticProgram) {
  const auto image = *parse(static_program().build());
  EXPECT_EQ(image->type, ElfType::Fixed);
  EXPECT_EQ(image->entry, 0x400400u);
  EXPECT_EQ(image->program_headers_address, 0x400040u);
  EXPECT_EQ(image->program_header_count, 3u);
  EXPECT_FALSE(image->executable_stack);
  EXPECT_FALSE(image->interpreter.has_value());
  ASSERT_EQ(image->segments.size(), 2u);
  EXPECT_EQ(image->segments[0].protection, Protection::rx());
  EXPECT_EQ(image->segments[1].address, 0x402900u);
  EXPECT_EQ(image->segments[1].file_offset, 0x1900u);
  EXPECT_EQ(image->segments[1].file_size, 0x500u);
  EXPECT_EQ(image->segments[1].memory_size, 0x2345u);
  EXPECT_EQ(image->segments[1].protection, Protection::rw());
}

TEST_F(ElfImageTest, ReadsPositionIndependentProgramWithInterpreter) {
  ElfBuilder elf = static_program(abi::kElfShared);
  elf.interpreter("/lib/ld.so.1", 0x600).stack(kReadWrite | abi::kSegmentExecute);
  elf.segments[0].alignment = 0x10000;
  elf.segments[1].alignment = 3;  // no power of two: not heeded, as on Linux
  const auto image = *parse(elf.build());
  EXPECT_EQ(image->type, ElfType::PositionIndependent);
  EXPECT_EQ(image->interpreter, "/lib/ld.so.1");
  EXPECT_TRUE(image->executable_stack);
  EXPECT_EQ(image->alignment, 0x10000u);
}

TEST_F(ElfImageTest, ProgramHeadersOutsideEverySegmentHaveNoAddress) {
  ElfBuilder elf;
  elf.load(0x400000, 0x1000, 0x100, 0x100, kReadExecute);
  EXPECT_EQ((*parse(elf.build()))->program_headers_address, 0u);
}

TEST_F(ElfImageTest, WhatIsNoElfFile) {
  expect_error("", Errno::ENOEXEC, "empty");
  EXPECT_FALSE(parse("").error().names_a_machine);
  expect_error("hello\n", Errno::ENOEXEC, "neither an AArch64 ELF file nor a #! script");
  expect_error(
      "\x7f"
      "ELF",
      Errno::ENOEXEC, "truncated: the ELF header ends at byte 64 of 4");
}

TEST_F(ElfImageTest, NamesTheIsaOfOtherMachines) {
  const std::pair<u16, std::string_view> rows[] = {
      {62, "(x86-64)"}, {3, "(i386)"},     {40, "(ARM)"},   {243, "(RISC-V)"},
      {8, "(MIPS)"},    {20, "(PowerPC)"}, {22, "(s390x)"}, {4711, "(machine 4711)"},
  };
  for (const auto& [machine, words] : rows) {
    ElfBuilder elf = static_program();
    elf.header.machine = machine;
    expect_error(elf.build(), Errno::ENOEXEC, "not an AArch64 ELF file " + std::string(words));
    EXPECT_TRUE(parse(elf.build()).error().names_a_machine);
  }
  ElfBuilder narrow = static_program();
  narrow.header.identification[4] = abi::kElfClass32;
  expect_error(narrow.build(), Errno::ENOEXEC, "(32-bit AArch64)");
  ElfBuilder big = static_program();
  big.header.identification[5] = abi::kElfBigEndian;
  big.header.machine = 22 << 8;
  expect_error(big.build(), Errno::ENOEXEC, "(s390x)");
  big.header.machine = abi::kElfMachineAarch64 << 8;
  expect_error(big.build(), Errno::ENOEXEC, "(big-endian AArch64)");
}

TEST_F(ElfImageTest, OnlyExecutablesRun) {
  ElfBuilder elf = static_program();
  elf.header.type = abi::kElfRelocatable;
  expect_error(elf.build(), Errno::ENOEXEC, "object file");
  elf.header.type = abi::kElfCore;
  expect_error(elf.build(), Errno::ENOEXEC, "core dump");
  elf.header.type = 77;
  expect_error(elf.build(), Errno::ENOEXEC, "ELF type 77");
}

TEST_F(ElfImageTest, ProgramHeaderTable) {
  ElfBuilder elf = static_program();
  elf.header.program_header_size = 32;
  expect_error(elf.build(), Errno::ENOEXEC, "32 bytes each");
  elf = ElfBuilder();
  expect_error(elf.build(), Errno::ENOEXEC, "no program headers");
  elf.stack(kReadWrite);
  expect_error(elf.build(), Errno::ENOEXEC, "no segment to load");
  elf = static_program();
  elf.header.program_header_count = 65535;
  expect_error(elf.build(), Errno::ENOEXEC, "65535 program headers");
  elf.header.program_header_count = 1000;
  expect_error(elf.build(), Errno::ENOEXEC, "truncated: its 1000 program headers at byte 64 of");
  elf = static_program();
  elf.header.program_headers_offset = ~u64{0} - 8;
  expect_error(elf.build(), Errno::ENOEXEC, "truncated");
}

TEST_F(ElfImageTest, SegmentsThatLie) {
  const auto with = [](u64 address, u64 offset, u64 file_size, u64 memory_size) {
    ElfBuilder elf = static_program();
    elf.load(address, offset, file_size, memory_size, kReadWrite);
    return elf.build();
  };
  expect_error(with(0x500000, u64{1} << 30, 0x100, 0x100), Errno::ENOEXEC,
               "truncated: segment 3 ends at byte 1073742080 of 7680");
  expect_error(with(0x500000, ~u64{0} - 0xfff, 0x2000, 0x2000), Errno::ENOEXEC, "truncated");
  expect_error(with(0x500000, 0, 0x200, 0x100), Errno::EINVAL, "512 bytes for 256 of memory");
  expect_error(with(0x500000, 1, 0x100, 0x100), Errno::EINVAL, "differ within the page");
  expect_error(with(kUserEnd.value(), 0, 0, 0x100), Errno::EINVAL, "outside user space");
  expect_error(with(~u64{0} - 0xfff, 0, 0, 0x2000), Errno::EINVAL, "outside user space");
  expect_error(with(0x500000, 0, 0, ~u64{0}), Errno::EINVAL, "outside user space");
  expect_error(with(0x300000, 0, 0x100, 0x100), Errno::EINVAL, "segment 3 overlaps or precedes");
  expect_error(with(0x404000, 0, 0x100, 0x100), Errno::EINVAL, "segment 3 overlaps or precedes");
}

TEST_F(ElfImageTest, PureZeroSegmentMayLieAnywhereInTheFile) {
  ElfBuilder elf = static_program();
  elf.load(0x500123, 0x77777777777, 0, 0x100, kReadWrite);
  const auto image = *parse(elf.build());
  ASSERT_EQ(image->segments.size(), 3u);
  EXPECT_EQ(image->segments[2].address, 0x500123u);
}

TEST_F(ElfImageTest, InterpreterPath) {
  ElfBuilder elf = static_program();
  elf.interpreter(std::string(5000, 'x'), 0x600);
  expect_error(elf.build(), Errno::ENOEXEC, "5001 bytes");
  elf = static_program();
  elf.interpreter("/lib/ld.so", 0x600);
  elf.segments.back().file_size = 1;
  expect_error(elf.build(), Errno::ENOEXEC, "1 bytes");
  elf.segments.back().file_size = 5;
  expect_error(elf.build(), Errno::ENOEXEC, "no end");
  elf.segments.back().file_size = 11;
  elf.segments.back().file_offset = 0x100000;
  expect_error(elf.build(), Errno::EIO, "outside the file");
}

TEST_F(ElfImageTest, CacheReadsAFileOnce) {
  const auto file = files.add("program", static_program().build());
  const auto place = files.walker.find(files.mounts.root(), "program", FinalLink::Follow).value();
  ElfCache cache;
  const auto first = *cache.get(*file->open(place, 0).value());
  const u64 reads = file->reads;
  EXPECT_GT(reads, 0u);
  EXPECT_EQ(*cache.get(*file->open(place, 0).value()), first);
  EXPECT_EQ(file->reads, reads);
  EXPECT_EQ(cache.hits(), 1u);
  file->modified = 5;
  EXPECT_NE(*cache.get(*file->open(place, 0).value()), first);
  EXPECT_GT(file->reads, reads);
}

}  // namespace
}  // namespace kemu::test
