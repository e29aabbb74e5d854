// mmap(2), PROT_EXEC: data cannot be executed, neither heap nor stack nor a mapping, until mprotect
// allows it.
// covers: mprotect mmap rt_sigaction
#include "guest.h"
#include <setjmp.h>

// "return 42", for both machines.
#if defined(__aarch64__)
static const uint32_t kCode[] = {0x52800540, 0xd65f03c0};
#else
static const uint8_t kCode[] = {0xb8, 42, 0, 0, 0, 0xc3};
#endif

static sigjmp_buf back;
static siginfo_t got;
static char data[64];

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  got = *info;
  siglongjmp(back, 1);
}

static void try(const char *what, char *code) {
  if (sigsetjmp(back, 1) == 0) {
    printf("%s: %d\n", what, ((int (*)(void))(uintptr_t)code)());
  } else {
    printf("%s: %s, ACCERR %d, address %s\n", what, signal_name(got.si_signo),
           got.si_code == SEGV_ACCERR, got.si_addr == code ? "exact" : "other");
  }
}

int main(void) {
  install_info_handler(SIGSEGV, handler, 0);
  char stack[64] __attribute__((aligned(16)));
  char *page = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *heap = malloc(64);
  memcpy(data, kCode, sizeof kCode);
  memcpy(stack, kCode, sizeof kCode);
  memcpy(page, kCode, sizeof kCode);
  memcpy(heap, kCode, sizeof kCode);
  __builtin___clear_cache(page, page + 64);
  try("data", data);
  try("stack", stack);
  try("heap", heap);
  try("mapping", page);
  must(mprotect(page, kPage, PROT_READ | PROT_EXEC));
  try("mapping with PROT_EXEC", page);
  must(mprotect(page, kPage, PROT_READ));
  try("mapping without again", page);
  return 0;
}
