// What AArch64 Linux lets programs do with caches: read CTR_EL0 and DCZID_EL0, zero blocks of
// memory by `dc zva`, clean data caches and invalidate instruction caches by address. The host has
// no such instructions: it prints what the architecture promises.
// covers: mprotect rt_sigaction
#include "guest.h"
#include "machine_code.h"
#include <setjmp.h>

static sigjmp_buf back;
static char *fault_address;

static void on_fault(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  fault_address = info->si_addr;
  siglongjmp(back, info->si_code == SEGV_ACCERR ? 1 : 2);
}

#ifdef __aarch64__
static uint64_t cache_type(void) {
  uint64_t value;
  __asm__("mrs %0, ctr_el0" : "=r"(value));
  return value;
}
static uint64_t zero_type(void) {
  uint64_t value;
  __asm__("mrs %0, dczid_el0" : "=r"(value));
  return value;
}
static void zero_block(char *at) { __asm__ volatile("dc zva, %0" : : "r"(at) : "memory"); }
static void clean(char *at) {
  __asm__ volatile(
      "dc cvac, %0\n\tdc cvau, %0\n\tdc civac, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
      :
      : "r"(at)
      : "memory");
}
#else
static uint64_t cache_type(void) { return 0x84448004u; }
static uint64_t zero_type(void) { return 4; }
static void zero_block(char *at) { memset((char *)((uintptr_t)at & ~(uintptr_t)63), 0, 64); }
static void clean(char *at) { (void)at; }
#endif

static void zero(const char *what, char *at, const char *near) {
  const int why = sigsetjmp(back, 1);
  if (why == 0) {
    zero_block(at);
    printf("%s: done\n", what);
  } else {
    // Linux documents no more than that the address is in the block.
    printf("%s: SIGSEGV %s, address %s\n", what, why == 1 ? "no right" : "not mapped",
           ((uintptr_t)fault_address & ~(uintptr_t)(kPage - 1)) == (uintptr_t)near ? "right"
                                                                                   : "wrong");
  }
}

int main(void) {
  install_info_handler(SIGSEGV, on_fault, 0);
  const uint64_t type = cache_type();
  // Log2 of words of 4 bytes; lines between 16 bytes and 2 KiB.
  const unsigned instruction_line = 4u << (type & 15), data_line = 4u << (type >> 16 & 15);
  expect(instruction_line >= 16 && instruction_line <= 2048);
  expect(data_line >= 16 && data_line <= 2048);
  expect(type >> 31 & 1);  // RES1
  const uint64_t zeroing = zero_type();
  expect((zeroing & 16) == 0);  // allowed
  const size_t block = 4u << (zeroing & 15);
  expect(block >= 16 && block <= 2048);

  char *const memory = code_pages(4, kAllAccess);
  int right = 0;
  for (size_t offset = 0; offset < 2 * kPage; offset += 37) {
    memset(memory, 0x55, 2 * kPage);
    zero_block(memory + offset);
    bool good = true;
    for (size_t i = 0; i < 2 * kPage; i++)
      good &= memory[i] == (i / block == offset / block ? 0 : 0x55);
    right += good;
  }
  printf("blocks zeroed: %d\n", right);

  // Code goes, too.
  emit_return(memory + 512, 7);
  publish(memory + 512, 16);
  show(call_code(memory + 512));
  zero_block(memory + 512);
  emit_return(memory + 512 + 32, 8);
  emit_jump(memory + 512, memory + 512 + 32);
  publish(memory + 512, 64);
  show(call_code(memory + 512));

  for (int offset = 0; offset < kPage; offset += 64) clean(memory + offset);
  clean(memory + 3);
  must(mprotect(memory + kPage, kPage, PROT_READ));
  clean(memory + kPage);
  zero("read-only page", memory + kPage + 100, memory + kPage);
  must(mprotect(memory + kPage, kPage, PROT_NONE));
  zero("page without rights", memory + kPage, memory + kPage);
  zero("before it", memory + kPage - 1, NULL);
  must(munmap(memory + kPage, kPage));
  zero("hole", memory + 2 * kPage - 1, memory + kPage);
  zero("behind it", memory + 2 * kPage, NULL);
  return 0;
}
