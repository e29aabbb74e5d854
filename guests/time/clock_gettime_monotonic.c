// clock_gettime(2): every clock has whole nanoseconds below a second, the monotonic ones never go
// back, processor time is not wall time, unknown clocks are EINVAL.
// covers: clock_gettime
#include "guest.h"

static int64_t nanoseconds(clockid_t clock) {
  struct timespec now = {-1, -1};
  must(clock_gettime(clock, &now));
  if (now.tv_nsec < 0 || now.tv_nsec > 999999999) printf("clock %d: odd nanoseconds\n", (int)clock);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int main(void) {
  static const clockid_t kClocks[] = {CLOCK_MONOTONIC,          CLOCK_MONOTONIC_RAW,
                                      CLOCK_MONOTONIC_COARSE,   CLOCK_BOOTTIME,
                                      CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  for (size_t i = 0; i < sizeof kClocks / sizeof kClocks[0]; i++) {
    int64_t last = nanoseconds(kClocks[i]);
    int backwards = 0;
    for (int k = 0; k < 1000; k++) {
      const int64_t now = nanoseconds(kClocks[i]);
      backwards += now < last;
      last = now;
    }
    printf("clock %d: went back %d times\n", (int)kClocks[i], backwards);
  }
  expect(nanoseconds(CLOCK_REALTIME) > INT64_C(1500000000) * 1000000000);
  expect(llabs(nanoseconds(CLOCK_REALTIME_COARSE) - nanoseconds(CLOCK_REALTIME)) < 1000000000);
  const int64_t before = nanoseconds(CLOCK_MONOTONIC);
  const int64_t used = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  sleep_ms(150);
  expect(nanoseconds(CLOCK_MONOTONIC) - before >= 150000000);
  expect(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - used < 100000000);
  volatile long work = 0;
  const int64_t start = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  while (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) < start + 5000000) work++;
  expect(nanoseconds(CLOCK_THREAD_CPUTIME_ID) >= 5000000);
  struct timespec now;
  show(clock_gettime(77, &now));
  show(syscall(SYS_clock_gettime, CLOCK_REALTIME, 16L));
  return 0;
}
