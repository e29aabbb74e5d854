// signal(7): a child that dies of its own fault (a bad address, an undefined instruction, a trap)
// is reported as killed by that signal, also when it had blocked or ignored it.
// covers: wait4 rt_sigaction rt_sigprocmask
#include "guest.h"

static void (*disposition)(int) = SIG_DFL;
static int mask_how = SIG_UNBLOCK;

static void prepare(int number) {
  signal(number, disposition);
  change_mask(mask_how, number);
}

static void bad_read(void) {
  prepare(SIGSEGV);
  _exit(*(volatile int *)16);
}

static void bad_jump(void) {
  prepare(SIGSEGV);
  void (*volatile nowhere)(void) = (void (*)(void))4096;
  nowhere();
}

static void undefined_instruction(void) {
  prepare(SIGILL);
#if defined(__aarch64__)
  __asm__ volatile("udf #0");
#else
  __asm__ volatile("ud2");
#endif
}

static void breakpoint(void) {
  prepare(SIGTRAP);
#if defined(__aarch64__)
  __asm__ volatile("brk #0");
#else
  __asm__ volatile("int3");
#endif
}

static void run_all(const char *how) {
  printf("%s\n", how);
  print_status("bad read", in_child(bad_read));
  print_status("bad jump", in_child(bad_jump));
  print_status("undefined instruction", in_child(undefined_instruction));
  print_status("breakpoint", in_child(breakpoint));
}

int main(void) {
  run_all("default");
  disposition = SIG_IGN;
  run_all("ignored");
  disposition = SIG_DFL;
  mask_how = SIG_BLOCK;
  run_all("blocked");
  return 0;
}
