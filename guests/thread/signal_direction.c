// signal(7), pthreads(7): a signal for the process is taken by a thread that does not block it,
// one for a thread by that thread; each has its own mask, pending set and alternate stack, and all
// have the same actions; what waits for a thread comes before what waits for the process.
// covers: kill tgkill rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigaction sigaltstack
// covers: signalfd4
#include "guest.h"
#include "thread.h"
#include <sys/signalfd.h>

static atomic_int handled_by, taken, pending_seen;
static atomic_uint gate, ready;

static void handler(int number) {
  (void)number;
  atomic_store(&handled_by, self_id());
}

static void mask(int how, int number) {
  const sigset_t set = set_of(number);
  must_be_0(pthread_sigmask(how, &set, NULL));
}

static bool is_pending(int number) {
  sigset_t set;
  must(sigpending(&set));
  return sigismember(&set, number) == 1;
}

static bool is_blocked(int number) {
  sigset_t set;
  must_be_0(pthread_sigmask(SIG_SETMASK, NULL, &set));
  return sigismember(&set, number) == 1;
}

static int by_whom(void) {
  int tid;
  while ((tid = atomic_exchange(&handled_by, 0)) == 0) sched_yield();
  return tid;
}

static void *open_to_usr1(void *unused) {
  (void)unused;
  const bool inherited = is_blocked(SIGUSR1) && !is_blocked(SIGUSR2);
  mask(SIG_UNBLOCK, SIGUSR1);
  mask(SIG_BLOCK, SIGUSR2);
  pass_gate(&gate);
  return (void *)(long)inherited;
}

static void who_takes_it(void) {
  struct thread thread;
  mask(SIG_BLOCK, SIGUSR1);
  start(&thread, open_to_usr1, NULL);
  until_asleep(thread.tid);
  show(kill(getpid(), SIGUSR1));
  expect(by_whom() == thread.tid);
  show(kill(getpid(), SIGUSR2));
  expect(by_whom() == getpid());
  show_error(pthread_kill(thread.handle, SIGUSR1));
  expect(by_whom() == thread.tid);
  show_error(pthread_kill(pthread_self(), SIGUSR2));
  expect(by_whom() == getpid());
  show_error(pthread_kill(thread.handle, 0));
  open_gate(&gate);
  show((long)join(&thread));
  mask(SIG_UNBLOCK, SIGUSR1);
}

static void *look_at_pending(void *unused) {
  (void)unused;
  open_gate(&ready);
  pass_gate(&gate);
  const int seen = is_pending(SIGUSR1) | is_pending(SIGUSR2) << 1;
  // Whoever opens to it first takes what waits for the process.
  mask(SIG_UNBLOCK, SIGUSR2);
  atomic_store(&pending_seen, seen);
  return (void *)(long)(is_pending(SIGUSR1) | is_pending(SIGUSR2) << 1);
}

static void pending(void) {
  struct thread thread;
  atomic_store(&gate, 0);
  mask(SIG_BLOCK, SIGUSR1);
  mask(SIG_BLOCK, SIGUSR2);
  start(&thread, look_at_pending, NULL);
  pass_gate(&ready);
  must_be_0(pthread_kill(pthread_self(), SIGUSR1));
  must(kill(getpid(), SIGUSR2));
  open_gate(&gate);
  show((long)join(&thread));
  expect(by_whom() == thread.tid);
  show(atomic_load(&pending_seen));
  expect(is_pending(SIGUSR1) && !is_pending(SIGUSR2));
  // The thread's own first, although its number is higher.
  must(kill(getpid(), SIGHUP));
  sigset_t both = set_of(SIGUSR1);
  sigaddset(&both, SIGHUP);
  int number = 0;
  must_be_0(sigwait(&both, &number));
  printf("first %s", signal_name(number));
  must_be_0(sigwait(&both, &number));
  printf(", then %s\n", signal_name(number));
  // One waits for the thread and one for the process; a third is none.
  must(kill(getpid(), SIGUSR1));
  must_be_0(pthread_kill(pthread_self(), SIGUSR1));
  must(kill(getpid(), SIGUSR1));
  const struct timespec none = {0, 0};
  show(sigtimedwait(&both, NULL, &none));
  show(sigtimedwait(&both, NULL, &none));
  show(sigtimedwait(&both, NULL, &none));
}

static void *take_queued(void *unused) {
  (void)unused;
  sigset_t set = set_of(SIGRTMIN + 3);
  sigaddset(&set, SIGRTMIN + 4);
  long sum = 0;
  siginfo_t info;
  while (sigwaitinfo(&set, &info) == SIGRTMIN + 3) {
    sum += info.si_value.sival_int;
    atomic_fetch_add(&taken, 1);
  }
  return (void *)sum;
}

// Each of many queued signals is taken by one of the threads that wait for them.
static void queued(void) {
  struct thread threads[4];
  for (int i = 0; i < 4; ++i) start(&threads[i], take_queued, NULL);
  for (int i = 1; i <= 60; ++i)
    must(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i}));
  while (atomic_load(&taken) < 60) sched_yield();
  for (int i = 0; i < 4; ++i) must(sigqueue(getpid(), SIGRTMIN + 4, (union sigval){0}));
  long sum = 0;
  for (int i = 0; i < 4; ++i) sum += (long)join(&threads[i]);
  show(sum);
}

static void *change_action(void *fd) {
  stack_t own;
  must(sigaltstack(NULL, &own));
  must(signal(SIGWINCH, SIG_IGN) == SIG_ERR ? -1 : 0);
  struct signalfd_siginfo info;
  const bool sees = read(*(int *)fd, &info, sizeof info) == sizeof info;
  return (void *)(long)(own.ss_flags == SS_DISABLE && !sees && errno == EAGAIN);
}

int main(void) {
  install_handler(SIGUSR1, handler, SA_RESTART);
  install_handler(SIGUSR2, handler, SA_RESTART);
  mask(SIG_BLOCK, SIGRTMIN + 3);
  mask(SIG_BLOCK, SIGRTMIN + 4);
  mask(SIG_BLOCK, SIGHUP);
  who_takes_it();
  pending();
  queued();
  const stack_t stack = {.ss_sp = (char *)new_stack() - 16 * kPage, .ss_size = 16 * kPage};
  must(sigaltstack(&stack, NULL));
  const sigset_t set = set_of(SIGUSR1);
  int fd = (int)must(signalfd(-1, &set, SFD_NONBLOCK));
  // For this thread alone, and so unseen by another that reads the descriptor.
  must_be_0(pthread_kill(pthread_self(), SIGUSR1));
  struct thread thread;
  start(&thread, change_action, &fd);
  show((long)join(&thread));
  struct signalfd_siginfo info;
  show(read(fd, &info, sizeof info) == sizeof info && info.ssi_signo == SIGUSR1);
  struct sigaction action;
  must(sigaction(SIGWINCH, NULL, &action));
  expect(action.sa_handler == SIG_IGN);
  return 0;
}
