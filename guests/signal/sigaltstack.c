// sigaltstack(2): the stack set is the one read back, in use it is marked SS_ONSTACK and cannot be
// changed, sizes and flags are checked, and children inherit it.
// covers: sigaltstack rt_sigaction clone
#include "guest.h"

static char memory[64 << 10];

// A libc checks sizes and flags itself.
static long set_stack(const stack_t *stack, stack_t *old) {
  return syscall(SYS_sigaltstack, stack, old);
}

static void describe(const char *when) {
  stack_t stack;
  must(set_stack(NULL, &stack));
  printf("%s: flags %d, size %zu, ours %d\n", when, stack.ss_flags, stack.ss_size,
         stack.ss_sp == memory);
}

static void handler(int number) {
  char local;
  printf("%s on the alternate stack: %d\n", signal_name(number),
         &local >= memory && &local < memory + sizeof memory);
  describe("in the handler");
  const stack_t other = {.ss_sp = memory, .ss_size = sizeof memory / 2};
  show(set_stack(&other, NULL));
  const stack_t off = {.ss_flags = SS_DISABLE};
  show(set_stack(&off, NULL));
  if (number == SIGUSR1) must(raise(SIGUSR2));
}

static void child(void) {
  describe("child");
  must(raise(SIGUSR2));
}

int main(void) {
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
  show(set_stack(NULL, &old));
  show(old.ss_flags);
  show(set_stack(&stack, &old));
  show(old.ss_flags);
  describe("set");
  install_handler(SIGUSR1, handler, SA_ONSTACK);
  install_handler(SIGUSR2, handler, SA_ONSTACK);
  must(raise(SIGUSR1));
  describe("after the handler");
  install_handler(SIGUSR2, handler, 0);
  must(raise(SIGUSR2));
  install_handler(SIGUSR2, handler, SA_ONSTACK);
  print_status("child", in_child(child));

  stack.ss_size = 1024;
  show(set_stack(&stack, NULL));
  stack.ss_size = sizeof memory;
  stack.ss_flags = 0x10;
  show(set_stack(&stack, NULL));
  show(syscall(SYS_sigaltstack, 16L, NULL));
  stack.ss_flags = SS_ONSTACK;
  show(set_stack(&stack, NULL));
  describe("set with SS_ONSTACK");
  stack.ss_flags = SS_DISABLE;
  show(set_stack(&stack, &old));
  show(old.ss_flags);
  must(set_stack(NULL, &old));
  show(old.ss_flags);
  return 0;
}
