// getitimer(2): a timer never set reads as zero, one set counts down, the kinds are independent,
// and alarm uses the real one.
// covers: getitimer setitimer
#include "guest.h"

static void show_timer(const char *what, int which, long wanted) {
  struct itimerval timer = {{-1, -1}, {-1, -1}};
  must(getitimer(which, &timer));
  // What is left of a whole number of seconds, which Linux may round up by a tick.
  const long left = (long)timer.it_value.tv_sec * 100 + timer.it_value.tv_usec / 10000;
  printf("%s: value right %d, interval %ld\n", what,
         wanted == 0 ? left == 0 : left >= wanted * 100 - 200 && left <= wanted * 100 + 2,
         (long)timer.it_interval.tv_sec);
}

int main(void) {
  static const int kKinds[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
  for (int i = 0; i < 3; i++) show_timer("unset", kKinds[i], 0);
  for (int i = 0; i < 3; i++) {
    const struct itimerval timer = {{10 + i, 0}, {100 * (i + 1), 0}};
    must(setitimer(kKinds[i], &timer, NULL));
  }
  for (int i = 0; i < 3; i++) show_timer("set", kKinds[i], 100 * (i + 1));
  expect(alarm(50) >= 99);
  show_timer("after alarm", ITIMER_REAL, 50);
  show_timer("untouched", ITIMER_VIRTUAL, 200);
  expect(alarm(0) >= 49);
  show_timer("after alarm(0)", ITIMER_REAL, 0);
  show(syscall(SYS_setitimer, ITIMER_PROF, NULL, NULL));
  show_timer("after setitimer with NULL", ITIMER_PROF, 0);
  return 0;
}
