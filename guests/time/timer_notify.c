// timer_create(2): SIGEV_NONE only counts down, SIGEV_THREAD_ID signals one thread; what is no
// notification, no clock and no timer is refused.
// covers: timer_create timer_settime timer_gettime timer_getoverrun timer_delete
#include "guest.h"

// glibc and musl name the kernel's field differently.
static struct sigevent event_of(int notify, int number, int tid) {
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = notify;
  event.sigev_signo = number;
  memcpy((char *)&event + 16, &tid, sizeof tid);
  return event;
}

static long create(clockid_t clock, int notify, int number, int tid) {
  int id;
  struct sigevent event = event_of(notify, number, tid);
  const long made = syscall(SYS_timer_create, clock, &event, &id);
  if (made == 0) must(syscall(SYS_timer_delete, id));
  return made;
}

int main(void) {
  struct sigevent event = event_of(SIGEV_NONE, 0, 0);
  int id;
  must(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  struct itimerspec setting = {{0, 0}, {0, 1}}, left;
  show(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  show(syscall(SYS_timer_gettime, id, &left));
  expect(left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
  setting = (struct itimerspec){{7, 0}, {0, 1}};
  show(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  show(syscall(SYS_timer_gettime, id, &left));
  expect(left.it_value.tv_sec == 6 && left.it_interval.tv_sec == 7);
  show(syscall(SYS_timer_getoverrun, id));
  show(syscall(SYS_timer_delete, id));

  change_mask(SIG_BLOCK, SIGUSR1);
  const int tid = (int)syscall(SYS_gettid);
  event = event_of(4, SIGUSR1, tid);
  show(syscall(SYS_timer_create, CLOCK_BOOTTIME, &event, &id));
  setting = (struct itimerspec){{0, 0}, {0, 1000}};
  show(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  const sigset_t set = set_of(SIGUSR1);
  expect(sigwaitinfo(&set, NULL) == SIGUSR1);

  show(create(CLOCK_MONOTONIC, 4, SIGUSR1, 1));
  show(create(CLOCK_MONOTONIC, 4, SIGUSR1, -1));
  show(create(CLOCK_MONOTONIC, 3, SIGUSR1, 0));
  show(create(CLOCK_MONOTONIC, 77, SIGUSR1, 0));
  show(create(CLOCK_MONOTONIC, SIGEV_SIGNAL, 0, 0));
  show(create(CLOCK_MONOTONIC, SIGEV_SIGNAL, 65, 0));
  show(create(CLOCK_MONOTONIC, SIGEV_SIGNAL, 64, 0));
  show(create(CLOCK_MONOTONIC, SIGEV_THREAD, SIGUSR1, 0));
  show(create(CLOCK_MONOTONIC, SIGEV_NONE, 99, 0));
  show(create(CLOCK_PROCESS_CPUTIME_ID, SIGEV_NONE, 0, 0));
  show(create(CLOCK_THREAD_CPUTIME_ID, SIGEV_NONE, 0, 0));
  show(create(CLOCK_TAI, SIGEV_NONE, 0, 0));
  show(create(CLOCK_MONOTONIC_RAW, SIGEV_NONE, 0, 0));
  show(create(CLOCK_REALTIME_COARSE, SIGEV_NONE, 0, 0));
  show(create(10, SIGEV_NONE, 0, 0));
  show(create(77, SIGEV_NONE, 0, 0));
  show(syscall(SYS_timer_create, CLOCK_MONOTONIC, 16L, &id));
  show(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, 16L));

  show(syscall(SYS_timer_settime, 12345, 0, &setting, NULL));
  show(syscall(SYS_timer_settime, id, 0, NULL, NULL));
  show(syscall(SYS_timer_settime, id, 0, 16L, NULL));
  setting.it_value.tv_nsec = 1000000000;
  show(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  setting.it_value = (struct timespec){-1, 0};
  show(syscall(SYS_timer_settime, id, 0, &setting, NULL));
  setting.it_value = (struct timespec){1000, 0};
  show(syscall(SYS_timer_settime, id, 0, &setting, 16L));
  show(syscall(SYS_timer_gettime, id, &left));
  expect(left.it_value.tv_sec >= 990);  // it was set all the same
  show(syscall(SYS_timer_gettime, id, 16L));
  show(syscall(SYS_timer_getoverrun, 12345));
  show(syscall(SYS_timer_delete, -1));
  return 0;
}
