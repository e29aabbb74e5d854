// epoll(7): level and edge triggering, one-shot, the data that comes back, modification, removal by
// close, and the errors EEXIST, ENOENT, EPERM, EBADF and EINVAL.
// covers: epoll_create1 epoll_ctl epoll_pwait
#include "guest.h"
#include <sys/epoll.h>

static int epoll;

static void show_ready(const char *what) {
  struct epoll_event events[4];
  const int count = epoll_wait(epoll, events, 4, 0);
  printf("%s: %d", what, count);
  for (int i = 0; i < count; i++) {
    printf(" [data %llx%s%s%s%s]", (unsigned long long)events[i].data.u64,
           events[i].events & EPOLLIN ? " IN" : "", events[i].events & EPOLLOUT ? " OUT" : "",
           events[i].events & EPOLLHUP ? " HUP" : "", events[i].events & EPOLLERR ? " ERR" : "");
  }
  printf("\n");
}

static long control(int operation, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(epoll, operation, fd, &event);
}

int main(void) {
  enter_scratch();
  int channel[2];
  must(pipe(channel));
  epoll = (int)must(epoll_create1(EPOLL_CLOEXEC));
  show(fcntl(epoll, F_GETFD));
  show(control(EPOLL_CTL_ADD, channel[0], EPOLLIN, 0x1234567890abcdef));
  show_ready("nothing");
  must(write(channel[1], "ab", 2));
  show_ready("level");
  show_ready("level again");
  show(control(EPOLL_CTL_MOD, channel[0], EPOLLIN | EPOLLET, 2));
  show_ready("edge");
  show_ready("edge again");
  must(write(channel[1], "c", 1));
  show_ready("edge after more");
  show(control(EPOLL_CTL_MOD, channel[0], EPOLLIN | EPOLLONESHOT, 3));
  show_ready("one-shot");
  show_ready("one-shot again");
  show(control(EPOLL_CTL_MOD, channel[0], EPOLLIN, 4));
  show(control(EPOLL_CTL_ADD, channel[1], EPOLLOUT, 5));
  char text[8];
  must(read(channel[0], text, sizeof text));
  show_ready("writer");
  show(control(EPOLL_CTL_ADD, channel[0], EPOLLIN, 1));
  show(control(EPOLL_CTL_DEL, channel[1], 0, 0));
  show(control(EPOLL_CTL_DEL, channel[1], 0, 0));
  show(control(EPOLL_CTL_MOD, channel[1], EPOLLOUT, 0));
  show(control(77, channel[0], EPOLLIN, 0));
  show(control(EPOLL_CTL_ADD, 9999, EPOLLIN, 0));
  show(control(EPOLL_CTL_ADD, epoll, EPOLLIN, 0));
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  show(control(EPOLL_CTL_ADD, file, EPOLLIN, 0));
  struct epoll_event event;
  show(epoll_ctl(file, EPOLL_CTL_ADD, channel[0], &event));
  show(epoll_wait(epoll, &event, 0, 0));
  show(epoll_wait(file, &event, 1, 0));
  show(syscall(SYS_epoll_pwait, epoll, &event, -1, 0, NULL, 8L));
  show(epoll_create1(77));
  must(close(channel[1]));
  show_ready("hang-up");
  must(close(channel[0]));
  show_ready("closed");
  must(pipe(channel));
  show(control(EPOLL_CTL_ADD, channel[0], EPOLLIN, 9));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(15);
    must(write(channel[1], "x", 1));
    _exit(0);
  }
  show(epoll_wait(epoll, &event, 1, -1));
  print_status("child", wait_for(pid));
  leave_scratch();
  return 0;
}
