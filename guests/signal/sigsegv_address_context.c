// sigaction(2), SIGSEGV: si_addr is the very address used and si_code says whether nothing is
// mapped there (MAPERR) or the protection forbids it (ACCERR); siglongjmp out of the handler goes
// on.
// covers: rt_sigaction mmap mprotect munmap rt_sigprocmask
#include "guest.h"
#include <setjmp.h>

static sigjmp_buf back;
static siginfo_t got;

static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  got = *info;
  siglongjmp(back, 1);
}

static void report(const char *what, const volatile char *wanted) {
  printf("%s: %s, address %s\n", what,
         got.si_code == SEGV_MAPERR   ? "MAPERR"
         : got.si_code == SEGV_ACCERR ? "ACCERR"
                                      : "?",
         got.si_addr == (const void *)wanted ? "exact" : "other");
}

static void try_read(const char *what, volatile char *address) {
  if (sigsetjmp(back, 1) == 0) {
    (void)*address;
    printf("%s: no fault\n", what);
  } else {
    report(what, address);
  }
}

static void try_write(const char *what, volatile char *address) {
  if (sigsetjmp(back, 1) == 0) {
    *address = 1;
    printf("%s: no fault\n", what);
  } else {
    report(what, address);
  }
}

static void try_call(const char *what, volatile char *address) {
  if (sigsetjmp(back, 1) == 0) {
    ((void (*)(void))(uintptr_t)address)();
    printf("%s: no fault\n", what);
  } else {
    report(what, address);
  }
}

int main(void) {
  install_info_handler(SIGSEGV, handler, 0);
  char *page = mmap(NULL, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)page);
  must(mprotect(page + kPage, kPage, PROT_READ));
  must(mprotect(page + 2 * kPage, kPage, PROT_NONE));
  must(munmap(page + 3 * kPage, kPage));
  try_read("read at 0", NULL);
  try_read("read at 17", (char *)17);
  try_write("write at 4095", (char *)4095);
  try_write("write to a writable page", page + 123);
  try_read("read of a read-only page", page + kPage + 7);
  try_write("write to a read-only page", page + kPage + 8);
  try_write("write to a read-only page's end", page + 2 * kPage - 1);
  try_read("read of PROT_NONE", page + 2 * kPage);
  try_write("write to PROT_NONE", page + 3 * kPage - 5);
  try_read("read of unmapped", page + 3 * kPage + 1);
  try_write("write to unmapped", page + 3 * kPage + 1023);
  try_write("write to code", (char *)(uintptr_t)report);
  try_call("call of data", page + 16);
  try_call("call of PROT_NONE", page + 2 * kPage + 32);
  try_call("call of unmapped", page + 3 * kPage + 64);
  try_call("call of 0", NULL);
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  expect(sigismember(&mask, SIGSEGV) == 0);
  return 0;
}
