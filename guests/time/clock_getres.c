// clock_getres(2): every clock has a resolution between a nanosecond and a tick; NULL only asks
// whether the clock exists.
// covers: clock_getres
#include "guest.h"

int main(void) {
  static const clockid_t kClocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME,
                                      CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  for (size_t i = 0; i < sizeof kClocks / sizeof kClocks[0]; i++) {
    struct timespec resolution = {-1, -1};
    show(clock_getres(kClocks[i], &resolution));
    printf("%d: %ld %ld\n", (int)kClocks[i], (long)resolution.tv_sec, resolution.tv_nsec);
  }
  struct timespec coarse = {-1, -1};
  show(clock_getres(CLOCK_MONOTONIC_COARSE, &coarse));
  expect(coarse.tv_sec == 0 && coarse.tv_nsec >= 1 && coarse.tv_nsec <= 10000000);
  show(syscall(SYS_clock_getres, CLOCK_REALTIME, NULL));
  show(syscall(SYS_clock_getres, 77, NULL));
  show(syscall(SYS_clock_getres, CLOCK_REALTIME, 16L));
  return 0;
}
