// sigaction(2), SIGILL: an undefined instruction raises it with the instruction's own address in
// si_addr and in the context; the handler can step over it.
// covers: rt_sigaction rt_sigreturn
#include "guest.h"
#include <ucontext.h>

extern char undefined_instruction[], behind_the_instruction[];

static volatile int calls;

static void handler(int number, siginfo_t *info, void *pointer) {
  ucontext_t *context = pointer;
  calls++;
  printf("%s, raised by the processor: %d\n", signal_name(number), info->si_code > 0);
  if (info->si_code <= 0) return;
#if defined(__aarch64__)
  uintptr_t *counter = (uintptr_t *)&context->uc_mcontext.pc;
#else
  uintptr_t *counter = (uintptr_t *)&context->uc_mcontext.gregs[REG_RIP];
#endif
  expect(info->si_signo == SIGILL);
  expect(info->si_addr == undefined_instruction);
  expect(*counter == (uintptr_t)undefined_instruction);
  *counter = (uintptr_t)behind_the_instruction;
}

int main(void) {
  install_info_handler(SIGILL, handler, 0);
#if defined(__aarch64__)
  __asm__ volatile(
      ".globl undefined_instruction, behind_the_instruction\n"
      "undefined_instruction: udf #0\n"
      "behind_the_instruction:\n" ::
          : "memory");
#else
  __asm__ volatile(
      ".globl undefined_instruction, behind_the_instruction\n"
      "undefined_instruction: ud2\n"
      "behind_the_instruction:\n" ::
          : "memory");
#endif
  show(calls);
  show(raise(SIGILL));
  show(calls);
  return 0;
}
