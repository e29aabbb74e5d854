// getrlimit(2), RLIMIT_NOFILE: every call that makes descriptors is EMFILE beyond the limit, dup2
// and F_DUPFD name none beyond it, poll(2) takes no more than it, and what is open stays usable.
// covers: openat dup dup3 pipe2 fcntl ppoll eventfd2 epoll_create1 socket socketpair prlimit64
#include "guest.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int main(void) {
  for (int fd = 3; fd < 64; fd++) close(fd);
  const int kept = (int)must(dup2(1, 20));
  const struct rlimit limit = {8, 16};
  must(setrlimit(RLIMIT_NOFILE, &limit));
  show(fcntl(1, F_DUPFD, 8));
  show(fcntl(1, F_DUPFD, 7));
  show(fcntl(1, F_DUPFD, 7));
  show(fcntl(1, F_DUPFD_CLOEXEC, 1000));
  show(dup2(1, 8));
  show(dup3(1, 100, O_CLOEXEC));
  for (int fd = 3; fd < 6; fd++) must(open("/dev/null", O_RDONLY));
  int pair[2] = {-5, -5};
  // One number is free: not enough, and it stays free.
  show(pipe(pair));
  show(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  printf("%d %d\n", pair[0], pair[1]);
  show(open("/dev/null", O_RDONLY));
  show(open("/dev/null", O_RDONLY));
  show(dup(1));
  show(eventfd(0, 0));
  show(epoll_create1(0));
  show(socket(AF_UNIX, SOCK_STREAM, 0));
  show(syscall(SYS_memfd_create, "name", 0));
  struct pollfd polled[9];
  for (int i = 0; i < 9; i++) polled[i] = (struct pollfd){-1, POLLIN, 0};
  show(poll(polled, 8, 0));
  show(poll(polled, 9, 0));
  show(fcntl(kept, F_GETFD));
  show(dup2(kept, 3));
  return 0;
}
