// SO_RCVLOWAT of an AF_UNIX stream: a blocking read waits for so many bytes, or for the end; it
// says nothing to poll(2) and to calls that do not wait. SO_LINGER is kept (socket(7)).
// covers: setsockopt getsockopt recvfrom read
#include "guest.h"
#include "inet.h"

static void low_water(int fd, int bytes) {
  guest_print_result("SO_RCVLOWAT", setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes));
  socklen_t size = sizeof bytes;
  must(getsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, &size));
  printf("low water %d\n", bytes);
}

// A child writes each piece when its parent waits, or as soon as it can.
static void read_pieces(int fd, int other, int pieces, bool by_read) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    for (int i = 0; i < pieces; i++) must(write(other, "abc", 3));
    _exit(0);
  }
  char buffer[64];
  guest_print_result(by_read ? "read" : "recv", by_read ? read(fd, buffer, sizeof buffer)
                                                        : recv(fd, buffer, sizeof buffer, 0));
  wait_for(child);
}

int main(void) {
  int fds[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
  low_water(fds[0], 0);
  low_water(fds[0], -1);
  low_water(fds[0], 9);
  read_pieces(fds[0], fds[1], 3, true);
  read_pieces(fds[0], fds[1], 3, false);

  must(write(fds[1], "ab", 2));
  struct pollfd readable = {.fd = fds[0], .events = POLLIN};
  guest_print_result("poll", poll(&readable, 1, 0));
  char buffer[64];
  guest_print_result("a call that does not wait",
                     recv(fds[0], buffer, sizeof buffer, MSG_DONTWAIT));
  must(write(fds[1], "cd", 2));
  guest_print_result("a small buffer", recv(fds[0], buffer, 2, 0));

  struct linger linger = {5, 7};
  guest_print_result("SO_LINGER",
                     setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  guest_print_result("a short one",
                     setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger.l_onoff));
  memset(&linger, 0, sizeof linger);
  socklen_t size = sizeof linger;
  must(getsockopt(fds[0], SOL_SOCKET, SO_LINGER, &linger, &size));
  printf("linger %d %d\n", linger.l_onoff != 0, linger.l_linger);

  must(write(fds[1], "end", 3));
  must(close(fds[1]));
  guest_print_result("at the end", recv(fds[0], buffer, sizeof buffer, 0));
  guest_print_result("behind it", recv(fds[0], buffer, sizeof buffer, 0));
  return 0;
}
