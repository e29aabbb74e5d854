// fcntl(2), F_DUPFD and F_DUPFD_CLOEXEC: the lowest free number not below the one asked for.
// covers: fcntl close
#include "guest.h"

int main(void) {
  const int fd = (int)must(open("/dev/null", O_RDONLY | O_CLOEXEC));
  show(fcntl(fd, F_DUPFD, 200));
  show(fcntl(fd, F_DUPFD, 200));
  show(fcntl(fd, F_DUPFD_CLOEXEC, 200));
  show(fcntl(200, F_GETFD));
  show(fcntl(202, F_GETFD));
  must(close(201));
  show(fcntl(fd, F_DUPFD, 0) < 200);
  show(fcntl(fd, F_DUPFD, 199));
  show(fcntl(fd, F_DUPFD, 199));
  show(fcntl(fd, F_DUPFD, 199));
  show(fcntl(fd, F_DUPFD, -1));
  show(fcntl(fd, F_DUPFD, 1 << 30));
  show(fcntl(9999, F_DUPFD, 0));
  return 0;
}
