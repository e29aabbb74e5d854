// unix(7), socket(7): SO_SNDBUF limits what a sender has in flight, the receiver's queue how many
// datagrams of strangers wait; a datagram longer than the buffer is EMSGSIZE.
// covers: socketpair setsockopt getsockopt sendto recvfrom ppoll ioctl
#include "guest.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static char bytes[1 << 20];

static void set_buffer(int fd, int size) {
  must(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
}

static int buffer_of(int fd) {
  int size = -1;
  socklen_t length = sizeof size;
  must(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length));
  return size;
}

// How many sends of this size go without waiting; what stops them is EAGAIN.
static long count_sends(int fd, size_t size) {
  long count = 0;
  while (send(fd, bytes, size, MSG_DONTWAIT) == (long)size) count++;
  if (errno != EAGAIN) printf("stopped by %s\n", errno_name(errno));
  return count;
}

static bool writable(int fd) {
  struct pollfd wanted = {fd, POLLOUT, 0};
  return poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLOUT) != 0;
}

static void sizes(void) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  set_buffer(pair[0], 1);
  const int least = buffer_of(pair[0]);
  expect(least >= 4096 && least < 8192);
  set_buffer(pair[0], 10000);
  show(buffer_of(pair[0]));
  set_buffer(pair[0], -1);
  expect(buffer_of(pair[0]) >= 200000);
}

// Each send costs its overhead, too.
static void limits(int type, const char *name) {
  int small[2], large[2];
  must(socketpair(AF_UNIX, type, 0, small));
  must(socketpair(AF_UNIX, type, 0, large));
  set_buffer(small[0], 8192);
  set_buffer(large[0], 65536);
  printf("%s\n", name);
  expect(writable(small[0]));
  const long few = count_sends(small[0], 1);
  const long many = count_sends(large[0], 1);
  expect(few >= 8 && few <= 40);
  expect(many >= 6 * few && many <= 10 * few);
  expect(!writable(small[0]) && !writable(large[0]));
  int in_flight = 0;
  must(ioctl(small[0], TIOCOUTQ, &in_flight));
  expect(in_flight >= 16384 && in_flight < 20000);
  // Room for one is not enough for poll(2): it waits for three quarters of the buffer.
  char byte;
  must(recv(small[1], &byte, 1, 0));
  expect(!writable(small[0]));
  show(send(small[0], "x", 1, MSG_DONTWAIT));
  for (long i = 0; i < few; i++) must(recv(small[1], &byte, 1, 0));
  expect(writable(small[0]));
  must(ioctl(small[0], TIOCOUTQ, &in_flight));
  show(in_flight);
  for (int i = 0; i < 2; i++) close(small[i]), close(large[i]);
}

static void large_messages(int type) {
  int pair[2];
  must(socketpair(AF_UNIX, type, 0, pair));
  set_buffer(pair[0], 5000);
  show(send(pair[0], bytes, 10000 - 32, MSG_DONTWAIT));
  must(recv(pair[1], bytes, sizeof bytes, 0));
  show(send(pair[0], bytes, 10000 - 31, MSG_DONTWAIT) == -1 && errno == EMSGSIZE);
  close(pair[0]);
  close(pair[1]);
}

// A stream takes a part.
static void large_stream(void) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  set_buffer(pair[0], 16384);
  const long part = send(pair[0], bytes, sizeof bytes, MSG_DONTWAIT);
  expect(part >= 16384 && part <= 65536);
  show(send(pair[0], bytes, sizeof bytes, MSG_DONTWAIT));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    must(close(pair[1]));
    show(send(pair[0], bytes, sizeof bytes, 0) == sizeof bytes);
    _exit(0);
  }
  must(close(pair[0]));
  long all = 0;
  for (long got; (got = must(recv(pair[1], bytes, 5000, 0))) > 0;) all += got;
  show(all - part);
  print_status("sender", wait_for(pid));
  close(pair[1]);
}

// Strangers' datagrams: net.unix.max_dgram_qlen (10, or 512 by some settings) and one more.
static void queue_length(void) {
  const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "receiver"};
  const int receiver = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  must(bind(receiver, (const struct sockaddr *)&address, sizeof address));
  const int one = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int other = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  must(connect(one, (const struct sockaddr *)&address, sizeof address));
  must(connect(other, (const struct sockaddr *)&address, sizeof address));
  set_buffer(one, 1 << 20);
  set_buffer(other, 1 << 20);
  const long most = count_sends(one, 1);
  expect(most > 1 && most < 520);
  show(count_sends(other, 1));
  expect(!writable(one) && !writable(other));
  must(recv(receiver, bytes, 1, 0));
  expect(writable(one) && writable(other));
  show(count_sends(other, 1));
  show(count_sends(one, 1));
  long waiting = 0;
  while (recv(receiver, bytes, 1, MSG_DONTWAIT) == 1) waiting++;
  expect(waiting == most);
}

int main(void) {
  enter_scratch();
  sizes();
  limits(SOCK_STREAM, "stream");
  limits(SOCK_DGRAM, "datagrams");
  limits(SOCK_SEQPACKET, "packets");
  large_messages(SOCK_DGRAM);
  large_messages(SOCK_SEQPACKET);
  large_stream();
  queue_length();
  leave_scratch();
  return 0;
}
