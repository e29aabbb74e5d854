// unix(7), "MSG_OOB" (Linux 5.15): the last byte of a send to a stream is urgent: it is received by
// itself, reads stop before it and pass over it, unless SO_OOBINLINE is set; poll tells POLLPRI,
// SIGURG goes to the owner.
// covers: sendto recvfrom setsockopt ioctl ppoll fcntl
#include "guest.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

static int pair[2];
static volatile sig_atomic_t urgent;

static void on_urgent(int number) {
  (void)number;
  urgent++;
}

static void fresh_pair(void) {
  close(pair[0]);
  close(pair[1]);
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static void show_receive(size_t most, int flags) {
  char bytes[64] = "";
  const long size = recv(pair[0], bytes, most, flags | MSG_DONTWAIT);
  if (size == -1)
    printf("nothing: %s\n", errno_name(errno));
  else
    printf("%ld: %.*s\n", size, (int)size, bytes);
}

static bool at_mark(void) {
  int value = -1;
  must(ioctl(pair[0], SIOCATMARK, &value));
  return value == 1;
}

static bool has_priority(void) {
  struct pollfd wanted = {pair[0], POLLPRI, 0};
  return poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLPRI) != 0;
}

static void received_by_itself(void) {
  fresh_pair();
  expect(!has_priority() && !at_mark());
  show_receive(1, MSG_OOB);
  show(send(pair[1], "ab!", 3, MSG_OOB));
  must(send(pair[1], "cd", 2, 0));
  expect(has_priority() && !at_mark());
  int unread = 0;
  must(ioctl(pair[0], FIONREAD, &unread));
  show(unread);
  show_receive(1, MSG_OOB | MSG_PEEK);
  show_receive(10, MSG_OOB);
  expect(!has_priority());
  show_receive(1, MSG_OOB);
}

static void passed_over(void) {
  fresh_pair();
  must(send(pair[1], "ab!", 3, MSG_OOB));
  must(send(pair[1], "cd", 2, 0));
  show_receive(10, MSG_WAITALL);
  expect(has_priority() && at_mark());
  show_receive(10, 0);
  expect(!has_priority() && !at_mark());
  show_receive(1, MSG_OOB);
  show_receive(10, 0);
}

static void in_line(void) {
  const int on = 1;
  fresh_pair();
  must(setsockopt(pair[0], SOL_SOCKET, SO_OOBINLINE, &on, sizeof on));
  must(send(pair[1], "ab!", 3, MSG_OOB));
  must(send(pair[1], "cd", 2, 0));
  expect(has_priority());
  show_receive(1, MSG_OOB);
  show_receive(10, 0);
  expect(at_mark());
  show_receive(1, 0);
  expect(!at_mark() && !has_priority());
  show_receive(10, 0);
}

// A second urgent byte makes the first an ordinary one.
static void replaced(void) {
  fresh_pair();
  must(send(pair[1], "a", 1, MSG_OOB));
  must(send(pair[1], "b", 1, MSG_OOB));
  must(send(pair[1], "c", 1, 0));
  show_receive(1, MSG_OOB);
  char bytes[4] = "";
  show(recv(pair[0], bytes, 1, 0));
  printf("%s\n", bytes);
}

static void to_owner(void) {
  fresh_pair();
  install_handler(SIGURG, on_urgent, 0);
  must(send(pair[1], "a", 1, MSG_OOB));
  show(urgent);
  show(fcntl(pair[0], F_SETOWN, getpid()));
  must(send(pair[1], "b", 1, 0));
  show(urgent);
  must(send(pair[1], "c", 1, MSG_OOB));
  show(urgent);
  show(fcntl(pair[0], F_SETOWN, 0));
  must(send(pair[1], "d", 1, MSG_OOB));
  show(urgent);
}

static void others(void) {
  char byte;
  fresh_pair();
  expect(send(pair[1], "", 0, MSG_OOB) == -1 && errno == EOPNOTSUPP);
  close(pair[0]);
  expect(send(pair[1], "a", 1, MSG_OOB | MSG_NOSIGNAL) == -1 && errno == EPIPE);
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  expect(send(pair[1], "a", 1, MSG_OOB) == -1 && errno == EOPNOTSUPP);
  expect(recv(pair[0], &byte, 1, MSG_OOB) == -1 && errno == EOPNOTSUPP);
  must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  expect(send(pair[1], "a", 1, MSG_OOB) == -1 && errno == EOPNOTSUPP);
  expect(recv(pair[0], &byte, 1, MSG_OOB) == -1 && errno == EOPNOTSUPP);
}

int main(void) {
  pair[0] = pair[1] = -1;
  received_by_itself();
  passed_over();
  in_line();
  replaced();
  to_owner();
  others();
  return 0;
}
