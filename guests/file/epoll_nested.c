// epoll(7): epolls in epolls, and how deep; a descriptor that was closed goes on being watched as
// long as a duplicate is open; what changes while somebody waits is seen.
// covers: epoll_create1 epoll_ctl epoll_pwait dup
#include "guest.h"
#include <sys/epoll.h>

static int add(int ep, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

static int wait_now(int ep) {
  struct epoll_event event;
  return epoll_wait(ep, &event, 1, 0);
}

int main(void) {
  int chain[8], ends[2];
  must(pipe(ends));
  for (int i = 0; i < 8; i++) chain[i] = (int)must(epoll_create1(0));
  show(add(chain[0], ends[0], EPOLLIN));
  for (int i = 1; i < 8; i++)
    printf("depth %d: %s\n", i,
           add(chain[i], chain[i - 1], EPOLLIN) == 0 ? "ok" : errno_name(errno));
  show(add(chain[0], chain[2], EPOLLIN));
  show(add(chain[0], chain[0], EPOLLIN));
  show(wait_now(chain[3]));
  must(write(ends[1], "x", 1));
  show(wait_now(chain[0]));
  show(wait_now(chain[3]));
  char c;
  must(read(ends[0], &c, 1));
  show(wait_now(chain[3]));

  const int copy = (int)must(dup(ends[0]));
  must(write(ends[1], "x", 1));
  must(close(ends[0]));
  show(wait_now(chain[0]));
  struct epoll_event event = {.events = EPOLLIN};
  show(epoll_ctl(chain[0], EPOLL_CTL_DEL, copy, &event));
  show(epoll_ctl(chain[0], EPOLL_CTL_DEL, ends[0], &event));
  must(close(copy));
  show(wait_now(chain[0]));

  // A child adds what is ready while the parent waits.
  must(pipe(ends));
  must(write(ends[1], "y", 1));
  const int shared = (int)must(epoll_create1(0));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(5);
    _exit(add(shared, ends[0], EPOLLIN) == 0 ? 0 : 1);
  }
  show(epoll_wait(shared, &event, 1, 5000));
  print_status("child", wait_for(pid));
  show(epoll_wait(shared, &event, 0, 0));
  show(epoll_wait(ends[0], &event, 1, 0));
  return 0;
}
