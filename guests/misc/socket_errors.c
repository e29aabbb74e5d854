// socket(2), socketpair(2): an unknown family is EAFNOSUPPORT. bind(2) and kin: ENOTSOCK for a
// descriptor that is no socket, EBADF for none.
// covers: socket socketpair bind listen accept accept4 connect getsockname getpeername
// covers: setsockopt getsockopt shutdown
#define _GNU_SOURCE
#include "guest.h"
#include <sys/socket.h>
#include <sys/un.h>

static void try_all(int fd) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "nowhere"};
  struct sockaddr *const at = (struct sockaddr *)&address;
  socklen_t size = sizeof address;
  int value = 1;
  show(bind(fd, at, size));
  show(listen(fd, 1));
  show(accept(fd, at, &size));
  show(accept4(fd, at, &size, 0));
  show(connect(fd, at, sizeof address));
  show(getsockname(fd, at, &size));
  show(getpeername(fd, at, &size));
  show(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
  size = sizeof value;
  show(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size));
  show(shutdown(fd, SHUT_RDWR));
}

int main(void) {
  int pair[2];
  show(socket(999, SOCK_STREAM, 0));
  show(socket(-1, SOCK_STREAM, 0));
  show(socketpair(999, SOCK_STREAM, 0, pair));
  int pipe_ends[2];
  show(pipe(pipe_ends));
  try_all(pipe_ends[0]);
  try_all(12345);
  return 0;
}
