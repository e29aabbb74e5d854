// Pointers at the end of memory: each socket call's EFAULT, and EINVAL for sizes.
// covers: bind connect accept getsockname sendto recvfrom sendmsg recvmsg setsockopt getsockopt
// libc: glibc
#include "guest.h"
#include "edge.h"
#include <sys/socket.h>
#include <sys/un.h>

static int pair[2];

int main(void) {
  enter_scratch();
  must(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair));
  const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "nowhere"};
  const int fd = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  at_edges(sizeof address, &address, connect(fd, p, sizeof address));
  at_edges(sizeof address, &address, sendto(fd, "x", 1, 0, p, sizeof address));
  struct sockaddr_un room;
  socklen_t size = sizeof room;
  at_edges(sizeof size, &size, getsockname(fd, (struct sockaddr *)&room, p));
  at_edges(2, NULL, (size = 2, getsockname(fd, p, &size)));
  at_edges(4, "abcd", send(pair[0], p, 4, 0));
  for (int i = 0; i < 8; i++) must(send(pair[0], "abcd", 4, 0));
  at_edges(4, NULL, recv(pair[1], p, 4, 0));
  const int on = 1;
  at_edges(sizeof on, &on, setsockopt(fd, SOL_SOCKET, SO_PASSCRED, p, sizeof on));
  size = sizeof on;
  at_edges(sizeof size, &size, getsockopt(fd, SOL_SOCKET, SO_TYPE, (void *)&on, p));
  at_edges(sizeof on, NULL, (size = sizeof on, getsockopt(fd, SOL_SOCKET, SO_TYPE, p, &size)));
  struct iovec piece = {"x", 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  at_edges(sizeof message, &message, sendmsg(pair[0], p, 0));
  show(bind(fd, (struct sockaddr *)&address, 0));
  show(bind(fd, (struct sockaddr *)&address, 111));
  show(bind(fd, (struct sockaddr *)&address, 1000));
  show(bind(fd, (struct sockaddr *)&address, (socklen_t)-1));
  const struct sockaddr_un wrong = {.sun_family = AF_INET, .sun_path = "nowhere"};
  show(bind(fd, (struct sockaddr *)&wrong, sizeof wrong));
  show(connect(fd, (struct sockaddr *)&address, 1));
  size = (socklen_t)-1;
  show(getsockname(fd, (struct sockaddr *)&room, &size));
  show(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, 3));
  show(setsockopt(fd, SOL_SOCKET, 9999, &on, sizeof on));
  show(setsockopt(fd, SOL_SOCKET, SO_TYPE, &on, sizeof on));
  message.msg_iovlen = 2000;
  show(sendmsg(pair[0], &message, 0));
  message.msg_iovlen = 1;
  char control[32] = {0};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  show(sendmsg(pair[0], &message, 0));
  message.msg_controllen = 4;
  show(sendmsg(pair[0], &message, 0));
  message.msg_control = (void *)-1;
  message.msg_controllen = 32;
  show(sendmsg(pair[0], &message, 0));
  return 0;
}
