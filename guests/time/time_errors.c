// clock_settime(2), settimeofday(2): odd values and clocks that cannot be set are EINVAL for
// everybody, before any question of privilege.
// covers: clock_settime settimeofday
#include "guest.h"

int main(void) {
  const struct timespec odd = {0, 1000000000}, zero = {0, 0};
  show(clock_settime(CLOCK_MONOTONIC, &zero));
  show(clock_settime(CLOCK_BOOTTIME, &zero));
  show(clock_settime(77, &zero));
  show(clock_settime(CLOCK_REALTIME, &odd));
  show(syscall(SYS_clock_settime, CLOCK_REALTIME, 16L));
  const struct timeval odd_day = {0, 1000000};
  show(syscall(SYS_settimeofday, &odd_day, NULL));
  show(syscall(SYS_settimeofday, 16L, NULL));
  return 0;
}
