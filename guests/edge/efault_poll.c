// ppoll(2), pselect(2), epoll(7): arrays, times, masks and events may end at the edge of memory,
// one byte over is EFAULT.
// covers: ppoll pselect6 epoll_ctl epoll_pwait
#include "guest.h"
#include "edge.h"
#include <poll.h>
#include <sys/epoll.h>

static int epoll, channel[2];

static long add(struct epoll_event *event) {
  const long result = syscall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, channel[0], event);
  const int error = errno;
  if (result == 0) must(epoll_ctl(epoll, EPOLL_CTL_DEL, channel[0], NULL));
  errno = error;
  return result;
}

int main(void) {
  must(pipe(channel));
  must(write(channel[1], "x", 1));
  const struct pollfd two[2] = {{.fd = channel[0], .events = POLLIN},
                                {.fd = channel[1], .events = POLLOUT}};
  struct pollfd copy[2];
  memcpy(copy, two, sizeof copy);
  const struct timespec now = {0, 0};
  const uint64_t none = 0;
  at_edges(sizeof two, two, syscall(SYS_ppoll, p, 2L, &now, NULL, 0L));
  at_edges(sizeof now, &now, syscall(SYS_ppoll, copy, 2L, p, NULL, 0L));
  at_edges(sizeof none, &none, syscall(SYS_ppoll, copy, 2L, &now, p, 8L));
  // 64 descriptors are eight bytes.
  const uint64_t bits = UINT64_C(1) << channel[0];
  at_edges(sizeof bits, &bits, syscall(SYS_pselect6, 64L, p, NULL, NULL, &now, NULL));
  at_edges(sizeof bits, &bits, syscall(SYS_pselect6, 64L, NULL, p, NULL, &now, NULL));
  at_edges(sizeof bits, &bits, syscall(SYS_pselect6, 64L, NULL, NULL, p, &now, NULL));
  at_edges(sizeof now, &now,
           syscall(SYS_pselect6, 0L, NULL, NULL, NULL, edge_number == 3 ? &now : p, NULL));
  const uint64_t mask[2] = {0, 8};
  at_edges(sizeof mask, mask, syscall(SYS_pselect6, 0L, NULL, NULL, NULL, &now, p));
  epoll = (int)must(epoll_create1(0));
  const struct epoll_event event = {.events = EPOLLIN};
  at_edges(sizeof event, &event, add(p));
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, channel[0], (struct epoll_event *)&event));
  at_edges(sizeof event, NULL, syscall(SYS_epoll_pwait, epoll, p, 1, 0, NULL, 8L));
  at_edges(sizeof none, &none, syscall(SYS_epoll_pwait, epoll, &event, 1, 0, p, 8L));
  return 0;
}
