// signal(7): poll, select, epoll, pause, the sleeps and the waits for signals are interrupted with
// EINTR even when the handler has SA_RESTART.
// covers: rt_sigaction setitimer ppoll pselect6 epoll_pwait nanosleep clock_nanosleep rt_sigsuspend
// covers: rt_sigtimedwait
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

static void handler(int number) { (void)number; }

int main(void) {
  install_handler(SIGALRM, handler, SA_RESTART);
  const struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
  must(setitimer(ITIMER_REAL, &often, NULL));
  int channel[2];
  must(pipe(channel));
  struct pollfd wanted = {.fd = channel[0], .events = POLLIN};
  show(poll(&wanted, 1, -1));
  show(poll(&wanted, 1, 10000));
  show(ppoll(&wanted, 1, NULL, NULL));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(channel[0], &set);
  show(select(channel[0] + 1, &set, NULL, NULL, NULL));
  FD_SET(channel[0], &set);
  show(pselect(channel[0] + 1, &set, NULL, NULL, NULL, NULL));
  const int epoll = (int)must(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, channel[0], &event));
  show(epoll_wait(epoll, &event, 1, -1));
  show(pause());
  const struct timespec long_time = {10, 0};
  show(nanosleep(&long_time, NULL));
  printf("clock_nanosleep: %s\n",
         errno_name(clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL)));
  sigset_t none;
  sigemptyset(&none);
  show(sigsuspend(&none));
  const sigset_t usr1 = set_of(SIGUSR1);
  // A libc may hide this one's EINTR.
  show(syscall(SYS_rt_sigtimedwait, &usr1, NULL, &long_time, 8L));
  must(setitimer(ITIMER_REAL, &never, NULL));
  return 0;
}
