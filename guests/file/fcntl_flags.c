// fcntl(2), F_GETFL and F_SETFL: the access mode cannot change, O_APPEND and O_NONBLOCK can,
// creation flags are not kept; F_SETFD has one bit; unknown commands are EINVAL.
// covers: fcntl
#include "guest.h"

static const int kKept = O_ACCMODE | O_APPEND | O_NONBLOCK;

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644));
  expect((fcntl(fd, F_GETFL) & kKept) == (O_WRONLY | O_APPEND));
  expect((fcntl(fd, F_GETFL) & (O_CREAT | O_TRUNC | O_EXCL | O_CLOEXEC)) == 0);
  show(fcntl(fd, F_SETFL, O_NONBLOCK | O_RDONLY));
  expect((fcntl(fd, F_GETFL) & kKept) == (O_WRONLY | O_NONBLOCK));
  show(fcntl(fd, F_SETFL, O_RDWR | O_CREAT));
  expect((fcntl(fd, F_GETFL) & kKept) == O_WRONLY);
  show(fcntl(fd, F_GETFD));
  show(fcntl(fd, F_SETFD, FD_CLOEXEC));
  show(fcntl(fd, F_GETFD));
  show(fcntl(fd, F_SETFD, 2));
  show(fcntl(fd, F_GETFD));
  show(fcntl(fd, 12345, 0));
  show(fcntl(9999, F_GETFD));
  show(fcntl(9999, 12345));
  const int path_only = (int)must(open("file", O_PATH));
  expect((fcntl(path_only, F_GETFL) & O_PATH) != 0);
  show(fcntl(path_only, F_SETFL, 0));
  show(fcntl(path_only, F_GETFD));
  int channel[2];
  must(pipe(channel));
  show(fcntl(channel[0], F_GETFL) & kKept);
  show(fcntl(channel[1], F_GETFL) & kKept);
  show(fcntl(channel[0], F_GETPIPE_SZ));
  show(fcntl(channel[0], F_SETPIPE_SZ, 100));
  show(fcntl(channel[0], F_SETPIPE_SZ, 131072));
  show(fcntl(fd, F_GETPIPE_SZ));
  leave_scratch();
  return 0;
}
