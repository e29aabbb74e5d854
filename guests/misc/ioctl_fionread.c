// ioctl(2), FIONREAD, FIONBIO and FIOCLEX: the bytes a read would find, and the flags that fcntl
// sets.
// covers: ioctl fcntl
#include "guest.h"
#include <sys/ioctl.h>

int main(void) {
  enter_scratch();
  int channel[2], count = -1, on = 1;
  must(pipe(channel));
  show(ioctl(channel[0], FIONREAD, &count));
  show(count);
  must(write(channel[1], "12345", 5));
  must(write(channel[1], "678", 3));
  show(ioctl(channel[0], FIONREAD, &count));
  show(count);
  char text[4];
  must(read(channel[0], text, sizeof text));
  must(ioctl(channel[1], FIONREAD, &count));
  show(count);
  show(ioctl(channel[0], FIONBIO, &on));
  expect((fcntl(channel[0], F_GETFL) & O_NONBLOCK) != 0);
  on = 0;
  show(ioctl(channel[0], FIONBIO, &on));
  expect((fcntl(channel[0], F_GETFL) & O_NONBLOCK) == 0);
  show(ioctl(channel[0], FIOCLEX));
  show(fcntl(channel[0], F_GETFD));
  show(ioctl(channel[0], FIONCLEX));
  show(fcntl(channel[0], F_GETFD));
  write_file("file", "0123456789", 0600);
  const int file = (int)must(open("file", O_RDONLY));
  must(lseek(file, 4, SEEK_SET));
  show(ioctl(file, FIONREAD, &count));
  show(count);
  show(ioctl(open("/dev/null", O_RDONLY), FIONREAD, &count));
  show(ioctl(9999, FIONREAD, &count));
  show(ioctl(9999, FIOCLEX));
  show(ioctl(channel[0], FIONREAD, (int *)16));
  leave_scratch();
  return 0;
}
