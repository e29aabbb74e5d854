// adjtimex(2), clock_adjtime(2), settimeofday(2), clock_settime(2): anybody may look, and nobody
// without privilege may set.
// covers: adjtimex clock_adjtime settimeofday clock_settime
#include "guest.h"
#include <sys/timex.h>

int main(void) {
  if (geteuid() == 0) must(setuid(65534));
  struct timex state;
  memset(&state, 0, sizeof state);
  const int result = adjtimex(&state);
  expect(result >= 0 && result <= 5);
  expect(state.tick >= 9000 && state.tick <= 11000);
  expect(state.time.tv_sec > 1500000000);
  state.modes = ADJ_OFFSET_SS_READ;
  expect(adjtimex(&state) >= 0);
  memset(&state, 0, sizeof state);
  expect(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &state) == result);
  state.modes = ADJ_FREQUENCY;
  show(adjtimex(&state));
  show(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &state));
  state.modes = ADJ_OFFSET_SINGLESHOT;
  show(adjtimex(&state));
  state.modes = 0x8000;
  show(adjtimex(&state));
  state.modes = 0;
  show(syscall(SYS_clock_adjtime, CLOCK_MONOTONIC, &state));
  show(syscall(SYS_clock_adjtime, 77, &state));
  show(syscall(SYS_adjtimex, 16L));
  show(syscall(SYS_clock_adjtime, CLOCK_REALTIME, 16L));
  struct timeval now;
  must(gettimeofday(&now, NULL));
  show(settimeofday(&now, NULL));
  const struct timespec time = {now.tv_sec, 0};
  show(clock_settime(CLOCK_REALTIME, &time));
  return 0;
}
