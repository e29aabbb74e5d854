// clock_nanosleep(2), TIMER_ABSTIME: sleeps until a time, which may be past; it returns its error
// and knows which clocks can be slept on.
// covers: clock_nanosleep clock_gettime
#include "guest.h"

static const char *sleep_on(clockid_t clock, int flags, const struct timespec *time) {
  return errno_name(clock_nanosleep(clock, flags, time, NULL));
}

static void try(clockid_t clock) {
  struct timespec time, now;
  must(clock_gettime(clock, &time));
  time.tv_nsec += 20000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_nsec -= 1000000000;
    time.tv_sec++;
  }
  printf("clock %d: %s\n", (int)clock, sleep_on(clock, TIMER_ABSTIME, &time));
  must(clock_gettime(clock, &now));
  expect(now.tv_sec > time.tv_sec || (now.tv_sec == time.tv_sec && now.tv_nsec >= time.tv_nsec));
  time = (struct timespec){1, 0};
  printf("past: %s\n", sleep_on(clock, TIMER_ABSTIME, &time));
  time = (struct timespec){0, 1000000};
  printf("relative: %s\n", sleep_on(clock, 0, &time));
}

int main(void) {
  try(CLOCK_REALTIME);
  try(CLOCK_MONOTONIC);
  try(CLOCK_BOOTTIME);
  struct timespec time = {0, 1000000000};
  printf("%s\n", sleep_on(CLOCK_MONOTONIC, 0, &time));
  time = (struct timespec){0, 0};
  printf("%s\n", sleep_on(77, 0, &time));
  show(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &time, NULL));
  show(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, 16L, NULL));
  return 0;
}
