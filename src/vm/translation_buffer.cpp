#include "vm/translation_buffer.h"

#include <sys/mman.h>

namespace kemu {

namespace {

constexpr u64 kMiB = u64{1} << 20;
constexpr u64 kSizes[] = {1024 * kMiB, 256 * kMiB, 64 * kMiB, 16 * kMiB};
/// What an engine allocates besides.
constexpr u64 kRest = 16 * kMiB;

}  // namespace

std::optional<u64> translation_buffer_size() {
  for (const u64 size : kSizes) {
    void* memory = ::mmap(nullptr, size + kRest, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) continue;
    ::munmap(memory, size + kRest);
    return size;
  }
  return std::nullopt;
}

}  // namespace kemu
