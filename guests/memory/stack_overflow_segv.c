// sigaltstack(2): endless recursion ends in SIGSEGV at the stack limit; a handler on the alternate
// stack can run then, and without one the process dies.
// covers: sigaltstack rt_sigaction prlimit64
#include "guest.h"

static char alternate[64 << 10];
static char *bottom;

static int descend(int depth) {
  volatile char frame[1024];
  memset((void *)frame, depth, sizeof frame);
  return depth < 0 ? 0 : descend(depth + 1) + frame[17];
}

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  const size_t used = (size_t)(bottom - (char *)info->si_addr);
  printf("%s, within the limit %d, most of it used %d\n", signal_name(number),
         used <= (1 << 20) + (64 << 10), used > (1 << 20) - (256 << 10));
  _exit(3);
}

static void overflow(void) { _exit(descend(0)); }

static void overflow_handled(void) {
  char local;
  bottom = &local;
  const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  must(sigaltstack(&stack, NULL));
  install_info_handler(SIGSEGV, handler, SA_ONSTACK);
  _exit(descend(0));
}

static void overflow_handler_without_stack(void) {
  install_info_handler(SIGSEGV, handler, 0);
  _exit(descend(0));
}

int main(void) {
  struct rlimit limit;
  must(getrlimit(RLIMIT_STACK, &limit));
  limit.rlim_cur = 1 << 20;
  must(setrlimit(RLIMIT_STACK, &limit));
  signal(SIGSEGV, SIG_DFL);
  print_status("no handler", in_child(overflow));
  print_status("handler on the alternate stack", in_child(overflow_handled));
  print_status("handler on the same stack", in_child(overflow_handler_without_stack));
  return 0;
}
