// sigaction(2), SA_SIGINFO: the handler gets number, siginfo and ucontext; the context holds the
// mask, the stack and the program counter of the interruption, and a changed counter is where it
// returns to.
// covers: rt_sigaction rt_sigreturn kill getuid
#include "guest.h"
#include <ucontext.h>

extern char faulting_load[], behind_the_load[];

static volatile int calls;
static char *bottom_of_main;

static uintptr_t *program_counter(ucontext_t *context) {
#if defined(__aarch64__)
  return (uintptr_t *)&context->uc_mcontext.pc;
#else
  return (uintptr_t *)&context->uc_mcontext.gregs[REG_RIP];
#endif
}

static uintptr_t stack_pointer(const ucontext_t *context) {
#if defined(__aarch64__)
  return (uintptr_t)context->uc_mcontext.sp;
#else
  return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#endif
}

static void on_user_signal(int number, siginfo_t *info, void *pointer) {
  ucontext_t *context = pointer;
  calls++;
  printf("number %d, signo %d, errno %d, code %d\n", number, info->si_signo, info->si_errno,
         info->si_code);
  expect(info->si_pid == getpid());
  expect(info->si_uid == getuid());
  expect(sigismember(&context->uc_sigmask, SIGHUP) == 1);
  expect(sigismember(&context->uc_sigmask, SIGUSR1) == 0);
  expect(context->uc_link == NULL);
  expect((uintptr_t)bottom_of_main - stack_pointer(context) < 16384);
  expect(*program_counter(context) != 0);
  expect((uintptr_t)&context > (uintptr_t)stack_pointer(context) - 65536);
  expect((uintptr_t)context % 16 == 0);
}

static void on_fault(int number, siginfo_t *info, void *pointer) {
  ucontext_t *context = pointer;
  calls++;
  printf("%s\n", signal_name(number));
  expect(info->si_addr == (void *)64);
  expect(info->si_code == SEGV_MAPERR);
  expect(*program_counter(context) == (uintptr_t)faulting_load);
  *program_counter(context) = (uintptr_t)behind_the_load;
}

__attribute__((noinline)) static void load_from_64(void) {
#if defined(__aarch64__)
  __asm__ volatile(
      ".globl faulting_load, behind_the_load\n"
      "mov x9, #64\n"
      "faulting_load: ldr x10, [x9]\n"
      "behind_the_load: nop\n" ::
          : "x9", "x10", "memory");
#else
  __asm__ volatile(
      ".globl faulting_load, behind_the_load\n"
      "mov $64, %%ecx\n"
      "faulting_load: mov (%%rcx), %%rdx\n"
      "behind_the_load: nop\n" ::
          : "rcx", "rdx", "memory");
#endif
}

int main(void) {
  char local;
  bottom_of_main = &local;
  change_mask(SIG_BLOCK, SIGHUP);
  change_mask(SIG_UNBLOCK, SIGUSR1);
  install_info_handler(SIGUSR1, on_user_signal, 0);
  install_info_handler(SIGSEGV, on_fault, 0);
  show(kill(getpid(), SIGUSR1));
  load_from_64();
  show(calls);
  return 0;
}
