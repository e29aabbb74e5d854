// signal(7): a standard signal is pending at most once, with the information of its first sender; a
// real-time one as often as it was sent.
// covers: kill rt_sigqueueinfo rt_sigpending
#include "guest.h"

static volatile int standard, real_time, first_value;

static void handler(int number, siginfo_t *info, void *context) {
  (void)context;
  if (number == SIGUSR1) {
    standard++;
    first_value = info->si_value.sival_int;
  } else {
    real_time++;
  }
}

int main(void) {
  install_info_handler(SIGUSR1, handler, 0);
  install_info_handler(SIGRTMIN + 3, handler, 0);
  change_mask(SIG_BLOCK, SIGUSR1);
  change_mask(SIG_BLOCK, SIGRTMIN + 3);
  for (int i = 0; i < 10; i++) {
    const union sigval value = {.sival_int = 100 + i};
    must(sigqueue(getpid(), SIGUSR1, value));
    must(sigqueue(getpid(), SIGRTMIN + 3, value));
  }
  sigset_t pending;
  must(sigpending(&pending));
  expect(sigismember(&pending, SIGUSR1) == 1);
  expect(sigismember(&pending, SIGRTMIN + 3) == 1);
  show(standard + real_time);
  change_mask(SIG_UNBLOCK, SIGUSR1);
  change_mask(SIG_UNBLOCK, SIGRTMIN + 3);
  show(standard);
  show(first_value);
  show(real_time);
  // Ignoring a signal discards it.
  change_mask(SIG_BLOCK, SIGUSR1);
  must(raise(SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  must(sigpending(&pending));
  expect(sigismember(&pending, SIGUSR1) == 0);
  return 0;
}
