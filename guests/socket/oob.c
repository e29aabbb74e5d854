// tcp(7), urgent data: MSG_OOB, POLLPRI, SIOCATMARK, SO_OOBINLINE.
// covers: sendto recvfrom setsockopt ioctl
#include "guest.h"
#include "inet.h"
#include <sys/ioctl.h>
#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

int main(void) {
  struct tcp_pair pair = connected_pair();
  char buffer[16] = {0};
  int at_mark = -1;
  show_socket(recv(pair.server, buffer, 1, MSG_OOB));
  show(send(pair.client, "ab!", 3, MSG_OOB));
  expect((wait_events(pair.server, POLLPRI) & POLLPRI) != 0);
  show(recv(pair.server, buffer, 1, MSG_OOB));
  printf("urgent %c\n", buffer[0]);
  show(ioctl(pair.server, SIOCATMARK, &at_mark));
  printf("at mark %d\n", at_mark);
  show(recv(pair.server, buffer, sizeof buffer, 0));
  show(ioctl(pair.server, SIOCATMARK, &at_mark));
  printf("at mark %d\n", at_mark);
  show_socket(recv(pair.server, buffer, 1, MSG_OOB));

  pair = connected_pair();
  const int on = 1;
  must(setsockopt(pair.server, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
  show(send(pair.client, "cd?", 3, MSG_OOB));
  expect((wait_events(pair.server, POLLPRI) & POLLPRI) != 0);
  show_socket(recv(pair.server, buffer, 1, MSG_OOB));
  show(recv(pair.server, buffer, 2, MSG_WAITALL));
  memset(buffer, 0, sizeof buffer);
  show(recv(pair.server, buffer, sizeof buffer, 0));
  printf("in line %s\n", buffer);
  return 0;
}
