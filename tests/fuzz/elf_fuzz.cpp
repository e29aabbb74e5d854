// Deterministic mutations of small ELF files and #! lines through the loader: each either loads or
// is refused with an errno, and no frame is left behind.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "loader/loader.h"
#include "unit/loader/elf_builder.h"
#include "unit/loader/memory_files.h"

namespace kemu::test {
namespace {

constexpr int kRounds = 60'000;

/// Values that sit on the edges of checks.
constexpr u64 kInteresting[] = {0,
                                1,
                                2,
                                0xfff,
                                0x1000,
                                0x1001,
                                0xffff,
                                0x10000,
                                u64{1} << 31,
                                u64{1} << 47,
                                u64{1} << 48,
                                (u64{1} << 48) - 1,
                                u64{1} << 63,
                                ~u64{0},
                                ~u64{0xfff}};

class ElfFuzz {
 public:
  int run() {
    const std::string seeds[] = {
        static_program().build(),
        static_program(abi::kElfShared).build(),
        static_program().interpreter("/ld.so", 0x600).build(),
        static_program(abi::kElfShared).interpreter("/ld.so", 0x600).build(),
        "#!/ld.so -x\n",
    };
    files_.add("ld.so", static_program(abi::kElfShared).build());
    load("/ld.so");  // the trampoline's frame and ld.so's cached pages stay in use
    const u32 before = pool_->in_use();
    for (int round = 0; round < kRounds; ++round) {
      files_.add("program", mutate(seeds[random_() % std::size(seeds)]));
      load("/program");
      files_.root->entries.erase("program");
      if (pool_->in_use() <= before + kCachedPages) continue;
      std::printf("round %d: %u frames in use, %u before\n", round, pool_->in_use(), before);
      return EXIT_FAILURE;
    }
    std::printf("%d rounds: %d loaded, %d refused\n", kRounds, loaded_, kRounds - loaded_ + 1);
    return loaded_ > kRounds / 100 && loaded_ < kRounds ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  /// Pages of ld.so that are mapped for the first time later on.
  static constexpr u32 kCachedPages = 2;

  std::string mutate(std::string bytes) {
    for (u64 i = random_() % 6; i > 0 && !bytes.empty(); --i) {
      // In the headers: what lies behind them the loader only maps.
      const u64 headers = std::min<u64>(bytes.size(), 64 + 56 * 4);
      const u64 at = random_() % headers;
      switch (random_() % 4) {
        case 0: bytes[at] = static_cast<char>(random_()); break;
        case 1: bytes[at] ^= static_cast<char>(1 << random_() % 8); break;
        case 2: {
          const u64 value = kInteresting[random_() % std::size(kInteresting)];
          const u64 aligned = at & ~u64{7};
          std::memcpy(&bytes[aligned], &value, std::min<u64>(8, bytes.size() - aligned));
          break;
        }
        default:
          if (random_() % 8 == 0) bytes.resize(random_() % (bytes.size() + 1));
      }
    }
    return bytes;
  }

  void load(const std::string& path) {
    const Location& root = files_.mounts.root();
    auto file = open_program(files_.walker, root, path, FinalLink::Follow);
    CHECK(file.ok());
    ElfCache cache;
    AddressSpace space(*pool_);
    ProgramRequest request{path, std::move(file).value(), {"x"}, {}};
    const auto result =
        load_program(space, files_.walker, root, std::move(request), {}, cache, trampoline_);
    space.check_consistency();
    if (result.ok()) {
      ++loaded_;
      // Its first instruction may be anywhere; looking there must do no harm.
      (void)space.resolve_fault(result->entry, Access::Execute);
      (void)space.read_value<u64>(result->stack_pointer);
    } else {
      CHECK(errno_name(result.error().code) != "E?" && !result.error().reason.empty());
    }
  }

  std::unique_ptr<FramePool> pool_ = FramePool::create(u64{64} << 20).value();
  MemoryFiles files_{*pool_};
  std::shared_ptr<MappedObject> trampoline_ = make_trampoline(*pool_);
  std::mt19937_64 random_{20260101};
  int loaded_ = 0;
};

}  // namespace
}  // namespace kemu::test

int main() { return kemu::test::ElfFuzz().run(); }
