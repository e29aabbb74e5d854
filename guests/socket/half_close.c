// shutdown(2): one direction ends and the other goes on; POLLRDHUP and POLLHUP; EPIPE with and
// without SIGPIPE; SO_LINGER with no time resets the connection.
// covers: shutdown setsockopt
#include "guest.h"
#include "inet.h"

static volatile sig_atomic_t pipes;
static void on_pipe(int number) {
  (void)number;
  pipes++;
}

int main(void) {
  install_handler(SIGPIPE, on_pipe, 0);
  struct tcp_pair pair = connected_pair();
  char buffer[16];
  show_socket(shutdown(pair.client, 7));
  show_socket(shutdown(pair.client, SHUT_WR));
  show(recv(pair.server, buffer, sizeof buffer, 0));
  expect((wait_events(pair.server, POLLRDHUP) & POLLRDHUP) != 0);
  show(write(pair.server, "still", 5));
  show(recv(pair.client, buffer, 5, MSG_WAITALL));
  show(write(pair.client, "x", 1));
  printf("SIGPIPE: %d\n", (int)pipes);
  show(send(pair.client, "x", 1, MSG_NOSIGNAL));
  printf("SIGPIPE: %d\n", (int)pipes);
  show_socket(shutdown(pair.server, SHUT_WR));
  expect((wait_events(pair.client, POLLIN) & POLLHUP) != 0);
  show(read(pair.client, buffer, 1));

  pair = connected_pair();
  show_socket(shutdown(pair.client, SHUT_RD));
  show(read(pair.client, buffer, 1));
  const struct linger at_once = {1, 0};
  show(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
  must(close(pair.client));
  expect((wait_events(pair.server, POLLIN) & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP));
  show_socket(read(pair.server, buffer, 1));
  show(read(pair.server, buffer, 1));
  show(write(pair.server, "x", 1));
  printf("SIGPIPE: %d\n", (int)pipes);
  const int fresh = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  show_socket(shutdown(fresh, SHUT_WR));
  return 0;
}
