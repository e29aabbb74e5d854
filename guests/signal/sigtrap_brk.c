// sigaction(2), SIGTRAP: a breakpoint instruction raises it, and the handler can go on behind it.
// covers: rt_sigaction rt_sigreturn
#include "guest.h"
#include <ucontext.h>

static volatile int calls;

static void handler(int number, siginfo_t *info, void *pointer) {
  (void)number;
  calls++;
  expect(info->si_signo == SIGTRAP);
  expect(info->si_code > 0);
#if defined(__aarch64__)
  // Here the counter is at the instruction; on x86-64 it is already behind it.
  ((ucontext_t *)pointer)->uc_mcontext.pc += 4;
#else
  (void)pointer;
#endif
}

int main(void) {
  install_info_handler(SIGTRAP, handler, 0);
  for (int i = 0; i < 3; i++) {
#if defined(__aarch64__)
    __asm__ volatile("brk #0x3e8" ::: "memory");
#else
    __asm__ volatile("int3" ::: "memory");
#endif
  }
  show(calls);
  return 0;
}
