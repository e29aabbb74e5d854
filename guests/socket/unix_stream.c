// unix(7): a stream server with a path: bind, listen, connect, accept, names of both ends, a large
// transfer between processes, unlink leaves connections alone.
// covers: socket bind listen connect accept accept4 getsockname getpeername unlinkat
#include "guest.h"
#include <sys/socket.h>
#include <sys/un.h>

enum { kLarge = 3 << 20 };

static const struct sockaddr_un kServer = {.sun_family = AF_UNIX, .sun_path = "server"};
static const struct sockaddr *const kAt = (const struct sockaddr *)&kServer;

static void show_name(const char *what, const struct sockaddr_un *address, socklen_t size) {
  printf("%s: size %u family %d path %s\n", what, size, address->sun_family,
         size > 2 ? address->sun_path : "-");
}

static void client(void) {
  static char data[kLarge];
  for (int i = 0; i < kLarge; i++) data[i] = (char)(i * 7 + i / 251);
  const int fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(connect(fd, kAt, sizeof kServer));
  if (write(fd, data, sizeof data) != kLarge) _exit(1);
  must(shutdown(fd, SHUT_WR));
  char answer[16];
  if (read(fd, answer, sizeof answer) != 4) _exit(2);
}

int main(void) {
  enter_scratch();
  const int listener = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  show(listen(listener, 5));
  show(bind(listener, kAt, sizeof kServer));
  struct stat status;
  show(stat("server", &status));
  expect(S_ISSOCK(status.st_mode));
  show(bind(listener, kAt, sizeof kServer));
  const int other = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  show(bind(other, kAt, sizeof kServer));
  show(connect(other, kAt, sizeof kServer));
  show(accept(listener, NULL, NULL));
  show(listen(listener, 5));
  show(connect(other, kAt, sizeof kServer));
  show(connect(other, kAt, sizeof kServer));
  show(write(other, "early", 5));
  struct sockaddr_un address = {0};
  socklen_t size = sizeof address;
  const int accepted = (int)must(
      accept4(listener, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  show_name("accepted", &address, size);
  show(fcntl(accepted, F_GETFD));
  expect((fcntl(accepted, F_GETFL) & O_NONBLOCK) != 0);
  size = sizeof address;
  show(getsockname(accepted, (struct sockaddr *)&address, &size));
  show_name("own", &address, size);
  size = sizeof address;
  show(getpeername(other, (struct sockaddr *)&address, &size));
  show_name("peer", &address, size);
  size = 5;
  memset(&address, 0, sizeof address);
  show(getpeername(other, (struct sockaddr *)&address, &size));
  show_name("cut", &address, size);
  char text[16] = "";
  show(read(accepted, text, sizeof text));
  show(read(accepted, text, sizeof text));

  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    client();
    _exit(0);
  }
  const int served = (int)must(accept(listener, NULL, NULL));
  show(unlink("server"));
  static char buffer[70000];
  long total = 0, wrong = 0;
  for (ssize_t got; (got = read(served, buffer, sizeof buffer)) > 0; total += got)
    for (ssize_t i = 0; i < got; i++)
      wrong += buffer[i] != (char)((total + i) * 7 + (total + i) / 251);
  show(total);
  show(wrong);
  show(write(served, "done", 4));
  print_status("client", wait_for(child));
  show(connect(other, kAt, sizeof kServer));
  const int late = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  show(connect(late, kAt, sizeof kServer));
  show(bind(late, kAt, sizeof kServer));
  show(listen(late, 1));
  close(late);
  const int last = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  show(connect(last, kAt, sizeof kServer));
  return 0;
}
