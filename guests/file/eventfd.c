// eventfd(2): reads take the sum and reset it, or one with EFD_SEMAPHORE; it is readable while not
// zero and writable while one more fits.
// covers: eventfd2 read write ppoll
#include "guest.h"
#include <poll.h>
#include <sys/eventfd.h>

static void show_poll(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLIN | POLLOUT};
  must(poll(&one, 1, 0));
  printf("%s%s\n", one.revents & POLLIN ? "IN " : "", one.revents & POLLOUT ? "OUT" : "");
}

static long add(int fd, uint64_t value) { return write(fd, &value, sizeof value); }

int main(void) {
  uint64_t value = 0, several[4];
  int fd = (int)must(eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC));
  show(fcntl(fd, F_GETFD));
  show_poll(fd);
  show(read(fd, &value, sizeof value));
  show(value);
  show(read(fd, &value, sizeof value));
  show_poll(fd);
  show(add(fd, 5));
  show(add(fd, 6));
  show(read(fd, several, sizeof several));
  show(several[0]);
  show(add(fd, 0));
  show(read(fd, &value, sizeof value));
  show(add(fd, UINT64_MAX));
  show(add(fd, UINT64_MAX - 1));
  show(add(fd, 1));
  show_poll(fd);
  show(read(fd, &value, 7));
  show(write(fd, &value, 7));
  show(read(fd, &value, 8));
  expect(value == UINT64_MAX - 1);
  must(close(fd));
  fd = (int)must(eventfd(2, EFD_SEMAPHORE));
  for (int i = 0; i < 2; i++) {
    show(read(fd, &value, sizeof value));
    show(value);
  }
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(15);
    must(add(fd, 1));
    _exit(0);
  }
  show(read(fd, &value, sizeof value));
  print_status("child", wait_for(pid));
  show(eventfd(0, 77));
  return 0;
}
