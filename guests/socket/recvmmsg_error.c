// recvmmsg(2), ERRORS: one that comes after the first message ends the call with what there is, and
// is the next call's, or SO_ERROR's. MSG_PEEK with MSG_WAITALL waits for the first bytes only.
// covers: recvmmsg recvfrom getsockopt
#include "guest.h"
#include "inet.h"

static int pair[2];

// Room for two messages, the second's at an address that is none.
static int receive_two(void *second, int flags) {
  static char first[16];
  struct iovec vectors[2] = {{first, sizeof first}, {second, sizeof first}};
  struct mmsghdr messages[2] = {{.msg_hdr = {.msg_iov = &vectors[0], .msg_iovlen = 1}},
                                {.msg_hdr = {.msg_iov = &vectors[1], .msg_iovlen = 1}}};
  return recvmmsg(pair[0], messages, 2, flags, NULL);
}

static void kept_errors(void) {
  char good[16];
  for (int i = 0; i < 6; i++) must(send(pair[1], "four", 4, 0));
  show(receive_two(memory_edge(), 0));
  struct pollfd wanted = {pair[0], POLLERR, 0};
  expect(poll(&wanted, 1, 0) == 1 && wanted.revents == POLLERR);
  show(receive_two(good, 0));
  show(receive_two(memory_edge(), 0));
  printf("kept: %s\n", pending_error(pair[0]));
  printf("kept: %s\n", pending_error(pair[0]));
  show(receive_two(good, 0));
  // Nothing more to receive is no error to keep.
  must(send(pair[1], "last", 4, 0));
  show(receive_two(good, MSG_DONTWAIT));
  printf("kept: %s\n", pending_error(pair[0]));
  show(receive_two(good, MSG_DONTWAIT));
  close(pair[0]);
  close(pair[1]);
}

static void unix_pair(int type) { must(socketpair(AF_UNIX, type, 0, pair)); }

static void udp_pair(void) {
  pair[0] = new_udp();
  pair[1] = new_udp();
  must(connect_to(pair[0], name_of(pair[1])));
  must(connect_to(pair[1], name_of(pair[0])));
}

static void peeking(void) {
  char bytes[16];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  must(send(pair[1], "abc", 3, 0));
  show(recv(pair[0], bytes, 8, MSG_PEEK | MSG_WAITALL));
  must(send(pair[1], "de", 2, 0));
  show(recv(pair[0], bytes, 8, MSG_PEEK | MSG_WAITALL));
  printf("%.5s\n", bytes);
  show(recv(pair[0], bytes, 5, MSG_WAITALL));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    sleep_ms(10);
    must(send(pair[1], "fg", 2, 0));
    _exit(0);
  }
  show(recv(pair[0], bytes, 8, MSG_PEEK | MSG_WAITALL));
  wait_for(pid);
  show(recv(pair[0], bytes, 8, MSG_DONTWAIT));
}

int main(void) {
  unix_pair(SOCK_DGRAM);
  kept_errors();
  unix_pair(SOCK_SEQPACKET);
  kept_errors();
  udp_pair();
  kept_errors();
  peeking();
  return 0;
}
