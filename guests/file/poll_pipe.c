// poll(2): readiness and hang-up of both ends of a pipe, files always ready, negative descriptors
// passed over, closed ones POLLNVAL.
// covers: ppoll
#include "guest.h"
#include <poll.h>

static void show_poll(const char *what, int fd, short events) {
  struct pollfd one = {.fd = fd, .events = events, .revents = -1};
  const int result = poll(&one, 1, 0);
  printf("%s: %d%s%s%s%s%s\n", what, result, one.revents & POLLIN ? " IN" : "",
         one.revents & POLLOUT ? " OUT" : "", one.revents & POLLHUP ? " HUP" : "",
         one.revents & POLLERR ? " ERR" : "", one.revents & POLLNVAL ? " NVAL" : "");
}

int main(void) {
  enter_scratch();
  int channel[2];
  must(pipe2(channel, O_NONBLOCK));
  show_poll("empty, reader", channel[0], POLLIN | POLLOUT);
  show_poll("empty, writer", channel[1], POLLIN | POLLOUT);
  must(write(channel[1], "x", 1));
  show_poll("byte, reader", channel[0], POLLIN);
  show_poll("byte, not asked", channel[0], 0);
  static char page[kPage];
  while (write(channel[1], page, sizeof page) > 0) {
  }
  show_poll("full, writer", channel[1], POLLOUT);
  must(read(channel[0], page, 1));
  show_poll("one byte less, writer", channel[1], POLLOUT);
  must(close(channel[1]));
  show_poll("writer gone, data left", channel[0], POLLIN);
  while (read(channel[0], page, sizeof page) > 0) {
  }
  show_poll("writer gone", channel[0], POLLIN);
  show_poll("writer gone, not asked", channel[0], 0);
  show_poll("closed", channel[1], POLLIN);
  must(pipe(channel));
  must(close(channel[0]));
  show_poll("reader gone", channel[1], POLLOUT);
  show_poll("negative", -1, POLLIN);
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  show_poll("file", file, POLLIN | POLLOUT);
  show_poll("/dev/null", open("/dev/null", O_RDWR), POLLIN | POLLOUT);
  show_poll("directory", open(".", O_RDONLY), POLLIN);

  must(pipe(channel));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(20);
    must(write(channel[1], "x", 1));
    _exit(0);
  }
  struct pollfd several[] = {{.fd = -5, .events = POLLIN, .revents = 99},
                             {.fd = channel[0], .events = POLLIN},
                             {.fd = channel[1], .events = POLLIN}};
  show(poll(several, 3, 10000));
  printf("%d %d %d\n", several[0].revents, several[1].revents, several[2].revents);
  print_status("child", wait_for(pid));
  show(poll(NULL, 0, 5));
  show(poll(several, 0, 0));
  show(syscall(SYS_ppoll, 16L, 1L, NULL, NULL, 0L));
  show(syscall(SYS_ppoll, several, 10000000L, NULL, NULL, 0L));
  leave_scratch();
  return 0;
}
