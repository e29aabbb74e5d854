// setitimer(2), ITIMER_REAL: fires once or again and again, tells what was left when replaced, and
// is not inherited by children.
// covers: setitimer getitimer rt_sigsuspend
#include "guest.h"

static volatile int ticks;

static void handler(int number) {
  (void)number;
  ticks++;
}

static void child(void) {
  struct itimerval timer;
  must(getitimer(ITIMER_REAL, &timer));
  printf("child's timer: %ld s\n", (long)timer.it_value.tv_sec);
}

int main(void) {
  change_mask(SIG_BLOCK, SIGALRM);
  install_handler(SIGALRM, handler, 0);
  sigset_t none;
  sigemptyset(&none);
  struct itimerval timer = {{0, 0}, {0, 10000}}, old;
  show(setitimer(ITIMER_REAL, &timer, NULL));
  show(sigsuspend(&none));
  show(ticks);
  show(getitimer(ITIMER_REAL, &timer));
  expect(timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0);

  timer.it_value.tv_usec = timer.it_interval.tv_usec = 5000;
  show(setitimer(ITIMER_REAL, &timer, NULL));
  while (ticks < 5) sigsuspend(&none);
  timer.it_value.tv_sec = 100;
  timer.it_interval.tv_sec = 7;
  show(setitimer(ITIMER_REAL, &timer, &old));
  expect(old.it_interval.tv_usec == 5000 && old.it_value.tv_usec <= 5000);
  show(getitimer(ITIMER_REAL, &old));
  expect(old.it_interval.tv_sec == 7 && old.it_interval.tv_usec == 5000);
  expect(old.it_value.tv_sec == 100 || old.it_value.tv_sec == 99);
  print_status("child", in_child(child));
  timer.it_value.tv_sec = timer.it_value.tv_usec = 0;
  show(setitimer(ITIMER_REAL, &timer, NULL));
  show(getitimer(ITIMER_REAL, &old));
  expect(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
  timer.it_value.tv_usec = 1000000;
  show(setitimer(ITIMER_REAL, &timer, NULL));
  timer.it_value.tv_usec = -1;
  show(setitimer(ITIMER_REAL, &timer, NULL));
  timer.it_value.tv_usec = 0;
  show(setitimer(77, &timer, NULL));
  show(getitimer(77, &timer));
  show(syscall(SYS_setitimer, ITIMER_REAL, 16L, NULL));
  show(syscall(SYS_getitimer, ITIMER_REAL, 16L));
  return 0;
}
