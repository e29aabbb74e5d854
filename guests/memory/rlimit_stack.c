// getrlimit(2), RLIMIT_STACK: the stack grows to the limit in force when it is touched and no
// further (SIGSEGV on the alternate stack); a lowered limit binds at once, a raised one too.
// covers: prlimit64 sigaltstack
#include "guest.h"

static char *volatile start;

static void on_fault(int number) {
  (void)number;
  _exit(7);
}

// Touches the stack `size` bytes below where it was.
static void touch(long size) {
  for (long at = 0; at <= size; at += kPage) *(volatile char *)(start - at) = 1;
}

static void limit_to(rlim_t size) {
  struct rlimit limit;
  must(getrlimit(RLIMIT_STACK, &limit));
  limit.rlim_cur = size;
  must(setrlimit(RLIMIT_STACK, &limit));
}

static void grow(rlim_t limit, long size) {
  static char other_stack[65536];
  const stack_t stack = {other_stack, 0, sizeof other_stack};
  must(sigaltstack(&stack, NULL));
  install_handler(SIGSEGV, on_fault, SA_ONSTACK);
  char here;
  start = &here;
  limit_to(limit);
  touch(size);
  _exit(0);
}

static void within(void) { grow(4 << 20, 3 << 20); }
static void beyond(void) { grow(1 << 20, 3 << 20); }
static void lowered_after(void) {
  char here;
  start = &here;
  touch(2 << 20);
  grow(1 << 20, 2 << 20);
}

int main(void) {
  print_status("within", in_child(within));
  print_status("beyond", in_child(beyond));
  print_status("lowered after growth", in_child(lowered_after));
  return 0;
}
