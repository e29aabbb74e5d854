// times(2): processor time only grows, in ticks of sysconf(_SC_CLK_TCK), and a child starts at
// zero.
// covers: times clone
#include "guest.h"
#include <sys/times.h>

static void child(void) {
  struct tms now;
  must(times(&now));
  expect(now.tms_utime + now.tms_stime <= 2);
  expect(now.tms_cutime == 0 && now.tms_cstime == 0);
}

int main(void) {
  show(sysconf(_SC_CLK_TCK));
  struct tms before, after;
  const clock_t start = times(&before);
  expect(start != (clock_t)-1);
  volatile unsigned long work = 0;
  do {
    for (int i = 0; i < 100000; i++) work += i;
    must(times(&after));
  } while (after.tms_utime + after.tms_stime < before.tms_utime + before.tms_stime + 4);
  expect(times(NULL) - start >= 2);
  expect(after.tms_utime >= before.tms_utime && after.tms_stime >= before.tms_stime);
  expect(after.tms_cutime == 0 && after.tms_cstime == 0);
  print_status("child", in_child(child));
  show(syscall(SYS_times, 16L));
  return 0;
}
