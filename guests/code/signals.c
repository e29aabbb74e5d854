// sigaction(2): signals and code written at run time: a handler that is such code, a handler that
// changes the code it interrupted (a loop without an end goes on where the handler sends it, by a
// patch or by the frame's pc), faults in such code at the exact instruction, and code that repairs
// itself in the handler of its own illegal instruction.
// covers: rt_sigaction rt_sigreturn mmap mprotect setitimer
#include "guest.h"
#include "machine_code.h"
#include <ucontext.h>

static char *code;
static volatile int handled;

static char *frame_pc(void *context) {
  const ucontext_t *const frame = context;
#ifdef __aarch64__
  return (char *)(uintptr_t)frame->uc_mcontext.pc;
#else
  return (char *)(uintptr_t)frame->uc_mcontext.gregs[REG_RIP];
#endif
}

static void set_frame_pc(void *context, char *pc) {
  ucontext_t *const frame = context;
#ifdef __aarch64__
  frame->uc_mcontext.pc = (uintptr_t)pc;
#else
  frame->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)pc;
#endif
}

// An instruction that is none.
static char *emit_illegal(char *at) {
#ifdef __aarch64__
  return emit_word(at, 0);
#else
  return emit_bytes(at, "\x0f\x0b", 2);
#endif
}

static int handled_by_code(void) { return handled++; }

static void handler_of_code(void) {
  int right = 0;
  for (int i = 0; i < 50; i++) {
    // Another handler each time, at the same place: a jump, or a call in a frame of its own.
    char *at = code + 1024;
    if (i % 2) {
      at = emit_far_jump(at, (const void *)(uintptr_t)handled_by_code);
    } else {
      emit_far_jump(code + 2048, (const void *)(uintptr_t)handled_by_code);
      at = emit_leave(emit_call(emit_enter(at), code + 2048));
    }
    publish(code, kPage);
    install_handler(SIGUSR1, (void (*)(int))(uintptr_t)(code + 1024), 0);
    handled = 0;
    raise(SIGUSR1);
    right += handled == 1;
  }
  printf("handlers that are code: %d\n", right);
}

static void tick(void) {
  const struct itimerval soon = {{0, 0}, {0, 300}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
}

static void patch_loop(int number, siginfo_t *info, void *context) {
  (void)number, (void)info, (void)context;
  emit_jump(code, code + 512);
  publish(code, 16);
}

static void leave_loop(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  char *const pc = frame_pc(context);
  handled += pc == code;
  // Only from the loop: the tick may come before it is entered.
  if (pc == code)
    set_frame_pc(context, code + 512);
  else
    tick();
}

static void endless_loop(void) {
  int right = 0;
  install_info_handler(SIGALRM, patch_loop, 0);
  for (int i = 0; i < 20; i++) {
    emit_jump(code, code);  // for ever
    emit_return(code + 512, i);
    publish(code, kPage);
    tick();
    right += call_code(code) == i;
  }
  printf("loops left by a patch: %d\n", right);
  install_info_handler(SIGALRM, leave_loop, 0);
  right = handled = 0;
  for (int i = 0; i < 20; i++) {
    emit_jump(code, code);
    emit_return(code + 512, i);
    publish(code, kPage);
    tick();
    right += call_code(code) == i;
  }
  printf("loops left by the frame: %d of %d\n", right, handled);
}

static void repair(int number, siginfo_t *info, void *context) {
  (void)number;
  char *const pc = frame_pc(context);
  handled += pc == (char *)info->si_addr;
  emit_set(pc, 123);  // over it, and what follows on x86-64, which leaves room
  publish(pc, 16);
}

static void self_repair(void) {
  install_info_handler(SIGILL, repair, 0);
  int right = 0;
  handled = 0;
  for (int i = 0; i < 20; i++) {
    // In the middle of a block, the last instruction of a page, the first of one.
    char *const bad = code + (i % 3 == 0 ? 256 : i % 3 == 1 ? kPage - 4 : kPage);
    char *const start = emit_add(emit_set(bad - 2 * BY_MACHINE(4, 5), 1), 2);
    emit_set(start, 5);
    emit_add(emit_illegal(start), 0);
    char *const end = start + BY_MACHINE(4, 5);
    emit_ret(emit_add(end, i));
    publish(code, 2 * kPage);
    right += call_code(bad - 2 * BY_MACHINE(4, 5)) == 123 + i;
  }
  printf("illegal instructions repaired: %d, %d exact\n", right, handled);
}

static void open_page(int number, siginfo_t *info, void *context) {
  (void)number;
  char *const pc = frame_pc(context);
  handled += pc == (char *)info->si_addr;
  must(mprotect((char *)((uintptr_t)pc & ~(uintptr_t)(kPage - 1)), kPage, kReadExecute));
}

// Code becomes executable when it is reached: page after page.
static void executable_on_demand(void) {
  install_info_handler(SIGSEGV, open_page, 0);
  int right = 0;
  handled = 0;
  for (int i = 0; i < 20; i++) {
    must(mprotect(code, 4 * kPage, kReadWrite));
    char *at = emit_set(code, 0);
    for (int page = 0; page < 3; page++) {
      emit_jump(at, code + (page + 1) * kPage + 64);
      at = emit_add(code + (page + 1) * kPage + 64, i + page);
    }
    emit_ret(at);
    publish(code, 4 * kPage);
    right += call_code(code) == 3 * i + 3;
  }
  printf("executable on demand: %d, %d exact\n", right, handled);
}

int main(void) {
  code = code_pages(4, kAllAccess);
  handler_of_code();
  endless_loop();
  self_repair();
  executable_on_demand();
  return 0;
}
