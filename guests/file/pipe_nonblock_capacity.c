// pipe(7), O_NONBLOCK: 65536 bytes fit; then EAGAIN for atomic writes that do not fit whole and
// partial counts for larger ones; an empty pipe is EAGAIN.
// covers: pipe2 read write fcntl
#include "guest.h"

int main(void) {
  int channel[2];
  must(pipe2(channel, O_NONBLOCK));
  static char data[1 << 17];
  show(read(channel[0], data, 1));
  show(write(channel[1], data, sizeof data));
  show(write(channel[1], data, 1));
  show(write(channel[1], data, 0));
  show(read(channel[0], data, 4096));
  show(write(channel[1], data, 4096));
  show(write(channel[1], data, 1));
  show(read(channel[0], data, 8192));
  show(write(channel[1], data, 5000));
  show(read(channel[0], data, sizeof data));
  show(read(channel[0], data, sizeof data));
  int pages = 0;
  while (write(channel[1], data, 4096) == 4096) pages++;
  printf("%d pages, then %s\n", pages, errno_name(errno));
  show(read(channel[0], data, 100));
  // Less than PIPE_BUF is free, so nothing of an atomic write goes in.
  show(write(channel[1], data, 4096));
  must(close(channel[1]));
  show(read(channel[0], data, sizeof data));
  show(read(channel[0], data, sizeof data));
  return 0;
}
