// ppoll(2), pselect(2), epoll_pwait(2): the mask given holds only during the call; a pending signal
// it lets through is handled and the call fails with EINTR, and otherwise stays pending.
// covers: ppoll pselect6 epoll_pwait rt_sigpending
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

static volatile int calls;

static void handler(int number) {
  (void)number;
  calls++;
}

static void state(const char *when) {
  sigset_t mask, pending;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  must(sigpending(&pending));
  printf("%s: calls %d, blocked %d, pending %d\n", when, calls, sigismember(&mask, SIGUSR1),
         sigismember(&pending, SIGUSR1));
}

int main(void) {
  install_handler(SIGUSR1, handler, 0);
  change_mask(SIG_BLOCK, SIGUSR1);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int channel[2];
  must(pipe(channel));
  struct pollfd wanted = {.fd = channel[0], .events = POLLIN};
  const struct timespec now = {0, 0}, soon = {0, 5000000};

  must(raise(SIGUSR1));
  show(ppoll(&wanted, 1, &now, &all));
  show(ppoll(&wanted, 1, &soon, NULL));
  state("not let through");
  show(ppoll(&wanted, 1, NULL, &none));
  state("ppoll");
  must(raise(SIGUSR1));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(channel[0], &set);
  show(pselect(channel[0] + 1, &set, NULL, NULL, NULL, &none));
  state("pselect");
  must(raise(SIGUSR1));
  const int epoll = (int)must(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, channel[0], &event));
  show(epoll_pwait(epoll, &event, 1, -1, &none));
  state("epoll_pwait");

  // What is ready wins over what is pending.
  must(raise(SIGUSR1));
  must(write(channel[1], "x", 1));
  show(ppoll(&wanted, 1, NULL, &none));
  state("ready and pending");
  show(syscall(SYS_ppoll, &wanted, 1L, &now, &none, 4L));
  return 0;
}
