// timerfd_create(2): reads tell how often it has expired and wait for the first time; settime
// returns the old setting; absolute times in the past expire at once.
// covers: timerfd_create timerfd_settime timerfd_gettime read ppoll
#include "guest.h"
#include <poll.h>
#include <sys/timerfd.h>

int main(void) {
  const int fd = (int)must(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  uint64_t count = 0;
  struct itimerspec setting = {{0, 0}, {0, 10000000}}, old;
  show(timerfd_settime(fd, 0, &setting, NULL));
  show(read(fd, &count, sizeof count));
  show(count);
  must(fcntl(fd, F_SETFL, O_NONBLOCK));
  show(read(fd, &count, sizeof count));
  setting = (struct itimerspec){{0, 1000000}, {0, 1000000}};
  show(timerfd_settime(fd, 0, &setting, NULL));
  sleep_ms(20);
  struct pollfd one = {.fd = fd, .events = POLLIN};
  show(poll(&one, 1, 1000));
  show(read(fd, &count, sizeof count));
  expect(count >= 10);
  setting = (struct itimerspec){{7, 0}, {100, 0}};
  show(timerfd_settime(fd, 0, &setting, &old));
  expect(old.it_interval.tv_nsec == 1000000);
  show(timerfd_gettime(fd, &old));
  expect(old.it_interval.tv_sec == 7 && old.it_value.tv_sec >= 98 && old.it_value.tv_sec <= 100);
  show(poll(&one, 1, 0));
  setting = (struct itimerspec){{0, 0}, {1, 0}};
  show(timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, NULL));
  show(read(fd, &count, sizeof count));
  show(count);
  setting.it_value.tv_sec = 0;
  show(timerfd_settime(fd, 0, &setting, NULL));
  show(timerfd_gettime(fd, &old));
  expect(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
  show(read(fd, &count, 4));
  show(write(fd, &count, 8));
  setting.it_value.tv_nsec = 1000000000;
  show(timerfd_settime(fd, 0, &setting, NULL));
  setting.it_value.tv_nsec = 1;
  show(timerfd_settime(fd, 0x100, &setting, NULL));
  show(timerfd_settime(1, 0, &setting, NULL));
  show(timerfd_settime(9999, 0, &setting, NULL));
  show_ok(timerfd_create(CLOCK_REALTIME, 0));
  show(timerfd_create(77, 0));
  show(timerfd_create(CLOCK_MONOTONIC, 77));
  return 0;
}
