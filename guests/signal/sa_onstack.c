// sigaction(2), SA_ONSTACK: only handlers with the flag run on the alternate stack; one that
// interrupts another there continues below it, and siglongjmp away leaves the stack free again.
// covers: rt_sigaction sigaltstack rt_sigreturn
#include "guest.h"
#include <setjmp.h>

static char memory[128 << 10];
static char *outer_local;
static sigjmp_buf back;

static bool on_alternate(const char *address) {
  return address >= memory && address < memory + sizeof memory;
}

static void inner(int number) {
  char local;
  printf("%s: alternate %d, below the outer %d\n", signal_name(number), on_alternate(&local),
         &local < outer_local);
}

static void outer(int number) {
  char local;
  outer_local = &local;
  printf("%s: alternate %d\n", signal_name(number), on_alternate(&local));
  must(raise(SIGUSR2));
  must(raise(SIGHUP));
}

static void leave(int number) {
  char local;
  printf("%s: alternate %d\n", signal_name(number), on_alternate(&local));
  siglongjmp(back, 1);
}

int main(void) {
  const stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
  must(sigaltstack(&stack, NULL));
  install_handler(SIGUSR1, outer, SA_ONSTACK);
  install_handler(SIGUSR2, inner, SA_ONSTACK);
  install_handler(SIGHUP, inner, 0);
  install_handler(SIGTERM, leave, SA_ONSTACK);
  install_handler(SIGQUIT, leave, 0);
  must(raise(SIGUSR1));
  for (int i = 0; i < 3; i++) {
    if (sigsetjmp(back, 1) == 0) must(raise(SIGTERM));
    stack_t now;
    must(sigaltstack(NULL, &now));
    printf("back, flags %d\n", now.ss_flags);
  }
  if (sigsetjmp(back, 1) == 0) must(raise(SIGQUIT));
  must(raise(SIGUSR1));
  return 0;
}
