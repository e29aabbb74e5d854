// Calls that read or write a time: it may end at the edge of memory, one byte over is EFAULT.
// covers: clock_gettime clock_getres gettimeofday nanosleep clock_nanosleep setitimer getitimer
// covers: times timerfd_settime timerfd_gettime utimensat
#include "guest.h"
#include "edge.h"
#include <sys/timerfd.h>
#include <sys/times.h>

int main(void) {
  const struct timespec short_time = {0, 1000};
  const struct itimerval off = {{0, 0}, {0, 0}};
  const struct itimerspec soon = {{0, 0}, {100, 0}};
  const size_t timespec = sizeof short_time;
  at_edges(timespec, NULL, syscall(SYS_clock_gettime, CLOCK_MONOTONIC, p));
  at_edges(timespec, NULL, syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, p));
  at_edges(timespec, NULL, syscall(SYS_clock_getres, CLOCK_MONOTONIC, p));
  at_edges(sizeof(struct timeval), NULL, syscall(SYS_gettimeofday, p, NULL));
  at_edges(sizeof(struct timezone), NULL, syscall(SYS_gettimeofday, NULL, p));
  at_edges(timespec, &short_time, syscall(SYS_nanosleep, p, NULL));
  at_edges(timespec, &short_time, syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, p, NULL));
  at_edges(sizeof off, &off, syscall(SYS_setitimer, ITIMER_REAL, p, NULL));
  at_edges(sizeof off, NULL, syscall(SYS_setitimer, ITIMER_REAL, &off, p));
  at_edges(sizeof off, NULL, syscall(SYS_getitimer, ITIMER_REAL, p));
  at_edges(sizeof(struct tms), NULL, syscall(SYS_times, p));
  const int timer = (int)must(timerfd_create(CLOCK_MONOTONIC, 0));
  at_edges(sizeof soon, &soon, syscall(SYS_timerfd_settime, timer, 0, p, NULL));
  at_edges(sizeof soon, NULL, syscall(SYS_timerfd_settime, timer, 0, &soon, p));
  at_edges(sizeof soon, NULL, syscall(SYS_timerfd_gettime, timer, p));
  enter_scratch();
  write_file("file", "", 0600);
  const struct timespec both[2] = {{1, 2}, {3, 4}};
  at_edges(sizeof both, both, syscall(SYS_utimensat, AT_FDCWD, "file", p, 0));
  leave_scratch();
  return 0;
}
