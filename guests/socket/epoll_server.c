// epoll(7) over TCP: one process accepts twenty clients of another and echoes what each sends.
// covers: epoll_create1 epoll_ctl epoll_pwait accept4
#include "guest.h"
#include "inet.h"
#include <sys/epoll.h>

enum { kClients = 20, kRounds = 5 };

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
  must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

static int run_clients(struct sockaddr_in at) {
  int fds[kClients], echoed = 0;
  for (int i = 0; i < kClients; i++) {
    fds[i] = (int)must(socket(AF_INET, SOCK_STREAM, 0));
    must(connect_to(fds[i], at));
  }
  for (int round = 0; round < kRounds; round++) {
    for (int i = 0; i < kClients; i++) {
      char text[16], answer[16] = {0};
      const int size = snprintf(text, sizeof text, "%d/%d", i, round);
      must(send(fds[i], text, (size_t)size, 0));
      if (recv(fds[i], answer, (size_t)size, MSG_WAITALL) == size && strcmp(text, answer) == 0)
        echoed++;
    }
  }
  return echoed;
}

int main(void) {
  const int listener = new_listener(kClients);
  const struct sockaddr_in at = name_of(listener);
  const pid_t child = (pid_t)must(fork());
  if (child == 0) _exit(run_clients(at));
  must(fcntl(listener, F_SETFL, O_NONBLOCK));
  const int epoll = (int)must(epoll_create1(0));
  watch(epoll, listener);
  int accepted = 0, ended = 0, bytes = 0;
  while (ended < kClients) {
    struct epoll_event events[8];
    const int count = (int)must(epoll_wait(epoll, events, 8, 10000));
    if (count == 0) break;
    for (int i = 0; i < count; i++) {
      const int fd = events[i].data.fd;
      char buffer[64];
      if (fd == listener) {
        for (int one; (one = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; accepted++)
          watch(epoll, one);
        continue;
      }
      const ssize_t got = read(fd, buffer, sizeof buffer);
      if (got > 0) bytes += (int)write(fd, buffer, (size_t)got);
      if (got == 0) {
        must(close(fd));
        ended++;
      }
    }
  }
  printf("accepted %d, ended %d, echoed %d bytes\n", accepted, ended, bytes);
  print_status("clients", wait_for(child));
  return 0;
}
