// sigprocmask(2): BLOCK, UNBLOCK and SETMASK do what they say and return the old mask; SIGKILL and
// SIGSTOP cannot be blocked; unblocking delivers at least one pending signal before returning.
// covers: rt_sigprocmask rt_sigaction
#include "guest.h"

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

static void show_set(const char *what, const sigset_t *set) {
  printf("%s:", what);
  for (int number = 1; number < 32; number++) {
    if (sigismember(set, number) == 1) printf(" %d", number);
  }
  printf("\n");
}

int main(void) {
  sigset_t none, all, some, old;
  sigemptyset(&none);
  sigfillset(&all);
  show(sigprocmask(SIG_SETMASK, &none, NULL));
  some = set_of(SIGUSR1);
  sigaddset(&some, SIGHUP);
  show(sigprocmask(SIG_BLOCK, &some, &old));
  show_set("old", &old);
  some = set_of(SIGHUP);
  sigaddset(&some, SIGTERM);
  show(sigprocmask(SIG_UNBLOCK, &some, &old));
  show_set("old", &old);
  show(sigprocmask(SIG_BLOCK, NULL, &old));
  show_set("now", &old);
  show(sigprocmask(SIG_SETMASK, &all, &old));
  show(sigprocmask(SIG_SETMASK, &none, &old));
  show_set("all", &old);
  show(sigprocmask(77, &all, &old));
  show(sigprocmask(77, NULL, &old));
  show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &none, NULL, 16L));
  show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 16L, NULL, 8L));
  show(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, 16L, 8L));

  install_handler(SIGUSR1, handler, 0);
  change_mask(SIG_BLOCK, SIGUSR1);
  must(kill(getpid(), SIGUSR1));
  const int before = calls;
  change_mask(SIG_UNBLOCK, SIGUSR1);
  printf("calls before %d, after %d\n", before, calls);

  struct sigaction action = {.sa_handler = handler};
  show(sigaction(SIGKILL, &action, NULL));
  show(sigaction(SIGSTOP, &action, NULL));
  show(sigaction(SIGKILL, NULL, &action));
  show(sigaction(0, NULL, &action));
  show(sigaction(65, NULL, &action));
  show(syscall(SYS_rt_sigaction, SIGUSR1, 16L, NULL, 8L));
  show(syscall(SYS_rt_sigaction, SIGUSR1, NULL, 16L, 8L));
  show(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4L));
  return 0;
}
