// epoll_pwait2(2): a timeout to the nanosecond; NULL waits for ever; a mask for the while; and what
// EPOLLEXCLUSIVE may be combined with.
// covers: epoll_pwait2 epoll_ctl
#include "guest.h"
#include <sys/epoll.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

static void handler(int number) { (void)number; }

static int ep;

static long wait_for_events(const struct timespec *timeout, const sigset_t *mask) {
  struct epoll_event event;
  return syscall(SYS_epoll_pwait2, ep, &event, 1, timeout, mask, 8L);
}

int main(void) {
  ep = (int)must(epoll_create1(0));
  int ends[2];
  must(pipe(ends));
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 1};
  must(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
  struct timespec timeout = {0, 0};
  show(wait_for_events(&timeout, NULL));
  timeout.tv_nsec = 1000001;
  show(wait_for_events(&timeout, NULL));
  timeout.tv_nsec = 1000000000;
  show(wait_for_events(&timeout, NULL));
  show(wait_for_events((void *)16, NULL));
  show(wait_for_events(NULL, (void *)16));
  install_handler(SIGUSR1, handler, SA_RESTART);
  change_mask(SIG_BLOCK, SIGUSR1);
  must(raise(SIGUSR1));
  sigset_t none;
  sigemptyset(&none);
  show(wait_for_events(NULL, &none));
  must(write(ends[1], "x", 1));
  show(wait_for_events(NULL, NULL));
  timeout.tv_nsec = 0;
  show(wait_for_events(&timeout, NULL));

  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  show(epoll_ctl(ep, EPOLL_CTL_MOD, ends[0], &event));
  show(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
  show(epoll_ctl(ep, EPOLL_CTL_DEL, ends[0], &event));
  show(epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event));
  event.events = EPOLLIN;
  show(epoll_ctl(ep, EPOLL_CTL_MOD, ends[0], &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
  show(epoll_ctl(ep, EPOLL_CTL_ADD, ends[1], &event));
  const int inner = (int)must(epoll_create1(0));
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  show(epoll_ctl(ep, EPOLL_CTL_ADD, inner, &event));
  event.events = EPOLLIN | EPOLLWAKEUP;
  show(epoll_ctl(ep, EPOLL_CTL_ADD, inner, &event));
  return 0;
}
