#include "loader/initial_stack.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <string_view>

#include "base/abi/elf.h"
#include "base/check.h"

namespace kemu {
namespace {

constexpr u64 kStringMax = u64{128} << 10;        // MAX_ARG_STRLEN, with the NUL
constexpr u64 kArgumentsAlways = u64{128} << 10;  // ARG_MAX
constexpr u64 kArgumentsNever = u64{6} << 20;     // three quarters of the default stack limit
constexpr u64 kPointerSize = 8;
/// More than what is neither string nor pointer: platform, random bytes, auxv, padding.
constexpr u64 kFixedPart = 1024;
constexpr u64 kClockTicks = 100;  // USER_HZ
/// arm64's frame for signals with floating point and no other extension, as its ELF_HWCAP says.
constexpr u64 kMinSignalStackSize = 4720;
constexpr std::string_view kPlatform("aarch64\0", 8);

u64 bytes_with_nul(const std::vector<std::string>& strings) {
  return std::accumulate(strings.begin(), strings.end(), u64{0},
                         [](u64 sum, const std::string& s) { return sum + s.size() + 1; });
}

/// Fills a buffer from its end, as a stack grows.
class StackBuilder {
 public:
  StackBuilder(GuestAddr top, u64 size) : top_(top), bytes_(size), used_(0) {}

  GuestAddr here() const { return top_ - used_; }

  GuestAddr push(std::span<const std::byte> data) {
    used_ += data.size();
    CHECK(used_ <= bytes_.size());
    if (!data.empty()) std::memcpy(bytes_.data() + bytes_.size() - used_, data.data(), data.size());
    return here();
  }
  GuestAddr push(std::string_view text) { return push(std::as_bytes(std::span(text))); }

  /// Strings with their NULs, the first one lowest; appends their addresses.
  GuestRange push_strings(const std::vector<std::string>& strings, std::vector<u64>& pointers) {
    const GuestAddr end = here();
    GuestAddr next = end - bytes_with_nul(strings);
    const GuestRange range{next, end};
    for (const std::string& s : strings) {
      pointers.push_back(next.value());
      next += s.size() + 1;
    }
    for (auto it = strings.rbegin(); it != strings.rend(); ++it)
      push(std::string_view(it->c_str(), it->size() + 1));
    CHECK(here() == range.start);
    return range;
  }

  /// Lowers the stack so that `size` more bytes end at a multiple of 16.
  void align_before(u64 size) { used_ += (here().value() - size) % 16; }

  std::vector<std::byte> take() && {
    bytes_.erase(bytes_.begin(), bytes_.end() - static_cast<i64>(used_));
    return std::move(bytes_);
  }

 private:
  GuestAddr top_;
  std::vector<std::byte> bytes_;  // the last `used_` ones are the stack so far
  u64 used_;
};

AuxiliaryVector make_auxv(const ProgramFacts& facts, const ImagePlace& place, GuestAddr random,
                          GuestAddr platform, GuestAddr path) {
  return {
      {abi::kAuxMinSignalStackSize, kMinSignalStackSize},
      {abi::kAuxHwcap, facts.capabilities.hwcap},
      {abi::kAuxPageSize, kPageSize},
      {abi::kAuxClockTick, kClockTicks},
      {abi::kAuxProgramHeaders, place.program_headers.value()},
      {abi::kAuxProgramHeaderSize, sizeof(abi::ElfProgramHeader)},
      {abi::kAuxProgramHeaderCount, place.program_header_count},
      {abi::kAuxBase, place.interpreter_base.value()},
      {abi::kAuxFlags, 0},
      {abi::kAuxEntry, place.entry.value()},
      {abi::kAuxUid, facts.uid},
      {abi::kAuxEuid, facts.euid},
      {abi::kAuxGid, facts.gid},
      {abi::kAuxEgid, facts.egid},
      {abi::kAuxSecure, facts.secure ? 1 : 0},
      {abi::kAuxRandom, random.value()},
      {abi::kAuxHwcap2, facts.capabilities.hwcap2},
      {abi::kAuxExecFileName, path.value()},
      {abi::kAuxPlatform, platform.value()},
      {abi::kAuxNull, 0},
  };
}

}  // namespace

Result<Unit> check_argument_size(const InitialStrings& strings, u64 stack_limit) {
  const u64 limit = std::max(std::min(kArgumentsNever, stack_limit / 4), kArgumentsAlways);
  for (const auto* list : {&strings.argv, &strings.envp})
    for (const std::string& s : *list)
      if (s.size() + 1 > kStringMax) return Errno::E2BIG;
  const u64 pointers = (strings.argv.size() + strings.envp.size()) * kPointerSize;
  const u64 texts =
      bytes_with_nul(strings.argv) + bytes_with_nul(strings.envp) + strings.path.size() + 1;
  if (pointers + texts > limit) return Errno::E2BIG;
  return Unit{};
}

u64 initial_stack_bound(const InitialStrings& strings) {
  return bytes_with_nul(strings.argv) + bytes_with_nul(strings.envp) + strings.path.size() +
         (strings.argv.size() + strings.envp.size()) * kPointerSize + kFixedPart;
}

InitialStack build_initial_stack(GuestAddr top, const InitialStrings& strings,
                                 const ProgramFacts& facts, const ImagePlace& place) {
  CHECK(!strings.argv.empty());
  CHECK(top.value() % 16 == 0);
  StackBuilder builder(top, initial_stack_bound(strings));
  const u64 end_marker = 0;
  builder.push(std::as_bytes(std::span(&end_marker, 1)));
  const GuestAddr path =
      builder.push(std::string_view(strings.path.c_str(), strings.path.size() + 1));
  std::vector<u64> arguments, environment;
  InitialStack stack;
  stack.environment = builder.push_strings(strings.envp, environment);
  stack.arguments = builder.push_strings(strings.argv, arguments);
  builder.align_before(0);
  const GuestAddr platform = builder.push(kPlatform);
  const GuestAddr random = builder.push(facts.random);
  stack.auxv = make_auxv(facts, place, random, platform, path);

  std::vector<u64> words{strings.argv.size()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.push_back(0);
  words.insert(words.end(), environment.begin(), environment.end());
  words.push_back(0);
  for (const auto& [type, value] : stack.auxv) words.insert(words.end(), {type, value});
  builder.align_before(words.size() * sizeof words[0]);
  stack.stack_pointer = builder.push(std::as_bytes(std::span(words)));
  CHECK(stack.stack_pointer.value() % 16 == 0);
  stack.bytes = std::move(builder).take();
  return stack;
}

}  // namespace kemu
