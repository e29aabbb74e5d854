// signal(7): a signal whose frame cannot be written, because the stack it should go on is not
// there, kills by SIGSEGV.
// covers: sigaltstack rt_sigaction rt_sigreturn
#include "guest.h"

static char *stack_pages;

static void handler(int number) { printf("%s handled\n", signal_name(number)); }

static void use(char *start, size_t size) {
  const stack_t stack = {.ss_sp = start, .ss_size = size};
  must(sigaltstack(&stack, NULL));
  install_handler(SIGUSR1, handler, SA_ONSTACK);
  must(raise(SIGUSR1));
  printf("survived\n");
}

static void good_stack(void) { use(stack_pages, 16 * kPage); }

static void no_access(void) {
  must(mprotect(stack_pages, 16 * kPage, PROT_NONE));
  use(stack_pages, 16 * kPage);
}

static void read_only(void) {
  must(mprotect(stack_pages, 16 * kPage, PROT_READ));
  use(stack_pages, 16 * kPage);
}

static void unmapped(void) {
  must(munmap(stack_pages, 16 * kPage));
  use(stack_pages, 16 * kPage);
}

static void blocked_segv(void) {
  change_mask(SIG_BLOCK, SIGSEGV);
  no_access();
}

int main(void) {
  stack_pages = mmap(NULL, 16 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)stack_pages);
  signal(SIGSEGV, SIG_DFL);
  print_status("good stack", in_child(good_stack));
  print_status("PROT_NONE", in_child(no_access));
  print_status("read-only", in_child(read_only));
  print_status("unmapped", in_child(unmapped));
  print_status("SIGSEGV blocked", in_child(blocked_segv));
  return 0;
}
