#include "vm/translation_buffer.h"

#include <sys/mman.h>

#include "base/check.h"
#include "vm/unicorn_registers.h"

namespace kemu {

namespace {

constexpr u64 kMiB = u64{1} << 20;
constexpr u64 kSizes[] = {1024 * kMiB, 256 * kMiB, 64 * kMiB, 16 * kMiB};
/// What an engine allocates besides.
constexpr u64 kRest = 16 * kMiB;

}  // namespace

bool TranslationBuffer::choose_size() {
  for (const u64 size : kSizes) {
    void* memory = ::mmap(nullptr, size + kRest, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) continue;
    ::munmap(memory, size + kRest);
    size_ = static_cast<u32>(size);
    return true;
  }
  return false;
}

void TranslationBuffer::empty(uc_struct* engine) {
  CHECK(uc_ctl_flush_tb(engine) == UC_ERR_OK);
  newest_ = first_;
}

namespace {

thread_local TranslationBuffer* running = nullptr;

}  // namespace

TranslationBuffer::Use::Use(TranslationBuffer& buffer) { running = &buffer; }

TranslationBuffer::Use::~Use() { running = nullptr; }

}  // namespace kemu

// Unicorn (2.1.1) does not survive its buffer's end: it throws all blocks away in the middle of a
// run, and then has one of them jump to the new one. The linker puts this function before Unicorn's
// (CMakeLists.txt) to see where blocks lie: they come one behind another.
extern "C" void* __real_tb_gen_code_aarch64(void* cpu, kemu::u64 pc, kemu::u64 base,  // NOLINT
                                            kemu::u32 flags, int options) __attribute__((weak));
extern "C" void* __wrap_tb_gen_code_aarch64(void* cpu, kemu::u64 pc, kemu::u64 base,  // NOLINT
                                            kemu::u32 flags, int options);
extern "C" void* __wrap_tb_gen_code_aarch64(void* cpu, kemu::u64 pc, kemu::u64 base,  // NOLINT
                                            kemu::u32 flags, int options) {
  void* block = __real_tb_gen_code_aarch64(cpu, pc, base, flags, options);
  if (kemu::running) kemu::running->note(block);
  return block;
}
