// EPOLLET on a socket over IP: one report for each arrival, however much stays unread; none for
// room to write until there was none; a second set and a nested one have edges of their own;
// EPOLL_CTL_MOD reports anew; a closed socket leaves; EPOLLWAKEUP changes nothing (epoll(7)).
// covers: epoll_create1 epoll_ctl epoll_pwait
#include <sys/epoll.h>

#include "guest.h"
#include "inet.h"

static void add(int set, int fd, unsigned events, int operation) {
  struct epoll_event event = {.events = events, .data.u64 = 7};
  must(epoll_ctl(set, operation, fd, &event));
}

// Waits where something has to come, and looks only where nothing may.
static void look(const char *title, int set, int milliseconds) {
  struct epoll_event event = {0};
  const int found = (int)must(epoll_wait(set, &event, 1, milliseconds));
  printf("%s: %d", title, found);
  if (found == 1) printf(", events %x, data %d", event.events, (int)event.data.u64);
  printf("\n");
}

static void arrive(struct tcp_pair pair, const char *text) {
  must(write(pair.client, text, strlen(text)));
  struct pollfd arrived = {.fd = pair.server, .events = POLLIN};
  must(poll(&arrived, 1, -1));
}

int main(void) {
  const struct tcp_pair pair = connected_pair();
  const int set = (int)must(epoll_create1(0)), other = (int)must(epoll_create1(0));
  const int outer = (int)must(epoll_create1(0));
  add(set, pair.server, EPOLLIN | EPOLLET | EPOLLWAKEUP, EPOLL_CTL_ADD);
  add(other, pair.server, EPOLLIN | EPOLLOUT | EPOLLET, EPOLL_CTL_ADD);
  add(outer, set, EPOLLIN, EPOLL_CTL_ADD);
  look("nothing yet", set, 0);
  look("room", other, -1);
  look("room, again", other, 0);
  arrive(pair, "first");
  look("outer", outer, -1);
  look("first", set, -1);
  look("first, again", set, 0);
  look("outer, again", outer, 0);
  look("other", other, -1);
  look("other, again", other, 0);
  char bytes[64];
  must(read(pair.server, bytes, 2));
  look("half of it read", set, 0);
  add(set, pair.server, EPOLLIN | EPOLLET, EPOLL_CTL_MOD);
  look("modified", set, -1);
  look("modified, again", set, 0);
  must(read(pair.server, bytes, sizeof bytes));
  arrive(pair, "second");
  look("second", set, -1);
  look("second, again", set, 0);
  add(set, pair.server, EPOLLIN | EPOLLET | EPOLLONESHOT, EPOLL_CTL_MOD);
  look("one shot", set, -1);
  must(read(pair.server, bytes, sizeof bytes));
  arrive(pair, "third");
  look("after it", set, 0);
  add(set, pair.server, EPOLLIN | EPOLLET, EPOLL_CTL_MOD);
  look("armed", set, -1);
  // Edges that come while the caller waits, from a child.
  must(read(pair.server, bytes, sizeof bytes));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(write(pair.client, "fourth", 6));
    _exit(0);
  }
  look("while waiting", set, -1);
  wait_for(child);
  look("while waiting, again", set, 0);
  must(read(pair.server, bytes, sizeof bytes));
  must(close(pair.client));
  look("the end", set, -1);
  look("the end, again", set, 0);
  must(close(pair.server));
  look("closed", set, 0);
  look("other, closed", other, 0);
  return 0;
}
