// covers: epoll_create1 epoll_ctl epoll_pwait
// Edge-triggered and one-shot interests, epolls in epolls, a temporary mask, and what is refused.
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "guest.h"

static volatile sig_atomic_t heard;

static void on_user(int number) {
  (void)number;
  heard++;
}

static int ready(int epoll) {
  struct epoll_event events[8];
  memset(events, 0, sizeof events);
  const int count = epoll_wait(epoll, events, 8, 0);
  printf("%d ready:", count);
  for (int i = 0; i < count; i++)
    printf(" %llu:%#x", (unsigned long long)events[i].data.u64, events[i].events);
  printf("\n");
  return count;
}

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.u64 = data;
  return epoll_ctl(epoll, operation, fd, &event);
}

static void edges(void) {
  const int epoll = (int)must(epoll_create1(0));
  int fds[2];
  must(pipe(fds));
  must(control(epoll, EPOLL_CTL_ADD, fds[0], EPOLLIN | EPOLLET, 1));
  ready(epoll);
  must(write(fds[1], "ab", 2));
  ready(epoll);
  ready(epoll);
  char byte;
  must(read(fds[0], &byte, 1));
  ready(epoll);
  must(write(fds[1], "c", 1));
  ready(epoll);
  must(control(epoll, EPOLL_CTL_MOD, fds[0], EPOLLIN | EPOLLET, 2));
  ready(epoll);
  must(close(fds[1]));
  ready(epoll);
  ready(epoll);
}

static void one_shot(void) {
  const int epoll = (int)must(epoll_create1(0));
  const int event = (int)must(eventfd(1, 0));
  must(control(epoll, EPOLL_CTL_ADD, event, EPOLLIN | EPOLLONESHOT, 7));
  ready(epoll);
  ready(epoll);
  must(control(epoll, EPOLL_CTL_MOD, event, EPOLLIN | EPOLLOUT | EPOLLONESHOT, 8));
  ready(epoll);
  show(control(epoll, EPOLL_CTL_DEL, event, 0, 0));
  ready(epoll);
  must(control(epoll, EPOLL_CTL_ADD, event, EPOLLIN, 9));
  const int copy = (int)must(dup(event));
  must(close(event));
  ready(epoll);
  must(close(copy));
  ready(epoll);
}

static void nested(void) {
  int chain[6];
  for (int i = 0; i < 6; i++) chain[i] = (int)must(epoll_create1(0));
  for (int i = 0; i < 4; i++)
    show(control(chain[i], EPOLL_CTL_ADD, chain[i + 1], EPOLLIN, (uint64_t)i));
  show(control(chain[4], EPOLL_CTL_ADD, chain[0], EPOLLIN, 0));
  show(control(chain[1], EPOLL_CTL_ADD, chain[0], EPOLLIN, 0));
  show(control(chain[0], EPOLL_CTL_ADD, chain[0], EPOLLIN, 0));
  const int event = (int)must(eventfd(0, 0));
  must(control(chain[1], EPOLL_CTL_ADD, event, EPOLLIN, 50));
  ready(chain[0]);
  const uint64_t one = 1;
  must(write(event, &one, sizeof one));
  ready(chain[0]);
  ready(chain[1]);
}

static void refusals(void) {
  const int epoll = (int)must(epoll_create1(EPOLL_CLOEXEC));
  show(fcntl(epoll, F_GETFD));
  const int file = (int)must(open("plain", O_RDWR | O_CREAT, 0600));
  int fds[2];
  must(pipe(fds));
  show(control(epoll, EPOLL_CTL_ADD, file, EPOLLIN, 0));
  show(control(epoll, EPOLL_CTL_MOD, fds[0], EPOLLIN, 0));
  show(control(epoll, EPOLL_CTL_DEL, fds[0], EPOLLIN, 0));
  show(control(epoll, EPOLL_CTL_ADD, fds[0], EPOLLIN, 0));
  show(control(epoll, EPOLL_CTL_ADD, fds[0], EPOLLIN, 0));
  show(control(fds[0], EPOLL_CTL_ADD, fds[1], EPOLLIN, 0));
  show(control(epoll, EPOLL_CTL_ADD, 77, EPOLLIN, 0));
  show(control(77, EPOLL_CTL_ADD, fds[0], EPOLLIN, 0));
  show(control(epoll, 9, fds[0], EPOLLIN, 0));
  show(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[1], NULL));
  struct epoll_event event;
  show(epoll_wait(epoll, &event, 0, 0));
  show(syscall(SYS_epoll_pwait, epoll, &event, -1L, 0L, NULL, 8L));
  show(epoll_wait(fds[0], &event, 1, 0));
  show(epoll_wait(77, &event, 1, 0));
  show(epoll_create1(1));
  show(lseek(epoll, 0, SEEK_SET));
}

static void masked(void) {
  install_handler(SIGUSR1, on_user, SA_RESTART);
  change_mask(SIG_BLOCK, SIGUSR1);
  must(raise(SIGUSR1));
  const int epoll = (int)must(epoll_create1(0));
  struct epoll_event event;
  show(epoll_pwait(epoll, &event, 1, 10, NULL));
  printf("heard %d\n", (int)heard);
  sigset_t nothing;
  sigemptyset(&nothing);
  show(epoll_pwait(epoll, &event, 1, -1, &nothing));
  printf("heard %d\n", (int)heard);
  sigset_t now;
  must(sigprocmask(SIG_SETMASK, NULL, &now));
  show(sigismember(&now, SIGUSR1));
}

int main(void) {
  enter_scratch();
  edges();
  one_shot();
  nested();
  refusals();
  masked();
  leave_scratch();
  return 0;
}
