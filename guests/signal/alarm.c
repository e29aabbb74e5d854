// alarm(2): one alarm per process, the old one's rest in whole seconds is returned, zero cancels,
// and by default SIGALRM kills.
// covers: setitimer
#include "guest.h"

static void killed_by_alarm(void) {
  signal(SIGALRM, SIG_DFL);
  const struct itimerval soon = {{0, 0}, {0, 10000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  for (;;) pause();
}

static void busy_until_alarm(void) {
  signal(SIGALRM, SIG_DFL);
  const struct itimerval soon = {{0, 0}, {0, 10000}};
  must(setitimer(ITIMER_REAL, &soon, NULL));
  for (volatile int forever = 1; forever;) {
  }
}

int main(void) {
  show(alarm(0));
  show(alarm(100));
  show(alarm(50));
  show(alarm(0));
  show(alarm(0));
  print_status("sleeping child", in_child(killed_by_alarm));
  print_status("busy child", in_child(busy_until_alarm));
  return 0;
}
