// shutdown(2) in halves, ECONNRESET for unread data, and poll(2)'s bits of each state.
// covers: shutdown ppoll
#include "guest.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

static void bits(const char *when, int fd) {
  struct pollfd entry = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
  must(poll(&entry, 1, 0));
  printf("%s:%s%s%s%s%s%s\n", when, entry.revents & POLLIN ? " IN" : "",
         entry.revents & POLLOUT ? " OUT" : "", entry.revents & POLLPRI ? " PRI" : "",
         entry.revents & POLLERR ? " ERR" : "", entry.revents & POLLHUP ? " HUP" : "",
         entry.revents & POLLRDHUP ? " RDHUP" : "");
}

static void try_type(const char *name, int type) {
  printf("--- %s\n", name);
  int pair[2];
  char byte;
  must(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, pair));
  bits("fresh", pair[0]);
  show(write(pair[1], "xyz", 3));
  bits("written", pair[0]);
  show(shutdown(pair[1], SHUT_WR));
  bits("peer shut for writing", pair[0]);
  bits("shut for writing", pair[1]);
  show(write(pair[1], "x", 1));
  show(read(pair[0], &byte, 1));
  show_ok(read(pair[0], &byte, 1));
  show(write(pair[0], "back", 4));
  show(read(pair[1], &byte, 1));
  show(shutdown(pair[1], SHUT_RD));
  bits("shut for both", pair[1]);
  bits("peer shut for both", pair[0]);
  show(write(pair[0], "x", 1));
  show(shutdown(pair[0], 7));
  close(pair[0]);
  bits("peer closed", pair[1]);
  close(pair[1]);
  must(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, pair));
  must(write(pair[0], "unread", 6));
  close(pair[1]);
  bits("closed with unread data", pair[0]);
  if (type != SOCK_DGRAM) {
    show(read(pair[0], &byte, 1));
    show(read(pair[0], &byte, 1));
  }
  close(pair[0]);
}

int main(void) {
  enter_scratch();
  signal(SIGPIPE, SIG_IGN);
  try_type("stream", SOCK_STREAM);
  try_type("datagram", SOCK_DGRAM);
  try_type("seqpacket", SOCK_SEQPACKET);
  printf("--- listener\n");
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "server"};
  const int listener = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  const int client = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  char byte;
  bits("unconnected", client);
  show(read(client, &byte, 1));
  show(write(client, "x", 1));
  show(shutdown(client, SHUT_RD));
  must(bind(listener, (struct sockaddr *)&address, sizeof address));
  must(listen(listener, 1));
  bits("listening", listener);
  show(read(listener, &byte, 1));
  const int second = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(connect(second, (struct sockaddr *)&address, sizeof address));
  bits("connection waits", listener);
  bits("not yet accepted", second);
  close(listener);
  bits("listener closed", second);
  show(read(second, &byte, 1));
  show(read(second, &byte, 1));
  return 0;
}
