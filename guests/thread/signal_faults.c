// signal(7), sigaltstack(2): a fault is the signal of the thread that made it, handled on that
// thread's own alternate stack, wherever the other threads are; blocked or unhandled it ends the
// process; SIGPIPE goes to the thread that wrote.
// covers: sigaltstack rt_sigaction rt_sigprocmask tgkill write
#include "guest.h"
#include "thread.h"
#include <setjmp.h>

enum { kStack = 16 * kPage };

static _Thread_local sigjmp_buf back;
static _Thread_local char *own_stack;
static _Thread_local char *volatile target;
static _Thread_local int own_id, faults, wrong;
static atomic_uint gate;

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  char here;
  faults += 1;
  wrong += self_id() != own_id;
  wrong += &here < own_stack || &here >= own_stack + kStack;
  wrong += number == SIGSEGV && info->si_addr != target;
  siglongjmp(back, 1);
}

static void *fault_often(void *unmapped) {
  own_id = self_id();
  own_stack = (char *)new_stack() - kStack;
  const stack_t stack = {.ss_sp = own_stack, .ss_size = kStack};
  must(sigaltstack(&stack, NULL));
  target = (char *)unmapped + own_id % 64 * 8;
  pass_gate(&gate);
  for (volatile int i = 0; i < 20; ++i) {
    if (sigsetjmp(back, 1) == 0) *target = 1;
  }
  const stack_t none = {.ss_flags = SS_DISABLE};
  must(sigaltstack(&none, NULL));
  munmap(own_stack, kStack);
  return (void *)(long)(faults * 100 + wrong);
}

static void *wait_at_gate(void *unused) {
  (void)unused;
  static atomic_uint closed;
  pass_gate(&closed);
  return NULL;
}

static void *fault_now(void *unused) {
  (void)unused;
  *(volatile char *)8 = 1;
  return NULL;
}
static void *fault_blocked(void *unused) {
  const sigset_t set = set_of(SIGSEGV);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  return fault_now(unused);
}
static void *abort_now(void *unused) {
  (void)unused;
  abort();
}
static void *overflow(void *depth) {
  volatile char frame[4096];
  for (int i = 0; i < 4096; ++i) frame[i] = (char)i;
  if ((long)depth < 0) return NULL;
  void *const below = overflow((char *)depth + frame[7]);
  return (char *)below + frame[5];
}

static void *(*chosen)(void *);
static void in_a_thread(void) {
  struct thread threads[3];
  for (int i = 0; i < 2; ++i) start(&threads[i], wait_at_gate, NULL);
  start(&threads[2], chosen, NULL);
  join(&threads[0]);
}
static void dies(const char *what, void *(*body)(void *)) {
  chosen = body;
  print_status(what, in_child(in_a_thread));
}

static int broken[2];
static void *write_to_nobody(void *unused) {
  (void)unused;
  const sigset_t set = set_of(SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  const bool failed = write(broken[1], "x", 1) == -1 && errno == EPIPE;
  sigset_t pending;
  sigpending(&pending);
  const struct timespec none = {0, 0};
  open_gate(&gate);
  while (atomic_load(&gate) != 2) sched_yield();
  return (void *)(long)(failed && sigismember(&pending, SIGPIPE) == 1 &&
                        sigtimedwait(&set, NULL, &none) == SIGPIPE);
}

int main(void) {
  char *const unmapped = mmap(NULL, kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  install_info_handler(SIGSEGV, handler, SA_ONSTACK);
  struct thread threads[4];
  for (int i = 0; i < 4; ++i) start(&threads[i], fault_often, unmapped);
  open_gate(&gate);
  for (int i = 0; i < 4; ++i) show((long)join(&threads[i]));
  dies("handler, but blocked", fault_blocked);
  must(signal(SIGSEGV, SIG_DFL) == SIG_ERR ? -1 : 0);
  dies("fault", fault_now);
  must(signal(SIGSEGV, SIG_IGN) == SIG_ERR ? -1 : 0);
  dies("ignored fault", fault_now);
  must(signal(SIGSEGV, SIG_DFL) == SIG_ERR ? -1 : 0);
  dies("abort", abort_now);
  dies("stack overflow", overflow);
  must(pipe(broken));
  must(close(broken[0]));
  change_mask(SIG_BLOCK, SIGPIPE);
  atomic_store(&gate, 0);
  start(&threads[0], write_to_nobody, NULL);
  pass_gate(&gate);
  sigset_t pending;
  sigpending(&pending);
  expect(sigismember(&pending, SIGPIPE) == 0);
  atomic_store(&gate, 2);
  show((long)join(&threads[0]));
  return 0;
}
