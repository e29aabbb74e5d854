// recv(2): MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_DONTWAIT, MSG_EOR; socket(7): SO_PEEK_OFF.
// covers: recvfrom sendto recvmsg
#include "guest.h"
#include <sys/socket.h>

#ifndef SO_PEEK_OFF
#define SO_PEEK_OFF 42
#endif

static void take(int fd, size_t size, int flags) {
  char text[32] = "";
  struct iovec piece = {text, size};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  const long got = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  if (got == -1) {
    printf("%s\n", errno_name(errno));
  } else {
    printf("%ld \"%s\" flags %#x\n", got, text, (unsigned)message.msg_flags);
  }
}

static void try_type(const char *name, int type) {
  printf("--- %s\n", name);
  int pair[2];
  must(socketpair(AF_UNIX, type, 0, pair));
  must(send(pair[0], "abcdef", 6, 0));
  must(send(pair[0], "ghi", 3, MSG_EOR));
  take(pair[1], 4, MSG_PEEK);
  take(pair[1], 20, MSG_PEEK);
  take(pair[1], 2, MSG_TRUNC | MSG_PEEK);
  take(pair[1], 2, type == SOCK_STREAM ? 0 : MSG_TRUNC);
  take(pair[1], 20, 0);
  take(pair[1], 20, 0);
  int offset = 1;
  must(send(pair[0], "0123456789", 10, 0));
  show(setsockopt(pair[1], SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof offset));
  take(pair[1], 3, MSG_PEEK);
  take(pair[1], 3, MSG_PEEK);
  if (type == SOCK_STREAM) {
    take(pair[1], 4, 0);
    take(pair[1], 3, MSG_PEEK);
  }
  close(pair[0]);
  close(pair[1]);
}

static void wait_all(void) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    for (int i = 0; i < 10; i++) {
      must(write(pair[1], "0123456789" + i, 1));
      sched_yield();
    }
    _exit(0);
  }
  char text[11] = "";
  show(recv(pair[0], text, 10, MSG_WAITALL));
  printf("%s\n", text);
  wait_for(child);
  must(write(pair[1], "end", 3));
  must(shutdown(pair[1], SHUT_WR));
  show(recv(pair[0], text, 10, MSG_WAITALL));
  show(recv(pair[0], text, 10, MSG_WAITALL));
}

int main(void) {
  try_type("stream", SOCK_STREAM);
  try_type("datagram", SOCK_DGRAM);
  try_type("seqpacket", SOCK_SEQPACKET);
  printf("--- wait for all\n");
  wait_all();
  return 0;
}
