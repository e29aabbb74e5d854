// close(2): EBADF for a number not open, also for the second close; the number is free at once.
// covers: close openat
#include "guest.h"

int main(void) {
  const int fd = (int)must(open("/dev/null", O_RDONLY));
  show(close(fd));
  show(close(fd));
  show(close(-1));
  show(close(INT_MAX));
  expect(open("/dev/zero", O_RDONLY) == fd);
  char byte = 1;
  show(read(fd, &byte, 1));
  show(byte);
  show(close(fd));
  show(read(fd, &byte, 1));
  return 0;
}
