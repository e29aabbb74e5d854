// pty(7): with the master closed the slave reads an end of file and cannot be written; with the
// last slave closed the master reads what is left, then EIO; poll tells of both.
// covers: ioctl read write ppoll
#include "guest.h"
#include "pty.h"

static void show_poll(const char *who, int fd) {
  struct pollfd wanted = {fd, POLLIN | POLLOUT, 0};
  const int count = poll(&wanted, 1, 5000);
  printf("%s %d: in %d out %d hup %d err %d\n", who, count, !!(wanted.revents & POLLIN),
         !!(wanted.revents & POLLOUT), !!(wanted.revents & POLLHUP), !!(wanted.revents & POLLERR));
}

int main(void) {
  open_pty();
  char name[64];
  snprintf(name, sizeof name, "%s", ptsname(pty_master));
  show_poll("master", pty_master);
  show_poll("slave", pty_slave);
  must(write(pty_slave, "last words", 10));
  must(ready(pty_master, 5000) ? 0 : -1);
  must(close(pty_slave));
  char bytes[100];
  show(read(pty_master, bytes, sizeof bytes));
  show(read(pty_master, bytes, sizeof bytes));
  show_poll("master", pty_master);
  pty_slave = (int)must(open(name, O_RDWR | O_NOCTTY));
  show_poll("master", pty_master);
  must(write(pty_slave, "back", 4));
  show(read(pty_master, bytes, sizeof bytes));
  must(close(pty_master));
  show(read(pty_slave, bytes, sizeof bytes));
  show(write(pty_slave, "x", 1));
  struct termios attributes;
  show(ioctl(pty_slave, TCGETS, &attributes));
  show_poll("slave", pty_slave);
  show_ok(open(name, O_RDWR | O_NOCTTY));
  return 0;
}
