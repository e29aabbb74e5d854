// ppoll(2): waits as long as asked and no shorter, the raw call writes back what is left, and a bad
// time is EINVAL.
// covers: ppoll clock_gettime
#include "guest.h"
#include <poll.h>

static long milliseconds_since(const struct timespec *start) {
  struct timespec now;
  must(clock_gettime(CLOCK_MONOTONIC, &now));
  return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

int main(void) {
  int channel[2];
  must(pipe(channel));
  struct pollfd one = {.fd = channel[0], .events = POLLIN};
  struct timespec start, time = {0, 30000000};
  must(clock_gettime(CLOCK_MONOTONIC, &start));
  show(ppoll(&one, 1, &time, NULL));
  expect(milliseconds_since(&start) >= 29);
  must(clock_gettime(CLOCK_MONOTONIC, &start));
  show(poll(&one, 1, 20));
  expect(milliseconds_since(&start) >= 19);
  time = (struct timespec){0, 1000000};
  show(syscall(SYS_ppoll, &one, 1L, &time, NULL, 0L));
  expect(time.tv_sec == 0 && time.tv_nsec == 0);
  must(write(channel[1], "x", 1));
  time = (struct timespec){100, 0};
  show(syscall(SYS_ppoll, &one, 1L, &time, NULL, 0L));
  expect(time.tv_sec == 99 || time.tv_sec == 100);
  time = (struct timespec){0, 1000000000};
  show(ppoll(&one, 1, &time, NULL));
  time = (struct timespec){-1, 0};
  show(ppoll(&one, 1, &time, NULL));
  show(syscall(SYS_ppoll, &one, 1L, 16L, NULL, 0L));
  return 0;
}
