// futex(2): a wait ends with ETIMEDOUT after a relative time, or at an absolute one for the BITSET
// kind; odd times are EINVAL, and a handler makes it EINTR.
// covers: futex setitimer
#include "guest.h"
#include <linux/futex.h>

static uint32_t word = 1;

static void handler(int number) { (void)number; }

int main(void) {
  struct timespec before, after, time = {0, 20000000};
  must(clock_gettime(CLOCK_MONOTONIC, &before));
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &time, NULL, 0));
  must(clock_gettime(CLOCK_MONOTONIC, &after));
  expect((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec >= 20000000);
  time = (struct timespec){1, 0};
  show(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 1, &time, NULL, ~0u));
  must(clock_gettime(CLOCK_REALTIME, &time));
  show(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &time, NULL, ~0u));
  time = (struct timespec){0, 0};
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &time, NULL, 0));
  time = (struct timespec){0, 1000000000};
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &time, NULL, 0));
  time = (struct timespec){-1, 0};
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &time, NULL, 0));
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, 16L, NULL, 0));
  install_handler(SIGALRM, handler, 0);
  const struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  show(syscall(SYS_futex, &word, FUTEX_WAIT, 1, NULL, NULL, 0));
  must(setitimer(ITIMER_REAL, &never, NULL));
  return 0;
}
