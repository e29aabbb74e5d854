// setitimer(2), ITIMER_VIRTUAL and ITIMER_PROF: count the processor time of the process, send
// SIGVTALRM and SIGPROF, and interrupt a loop that makes no system call.
// covers: setitimer getitimer
#include "guest.h"

static volatile int virtual_ticks, profile_ticks;

static void handler(int number) {
  if (number == SIGVTALRM) virtual_ticks++;
  if (number == SIGPROF) profile_ticks++;
}

int main(void) {
  install_handler(SIGVTALRM, handler, 0);
  install_handler(SIGPROF, handler, 0);
  struct itimerval timer = {{0, 10000}, {0, 10000}}, off = {{0, 0}, {0, 0}}, left;
  show(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  while (virtual_ticks < 3) {
  }
  show(setitimer(ITIMER_VIRTUAL, &off, &left));
  expect(left.it_interval.tv_usec == 10000);
  show(setitimer(ITIMER_PROF, &timer, NULL));
  while (profile_ticks < 3) {
  }
  show(setitimer(ITIMER_PROF, &off, NULL));
  // Sleeping uses no processor time.
  timer.it_value.tv_usec = 900000;
  show(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  sleep_ms(20);
  must(getitimer(ITIMER_VIRTUAL, &left));
  expect(left.it_value.tv_sec == 0 && left.it_value.tv_usec > 800000);
  return 0;
}
