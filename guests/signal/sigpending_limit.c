// getrlimit(2), RLIMIT_SIGPENDING: without room a queued real-time signal is EAGAIN, and so is a
// timer; kill(2) still gets through, a real-time signal of it without its siginfo.
// covers: rt_sigqueueinfo setrlimit timer_create kill
#include "guest.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  must(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0, 0}));
  const union sigval value = {.sival_int = 3};
  show(sigqueue(getpid(), SIGRTMIN, value));
  timer_t timer;
  show(timer_create(CLOCK_MONOTONIC, NULL, &timer));
  show(sigqueue(getpid(), SIGUSR1, value));
  show(kill(getpid(), SIGUSR2));
  show(kill(getpid(), SIGRTMIN));
  siginfo_t info;
  const struct timespec zero = {0, 0};
  for (int i = 0; i < 3; i++) {
    memset(&info, 0xff, sizeof info);
    const int got = sigtimedwait(&set, &info, &zero);
    printf("%d: code %d, pid %s, value %d\n", got == SIGRTMIN ? 0 : got, info.si_code,
           info.si_pid == getpid() ? "own"
           : info.si_pid == 0      ? "0"
                                   : "other",
           got == SIGUSR1 ? info.si_value.sival_int : 0);
  }
  show(sigtimedwait(&set, &info, &zero));
  return 0;
}
