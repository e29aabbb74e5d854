#include "loader/loader.h"

#include <gmock/gmock.h>

#include "base/abi/elf.h"
#include "unit/loader/elf_builder.h"
#include "unit/loader/memory_files.h"

namespace kemu::test {
namespace {

using ::testing::HasSubstr;

class LoaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<FramePool> pool = FramePool::create(u64{64} << 20).value();
  MemoryFiles files{*pool};
  std::unique_ptr<AddressSpace> space = std::make_unique<AddressSpace>(*pool);
  ElfCache cache;
  std::shared_ptr<MappedObject> trampoline = make_trampoline(*pool);

  Result<LoadedProgram, LoadError> load(const std::string& path,
                                        std::vector<std::string> argv = {"argv0", "one"}) {
    const Location& root = files.mounts.root();
    auto file = open_program(files.walker, root, path, FinalLink::Follow);
    if (!file.ok()) return file.error();
    ProgramRequest request{path, *file, std::move(argv), {"HOME=/"}};
    auto loaded =
        load_program(*space, files.walker, root, std::move(request), {}, cache, trampoline);
    space->check_consistency();
    return loaded;
  }
  void expect_error(const std::string& path, Errno code, std::string_view words) {
    const auto loaded = load(path);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(errno_name(loaded.error().code), errno_name(code));
    EXPECT_THAT(loaded.error().reason, HasSubstr(std::string(words)));
  }
  std::string bytes(GuestRange range) {
    std::string result(range.size(), '?');
    EXPECT_TRUE(space->read(range.start, std::as_writable_bytes(std::span(result))).ok());
    return result;
  }
  std::string bytes(u64 from, u64 size) { return bytes({GuestAddr(from), GuestAddr(from + size)}); }
  u64 aux(const LoadedProgram& program, u64 type) {
    for (const auto& [key, value] : program.auxv)
      if (key == type) return value;
    return 0xdead;
  }
  const Vma& vma(u64 address) {
    const Vma* found = space->map().find(GuestAddr(address));
    CHECK(found != nullptr);
    return *found;
  }
};

TEST_F(LoaderTest, MapsStaticProgram) {
  ElfBuilder elf = static_program();
  elf.put(0x400, "CODE").put(0x1900, "DATA");
  files.add("program", elf.build() + "more, which belongs to no segment");
  const auto program = *load("/program");
  EXPECT_EQ(program.entry, GuestAddr(0x400400));
  EXPECT_EQ(program.name, "program");
  EXPECT_EQ(program.executable->name, "program");
  EXPECT_EQ(bytes(0x400400, 4), "CODE");
  EXPECT_EQ(bytes(0x402900, 4), "DATA");
  // Zeros begin right behind the file's bytes, and reach into pages of their own.
  EXPECT_EQ(bytes(0x402dff, 2), std::string("#\0", 2));
  EXPECT_EQ(bytes(0x402e00, 0x200), std::string(0x200, '\0'));
  EXPECT_EQ(bytes(0x403000, 0x2000), std::string(0x2000, '\0'));
  EXPECT_EQ(vma(0x400000).range, (GuestRange{GuestAddr(0x400000), GuestAddr(0x402000)}));
  EXPECT_EQ(vma(0x400000).protection, Protection::rx());
  EXPECT_EQ(vma(0x400000).kind, VmaKind::Image);
  EXPECT_NE(vma(0x402000).object, nullptr);
  EXPECT_EQ(vma(0x402000).object_offset, 0x1000u);
  EXPECT_EQ(vma(0x403000).object, nullptr);
  EXPECT_EQ(vma(0x404000).protection, Protection::rw());
  EXPECT_EQ(space->map().find(GuestAddr(0x405000)), nullptr);
  EXPECT_EQ(space->brk(), GuestAddr(0x404c45));
  EXPECT_EQ(aux(program, abi::kAuxProgramHeaders), 0x400040u);
  EXPECT_EQ(aux(program, abi::kAuxEntry), 0x400400u);
  EXPECT_EQ(aux(program, abi::kAuxBase), 0u);
}

TEST_F(LoaderTest, CodeIsOneFrameInEveryProcess) {
  files.add("program", static_program().build());
  ASSERT_TRUE(load("/program").ok());
  const auto first = space->resolve_fault(GuestAddr(0x400000), Access::Execute);
  const auto other = std::exchange(space, std::make_unique<AddressSpace>(*pool));
  ASSERT_TRUE(load("/program").ok());
  const auto second = space->resolve_fault(GuestAddr(0x400000), Access::Execute);
  EXPECT_EQ(first->frame, second->frame);
  EXPECT_EQ(cache.hits(), 1u);
}

TEST_F(LoaderTest, KnownProgramIsNotRead) {
  const auto file = files.add("program", static_program().build());
  ASSERT_TRUE(load("/program").ok());
  const u64 reads = file->reads;
  space = std::make_unique<AddressSpace>(*pool);
  ASSERT_TRUE(load("/program").ok());
  EXPECT_EQ(file->reads, reads);
}

TEST_F(LoaderTest, MapsPositionIndependentProgram) {
  ElfBuilder elf = static_program(abi::kElfShared);
  elf.segments[0].alignment = 0x10000;
  files.add("pie", elf.build());
  const auto program = *load("/pie");
  const u64 base = 0xaaaaaaaa0000;
  EXPECT_EQ(program.entry, GuestAddr(base + 0x400));
  EXPECT_EQ(vma(base).protection, Protection::rx());
  EXPECT_EQ(space->brk(), GuestAddr(base + 0x4c45));
  EXPECT_EQ(aux(program, abi::kAuxProgramHeaders), base + 0x40);
}

TEST_F(LoaderTest, MapsInterpreter) {
  ElfBuilder elf = static_program();
  elf.interpreter("/ld.so", 0x600);
  files.add("dynamic", elf.build());
  ElfBuilder interpreter = static_program(abi::kElfShared);
  for (auto& segment : interpreter.segments) segment.alignment = 0x10000;
  files.add("ld.so", interpreter.put(0x400, "LDSO").build());
  const auto program = *load("/dynamic");
  const u64 base = aux(program, abi::kAuxBase);
  EXPECT_EQ(base % 0x10000, 0u);
  EXPECT_EQ(program.entry, GuestAddr(base + 0x400));
  EXPECT_EQ(aux(program, abi::kAuxEntry), 0x400400u);
  EXPECT_EQ(bytes(base + 0x400, 4), "LDSO");
  EXPECT_EQ(program.executable->name, "dynamic");
  EXPECT_EQ(space->brk(), GuestAddr(0x404c45));
}

TEST_F(LoaderTest, InterpreterThatIsMissingOrWrong) {
  ElfBuilder elf = static_program();
  elf.interpreter("/lib/ld-linux-aarch64.so.1", 0x600);
  files.add("dynamic", elf.build());
  expect_error("/dynamic", Errno::ENOENT,
               "its interpreter '/lib/ld-linux-aarch64.so.1' does not exist; kemu runs static "
               "programs, or dynamic ones with --sysroot or --root");
  auto folder = std::make_shared<MemoryDirectory>();
  files.root->entries["lib"] = folder;
  ElfBuilder foreign = static_program();
  foreign.header.machine = 62;
  folder->entries["ld-linux-aarch64.so.1"] =
      std::make_shared<MemoryFile>(*pool, 99, foreign.build());
  expect_error("/dynamic", Errno::ELIBBAD, "not an AArch64 ELF file (x86-64)");
  folder->entries["ld-linux-aarch64.so.1"] =
      std::make_shared<MemoryFile>(*pool, 98, foreign.build(), 0644);
  expect_error("/dynamic", Errno::EACCES, "Permission denied");
}

TEST_F(LoaderTest, StackIsReadyAndProtected) {
  files.add("plain", static_program().build());
  ElfBuilder executable = static_program();
  executable.segments.back().flags |= abi::kSegmentExecute;
  files.add("executable-stack", executable.build());
  const auto program = *load("/plain");
  const Vma& stack = vma(program.stack_pointer.value());
  EXPECT_EQ(stack.kind, VmaKind::Stack);
  EXPECT_EQ(stack.growth, Growth::Down);
  EXPECT_EQ(stack.protection, Protection::rw());
  EXPECT_GE(program.stack_pointer - stack.range.start, u64{128} << 10);
  EXPECT_EQ(bytes(program.arguments), std::string("argv0\0one\0", 10));
  EXPECT_EQ(bytes(program.environment), std::string("HOME=/\0", 7));
  EXPECT_EQ(space->read_value<u64>(program.stack_pointer).value(), 2u);
  space = std::make_unique<AddressSpace>(*pool);
  const auto second = *load("/executable-stack");
  EXPECT_EQ(vma(second.stack_pointer.value()).protection, Protection::rwx());
}

TEST_F(LoaderTest, NobodyStartsWithoutAnArgument) {
  files.add("program", static_program().build());
  const auto program = *load("/program", {});
  EXPECT_EQ(space->read_value<u64>(program.stack_pointer).value(), 1u);
  EXPECT_EQ(bytes(program.arguments), std::string("\0", 1));
}

TEST_F(LoaderTest, TrampolineIsSharedAndExecutable) {
  files.add("program", static_program().build());
  const auto program = *load("/program");
  EXPECT_EQ(space->read_value<u32>(program.trampoline).value(), 0xd2801168u);
  EXPECT_EQ(space->read_value<u32>(program.trampoline + 4).value(), 0xd4000001u);
  EXPECT_EQ(vma(program.trampoline.value()).kind, VmaKind::Trampoline);
  EXPECT_EQ(vma(program.trampoline.value()).protection, Protection::rx());
  EXPECT_EQ(vma(program.trampoline.value()).object, trampoline);
}

TEST_F(LoaderTest, ScriptGoesThroughItsInterpreters) {
  files.add("program", static_program().build());
  files.add("inner", "#!/program -x y\n");
  files.add("outer.sh", "#!/inner\n");
  const auto program = *load("/outer.sh", {"dropped", "last"});
  EXPECT_EQ(bytes(program.arguments), std::string("/program\0-x y\0/inner\0/outer.sh\0last\0", 36));
  EXPECT_EQ(program.executable->name, "program");
  EXPECT_EQ(program.name, "outer.sh");
  const GuestAddr path{aux(program, abi::kAuxExecFileName)};
  EXPECT_EQ(space->read_c_string(path, 100).value(), "/outer.sh");
}

TEST_F(LoaderTest, ScriptsNestFiveDeep) {
  files.add("s0", static_program().build());
  for (int i = 1; i <= 6; ++i)
    files.add("s" + std::to_string(i), "#!/s" + std::to_string(i - 1) + "\n");
  files.add("loop", "#!/loop\n");
  EXPECT_TRUE(load("/s5").ok());
  space = std::make_unique<AddressSpace>(*pool);
  expect_error("/s6", Errno::ELOOP, "nest too deeply");
  expect_error("/loop", Errno::ELOOP, "nest too deeply");
}

TEST_F(LoaderTest, ScriptErrors) {
  files.add("missing", "#!/nowhere\n");
  expect_error("/missing", Errno::ENOENT, "its interpreter '/nowhere': No such file");
  files.add("blank", "#! \n");
  expect_error("/blank", Errno::ENOEXEC, "names no interpreter");
  files.add("text", "words\n");
  files.add("of-text", "#!/text\n");
  expect_error("/of-text", Errno::ENOEXEC, "its interpreter '/text': neither an AArch64");
  ElfBuilder foreign = static_program();
  foreign.header.machine = 62;
  files.add("sh", foreign.build());
  files.add("of-foreign", "#!/sh\n");
  expect_error("/of-foreign", Errno::ENOEXEC, "its interpreter '/sh': not an AArch64 ELF file");
  files.add("plain", "x", 0644);
  files.add("of-plain", "#!/plain\n");
  expect_error("/of-plain", Errno::EACCES, "its interpreter '/plain': Permission denied");
}

TEST_F(LoaderTest, WhatCannotBeOpenedAsAProgram) {
  files.add("plain", static_program().build(), 0644);
  files.root->entries["folder"] = std::make_shared<MemoryDirectory>();
  files.root->entries["fifo"] = std::make_shared<MemoryDirectory>(FileType::Fifo);
  expect_error("/nothing", Errno::ENOENT, "No such file");
  expect_error("/plain", Errno::EACCES, "Permission denied");
  expect_error("/folder", Errno::EACCES, "a directory");
  expect_error("/fifo", Errno::EACCES, "not a regular file");
}

TEST_F(LoaderTest, SegmentsThatDoNotFit) {
  ElfBuilder huge = static_program();
  huge.load(0x500000, 0, 0, u64{1} << 46, kReadWrite);
  files.add("huge", huge.build());
  expect_error("/huge", Errno::ENOMEM, "cannot be mapped");
  ElfBuilder low;
  low.load(0x1000, 0, 0x100, 0x100, kReadExecute);
  files.add("low", low.build());
  expect_error("/low", Errno::EPERM, "cannot be mapped");
  ElfBuilder over_stack;
  over_stack.load(kUserEnd.value() - 0x20000, 0, 0x100, 0x20000, kReadWrite);
  files.add("over-stack", over_stack.build());
  expect_error("/over-stack", Errno::ENOMEM, "cannot be mapped");
}

TEST_F(LoaderTest, SegmentThatIsTooLargeForItsBase) {
  ElfBuilder elf = static_program(abi::kElfShared);
  elf.load(u64{0x9000} << 32, 0, 0, 0x1000, kReadWrite);
  files.add("program", elf.build());
  expect_error("/program", Errno::ENOMEM, "cannot be mapped");
}

TEST_F(LoaderTest, TooManyArguments) {
  files.add("program", static_program().build());
  const auto loaded = load("/program", std::vector<std::string>(20, std::string(128 << 10, 'x')));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(errno_name(loaded.error().code), "E2BIG");
}

TEST_F(LoaderTest, FramesRunOut) {
  files.add("program", static_program().build());
  pool->set_limit(pool->in_use());
  expect_error("/program", Errno::ENOMEM, "");
}

TEST_F(LoaderTest, PageThatTwoSegmentsShareIsTheLaterOnes) {
  ElfBuilder elf;
  elf.load(0x400000, 0, 0x800, 0x800, kReadExecute);
  elf.load(0x400800, 0x800, 0x100, 0x100, kReadWrite);
  files.add("program", elf.put(0x700, "CODE").put(0x800, "DATA").build());
  ASSERT_TRUE(load("/program").ok());
  EXPECT_EQ(bytes(0x400700, 4), "CODE");
  EXPECT_EQ(bytes(0x400800, 4), "DATA");
  EXPECT_EQ(vma(0x400000).protection, Protection::rw());
}

}  // namespace
}  // namespace kemu::test
