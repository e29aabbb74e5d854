#include "loader/initial_stack.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "base/abi/elf.h"

namespace kemu::test {
namespace {

constexpr GuestAddr kTop{0x7fff'0000};

/// Reads a stack as a program's start-up code does.
class StackReader {
 public:
  explicit StackReader(const InitialStack& stack) : stack_(stack) {
    u64 at = stack.stack_pointer.value();
    const u64 count = word(at);
    for (u64 i = 0; i < count; ++i) argv.push_back(text(word(at += 8)));
    EXPECT_EQ(word(at += 8), 0u);
    while (word(at += 8) != 0) envp.push_back(text(word(at)));
    for (at += 8; word(at) != abi::kAuxNull; at += 16) auxv[word(at)] = word(at + 8);
  }
  u64 word(u64 at) const {
    u64 value;
    std::memcpy(&value, &stack_.bytes.at(at - stack_.stack_pointer.value()), 8);
    return value;
  }
  std::string text(u64 at) const {
    return reinterpret_cast<const char*>(&stack_.bytes.at(at - stack_.stack_pointer.value()));
  }

  std::vector<std::string> argv, envp;
  std::map<u64, u64> auxv;

 private:
  const InitialStack& stack_;
};

ProgramFacts some_facts() {
  ProgramFacts facts;
  facts.uid = 1, facts.euid = 2, facts.gid = 3, facts.egid = 4;
  facts.secure = true;
  facts.random.fill(std::byte{0x5a});
  facts.capabilities = {.hwcap = 0x107, .hwcap2 = 0x20};
  return facts;
}

TEST(InitialStackTest, ReadsBack) {
  const InitialStrings strings{{"prog", "", "three words here"}, {"A=1", "B="}, "./prog"};
  ImagePlace place;
  place.entry = GuestAddr(0x400400);
  place.program_headers = GuestAddr(0x400040);
  place.program_header_count = 7;
  place.interpreter_base = GuestAddr(0x7000'0000);
  const InitialStack stack = build_initial_stack(kTop, strings, some_facts(), place);
  EXPECT_EQ(stack.stack_pointer.value() % 16, 0u);
  EXPECT_EQ(stack.stack_pointer + stack.bytes.size(), kTop);
  EXPECT_LE(stack.bytes.size(), initial_stack_bound(strings));

  const StackReader reader(stack);
  EXPECT_EQ(reader.argv, strings.argv);
  EXPECT_EQ(reader.envp, strings.envp);
  EXPECT_EQ(reader.auxv.at(abi::kAuxPageSize), 4096u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxClockTick), 100u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxEntry), 0x400400u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxProgramHeaders), 0x400040u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxProgramHeaderSize), 56u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxProgramHeaderCount), 7u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxBase), 0x7000'0000u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxFlags), 0u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxUid), 1u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxEuid), 2u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxGid), 3u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxEgid), 4u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxSecure), 1u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxHwcap), 0x107u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxHwcap2), 0x20u);
  EXPECT_EQ(reader.auxv.at(abi::kAuxMinSignalStackSize), 4720u);
  EXPECT_EQ(reader.text(reader.auxv.at(abi::kAuxExecFileName)), "./prog");
  EXPECT_EQ(reader.text(reader.auxv.at(abi::kAuxPlatform)), "aarch64");
  EXPECT_EQ(reader.word(reader.auxv.at(abi::kAuxRandom)), 0x5a5a5a5a5a5a5a5au);
  EXPECT_EQ(reader.word(reader.auxv.at(abi::kAuxRandom) + 8), 0x5a5a5a5a5a5a5a5au);
}

TEST(InitialStackTest, StringsLieTogetherAsProcTellsThem) {
  const InitialStrings strings{{"prog", "x"}, {"HOME=/"}, "prog"};
  const InitialStack stack = build_initial_stack(kTop, strings, {}, {});
  const auto bytes = [&](GuestRange range) {
    const auto* data = reinterpret_cast<const char*>(stack.bytes.data());
    return std::string(data + (range.start - stack.stack_pointer), range.size());
  };
  EXPECT_EQ(bytes(stack.arguments), std::string("prog\0x\0", 7));
  EXPECT_EQ(bytes(stack.environment), std::string("HOME=/\0", 7));
  EXPECT_EQ(stack.arguments.end, stack.environment.start);
}

TEST(InitialStackTest, AlignedWhateverTheCounts) {
  for (u64 count = 1; count < 6; ++count) {
    const InitialStrings strings{std::vector<std::string>(count, "x"), {}, std::string(count, 'p')};
    const InitialStack stack = build_initial_stack(kTop, strings, {}, {});
    EXPECT_EQ(stack.stack_pointer.value() % 16, 0u);
    EXPECT_EQ(StackReader(stack).argv.size(), count);
  }
}

TEST(InitialStackTest, SizeLimits) {
  const auto check = [](InitialStrings strings, u64 stack_limit) {
    const auto result = check_argument_size(strings, stack_limit);
    return result.ok() ? std::string_view("ok") : errno_name(result.error());
  };
  const u64 kDefault = u64{8} << 20;
  const std::string longest((128 << 10) - 1, 'x');
  EXPECT_EQ(check({{longest}, {longest}, "p"}, kDefault), "ok");
  EXPECT_EQ(check({{longest + "x"}, {}, "p"}, kDefault), "E2BIG");
  EXPECT_EQ(check({{"p"}, {longest + "x"}, "p"}, kDefault), "E2BIG");
  // A quarter of 8 MiB is sixteen of the longest strings with nothing else.
  EXPECT_EQ(check({std::vector<std::string>(15, longest), {}, "p"}, kDefault), "ok");
  EXPECT_EQ(check({std::vector<std::string>(16, longest), {}, "p"}, kDefault), "E2BIG");
  // Pointers count: a string of one byte costs ten.
  EXPECT_EQ(check({std::vector<std::string>(200'000, "x"), {}, "p"}, kDefault), "ok");
  EXPECT_EQ(check({std::vector<std::string>(210'000, "x"), {}, "p"}, kDefault), "E2BIG");
  // 128 KiB fit into any stack, and 6 MiB is the end in the largest.
  EXPECT_EQ(check({{std::string(120 << 10, 'x')}, {}, "p"}, 4096), "ok");
  EXPECT_EQ(check({{longest}, {}, "p"}, 4096), "E2BIG");
  EXPECT_EQ(check({std::vector<std::string>(47, longest), {}, "p"}, ~u64{0}), "ok");
  EXPECT_EQ(check({std::vector<std::string>(48, longest), {}, "p"}, ~u64{0}), "E2BIG");
}

}  // namespace
}  // namespace kemu::test
