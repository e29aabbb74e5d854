// timer_create(2) on CPU time: a process's and a thread's clock drive timers while it computes, and
// stand still while it sleeps.
// covers: timer_create timer_settime clock_gettime
#include "guest.h"

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

static void run(clockid_t clock) {
  calls = 0;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  timer_t timer;
  must(timer_create(clock, &event, &timer));
  struct itimerspec setting = {{0, 0}, {0, 5000000}};
  struct timespec before, after;
  must(clock_gettime(clock, &before));
  show(timer_settime(timer, 0, &setting, NULL));
  while (calls == 0) continue;
  must(clock_gettime(clock, &after));
  expect((after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec >= 5000000);
  show(calls);
  setting.it_value.tv_sec = 1000;
  show(timer_settime(timer, 0, &setting, NULL));
  show(timer_gettime(timer, &setting));
  expect(setting.it_value.tv_sec >= 999 && setting.it_value.tv_sec <= 1000);
  // Used up long ago.
  show(timer_settime(timer, TIMER_ABSTIME, &(struct itimerspec){{0, 0}, {0, 1}}, NULL));
  while (calls == 1) continue;
  show(timer_delete(timer));
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  run(CLOCK_PROCESS_CPUTIME_ID);
  run(CLOCK_THREAD_CPUTIME_ID);
  return 0;
}
