// sigpending(2): tells the blocked signals that have arrived, for process and thread together,
// until they are taken. A blocked signal is kept even while it is ignored; ignoring it later
// discards it.
// covers: rt_sigpending rt_sigtimedwait kill tgkill
#include "guest.h"

static void show_pending(const char *when) {
  sigset_t pending;
  must(sigpending(&pending));
  printf("%s:", when);
  for (int number = 1; number < 32; number++) {
    if (sigismember(&pending, number) == 1) printf(" %s", signal_name(number));
  }
  if (sigismember(&pending, SIGRTMIN) == 1) printf(" SIGRTMIN");
  printf("\n");
}

int main(void) {
  sigset_t all;
  sigfillset(&all);
  must(sigprocmask(SIG_SETMASK, &all, NULL));
  signal(SIGHUP, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGQUIT, SIG_IGN);
  show_pending("at first");
  must(kill(getpid(), SIGHUP));
  must(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGINT));
  must(kill(getpid(), SIGRTMIN));
  must(kill(getpid(), SIGCHLD));
  show_pending("four sent");
  must(kill(getpid(), SIGQUIT));
  show_pending("an ignored one sent");
  const struct timespec now = {0, 0};
  expect(sigtimedwait(&all, NULL, &now) == SIGINT);
  expect(sigtimedwait(&all, NULL, &now) == SIGHUP);
  show_pending("two taken");
  signal(SIGCHLD, SIG_IGN);
  show_pending("another ignored");
  show(syscall(SYS_rt_sigpending, 16L, 8L));
  show(syscall(SYS_rt_sigpending, &all, 9L));
  return 0;
}
