// sigaltstack(2), rt_sigreturn: a handler's ucontext holds the stack as it was set, flags and all;
// returning sets it from there (SS_AUTODISARM), unless sigaltstack would refuse it. Whether a stack
// in use may be replaced so depends on the machine. A libc's wrapper knows fewer flags: it is not
// asked.
// covers: rt_sigreturn sigaltstack
#include "guest.h"
#include <ucontext.h>

enum { kSize = 65536 };
static char first[kSize], second[kSize];
static int edit;

static void print_stack(const char *what) {
  stack_t now;
  must(syscall(SYS_sigaltstack, NULL, &now));
  printf("%s: %s, flags %x, size %zu\n", what,
         now.ss_sp == first    ? "first"
         : now.ss_sp == second ? "second"
         : now.ss_sp == NULL   ? "none"
                               : "other",
         (unsigned)now.ss_flags, now.ss_size);
}

static void handler(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  ucontext_t *uc = context;
  printf("in the frame: flags %x, size %zu\n", (unsigned)uc->uc_stack.ss_flags,
         uc->uc_stack.ss_size);
  print_stack("in the handler");
  if (edit == 1) uc->uc_stack = (stack_t){.ss_sp = second, .ss_size = kSize};
  if (edit == 2) uc->uc_stack.ss_flags = 0x77;
}

static void run(const char *what, int flags, int how) {
  printf("-- %s\n", what);
  const stack_t stack = {.ss_sp = first, .ss_size = kSize, .ss_flags = flags};
  must(syscall(SYS_sigaltstack, &stack, NULL));
  edit = how;
  must(raise(SIGUSR1));
  print_stack("afterwards");
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  install_info_handler(SIGUSR1, handler, SA_ONSTACK);
  must(raise(SIGUSR1));
  run("as it is", 0, 0);
  run("SS_ONSTACK", SS_ONSTACK, 0);
  run("a bad one", 0, 2);
  run("SS_AUTODISARM", (int)(1u << 31), 0);
  run("SS_AUTODISARM, another one", (int)(1u << 31), 1);
  run("SS_DISABLE", SS_DISABLE, 0);
  return 0;
}
