// timerfd_create(2): TFD_IOC_SET_TICKS says how many expirations there are to read, where the
// kernel has it; TFD_TIMER_CANCEL_ON_SET goes with absolute times.
// covers: timerfd_settime ioctl
#include "guest.h"
#include <sys/ioctl.h>
#include <sys/timerfd.h>

int main(void) {
  const int fd = (int)must(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK));
  uint64_t ticks = 0;
  const struct itimerspec far = {{0, 0}, {4000000000, 0}};
  show(timerfd_settime(fd, TFD_TIMER_ABSTIME | (1 << 1), &far, NULL));
  show(timerfd_settime(fd, 4, &far, NULL));
  show(read(fd, &ticks, sizeof ticks));
  const unsigned long kSetTicks = 0x40085400;
  ticks = 5;
  const int known = ioctl(fd, kSetTicks, &ticks);
  expect(known == 0 || errno == ENOTTY);
  expect(known != 0 || (read(fd, &ticks, sizeof ticks) == 8 && ticks == 5));
  ticks = 0;
  expect(ioctl(fd, kSetTicks, &ticks) == -1 && errno == (known == 0 ? EINVAL : ENOTTY));
  return 0;
}
