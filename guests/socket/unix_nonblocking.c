// O_NONBLOCK and MSG_DONTWAIT: EAGAIN from receive, a full peer, accept, and a full backlog; room
// comes back as the peer reads; SO_SNDBUF.
// covers: sendto recvfrom accept connect setsockopt
#include "guest.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

static bool writable(int fd) {
  struct pollfd entry = {fd, POLLOUT, 0};
  return must(poll(&entry, 1, 0)) == 1;
}

static void fill(const char *name, int type) {
  printf("--- %s\n", name);
  int pair[2], size = 20000;
  static char data[4096];
  must(socketpair(AF_UNIX, type, 0, pair));
  show(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
  socklen_t length = sizeof size;
  show(getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, &length));
  show(size);
  expect(writable(pair[0]));
  long sent = 0;
  while (send(pair[0], data, sizeof data, MSG_DONTWAIT) > 0) sent++;
  printf("%s\n", errno_name(errno));
  expect(sent > 2 && sent < 30);
  expect(!writable(pair[0]));
  while (recv(pair[1], data, sizeof data, MSG_DONTWAIT) > 0) {
  }
  printf("%s\n", errno_name(errno));
  expect(writable(pair[0]));
  show(send(pair[0], data, 1, MSG_DONTWAIT));
  size = 1;
  show(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
  show(getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, &length));
  expect(size < 20000);
}

int main(void) {
  enter_scratch();
  fill("stream", SOCK_STREAM);
  fill("datagram", SOCK_DGRAM);
  fill("seqpacket", SOCK_SEQPACKET);
  printf("--- backlog\n");
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "server"};
  const struct sockaddr *const at = (struct sockaddr *)&address;
  const int listener = (int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  must(bind(listener, at, sizeof address));
  must(listen(listener, 1));
  show(accept(listener, NULL, NULL));
  for (int i = 0; i < 3; i++) {
    const int client = (int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    show(connect(client, at, sizeof address));
  }
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    // Waits until the parent has accepted one.
    const int client = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
    must(connect(client, at, sizeof address));
    _exit(0);
  }
  int accepted = 0;
  while (accepted < 3) {
    struct pollfd entry = {listener, POLLIN, 0};
    must(poll(&entry, 1, -1));
    if (accept(listener, NULL, NULL) != -1) accepted++;
  }
  show(accepted);
  print_status("child", wait_for(child));
  show(accept(listener, NULL, NULL));
  printf("--- receiver's queue\n");
  struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "receiver"};
  const int receiver = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int sender = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  must(bind(receiver, (struct sockaddr *)&here, sizeof here));
  must(connect(sender, (struct sockaddr *)&here, sizeof here));
  while (send(sender, "x", 1, MSG_DONTWAIT) == 1) {
  }
  printf("%s\n", errno_name(errno));
  expect(!writable(sender));
  const pid_t waiting = (pid_t)must(fork());
  if (waiting == 0) _exit(send(sender, "x", 1, 0) == 1 ? 0 : 1);
  char byte;
  must(recv(receiver, &byte, 1, 0));
  print_status("sender", wait_for(waiting));
  while (recv(receiver, &byte, 1, MSG_DONTWAIT) == 1) {
  }
  expect(writable(sender));
  return 0;
}
