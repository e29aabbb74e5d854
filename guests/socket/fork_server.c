// A server as inetd has it: four processes wait in accept(2) on one socket, each connection is
// answered by one of them with a megabyte, more than any buffer holds.
// covers: accept sendto recvfrom shutdown
#include "guest.h"
#include "inet.h"

enum { kServers = 4, kRequests = 12, kSize = 1 << 20 };

static void serve(int listener) {
  static char page[kSize];
  for (;;) {
    const int fd = accept(listener, NULL, NULL);
    if (fd == -1) _exit(1);
    char request;
    if (read(fd, &request, 1) == 1) {
      memset(page, request, sizeof page);
      if (write(fd, page, sizeof page) != (ssize_t)sizeof page) _exit(2);
    }
    close(fd);
  }
}

int main(void) {
  const int listener = new_listener(kRequests);
  pid_t servers[kServers];
  for (int i = 0; i < kServers; i++) {
    servers[i] = (pid_t)must(fork());
    if (servers[i] == 0) serve(listener);
  }
  int right = 0;
  for (int i = 0; i < kRequests; i++) {
    const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
    must(connect_to(fd, name_of(listener)));
    const char request = (char)('a' + i);
    must(write(fd, &request, 1));
    long total = 0, wrong = 0;
    static char buffer[65536];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0; total += got)
      for (ssize_t at = 0; at < got; at++) wrong += buffer[at] != request;
    must(close(fd));
    if (total == kSize && wrong == 0) right++;
  }
  printf("%d answers right\n", right);
  for (int i = 0; i < kServers; i++) {
    must(kill(servers[i], SIGTERM));
    print_status("server", wait_for(servers[i]));
  }
  return 0;
}
