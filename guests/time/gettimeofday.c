// gettimeofday(2), time(2): agree with the real-time clock, in microseconds and seconds; NULL is
// allowed, a bad address EFAULT.
// covers: gettimeofday clock_gettime
#include "guest.h"

int main(void) {
  struct timeval day = {-1, -1};
  struct timespec real;
  show(gettimeofday(&day, NULL));
  must(clock_gettime(CLOCK_REALTIME, &real));
  expect(day.tv_usec >= 0 && day.tv_usec < 1000000);
  expect(real.tv_sec - day.tv_sec <= 1 && real.tv_sec >= day.tv_sec);
  expect(labs(time(NULL) - real.tv_sec) <= 1);
  time_t stored = -1;
  expect(time(&stored) == stored);
  expect(day.tv_sec > 1500000000);
  show(syscall(SYS_gettimeofday, &day, NULL));
  show(syscall(SYS_gettimeofday, NULL, NULL));
  struct timezone zone = {-1, -1};
  show(syscall(SYS_gettimeofday, &day, &zone));
  expect(zone.tz_minuteswest != -1 && zone.tz_dsttime != -1);
  show(syscall(SYS_gettimeofday, 16L, NULL));
  show(syscall(SYS_gettimeofday, NULL, 16L));
  return 0;
}
