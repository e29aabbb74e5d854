// unix(7): datagrams to names, from named and nameless senders, connected and not; wrong types,
// missing receivers, EPERM for somebody else's peer, EMSGSIZE, abstract names and autobind.
// covers: sendto recvfrom connect bind getsockname
#include "guest.h"
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un named(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path);
  return address;
}

static void show_receive(int fd, int flags) {
  char text[16] = "";
  struct sockaddr_un from;
  memset(&from, 'x', sizeof from);
  socklen_t size = sizeof from;
  const long got =
      recvfrom(fd, text, sizeof text - 1, flags | MSG_DONTWAIT, (struct sockaddr *)&from, &size);
  if (got == -1) {
    printf("received: %s\n", errno_name(errno));
  } else {
    printf("received %ld \"%s\" from %u %s\n", got, text, size, size > 2 ? from.sun_path : "-");
  }
}

static long send_to(int fd, const char *text, struct sockaddr_un to) {
  return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof to);
}

static long connect_to(int fd, struct sockaddr_un to) {
  return connect(fd, (struct sockaddr *)&to, sizeof to);
}

int main(void) {
  enter_scratch();
  const struct sockaddr_un at_a = named("a"), at_b = named("b");
  const int a = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int b = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int nameless = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int stream = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(bind(a, (const struct sockaddr *)&at_a, sizeof at_a));
  must(bind(b, (const struct sockaddr *)&at_b, sizeof at_b));
  show(send_to(b, "from b", at_a));
  show(send_to(nameless, "", at_a));
  show(send_to(nameless, "a longer text than fits", at_a));
  show_receive(a, 0);
  show_receive(a, 0);
  show_receive(a, MSG_TRUNC);
  show_receive(a, 0);
  show(send(nameless, "x", 1, 0));
  show(send_to(stream, "x", at_a));
  show(connect_to(stream, at_a));
  show(send_to(a, "x", named("nobody")));
  must(close((int)must(open("file", O_CREAT | O_WRONLY, 0644))));
  show(send_to(a, "x", named("file")));
  show(listen(a, 1));
  show(accept(a, NULL, NULL));
  show(connect_to(a, at_b));
  show(send(a, "to b", 4, 0));
  show_receive(b, MSG_PEEK);
  show_receive(b, 0);
  show(send_to(nameless, "not a's peer", at_a));
  show(send_to(b, "a's peer", at_a));
  show(connect_to(nameless, at_a));
  show_receive(a, 0);
  static char large[1 << 20];
  show(send(a, large, sizeof large, 0));
  close(b);
  show(send(a, "gone", 4, 0));
  show(send(a, "gone", 4, 0));
  show(connect_to(a, at_b));
  struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
  show(connect(a, &nowhere, sizeof nowhere));
  show(send_to(nameless, "again", at_a));
  show_receive(a, 0);

  struct sockaddr_un hidden = {.sun_family = AF_UNIX};
  snprintf(hidden.sun_path + 1, 60, "kemu-test-%d\n", (int)getpid());
  const socklen_t size = sizeof(sa_family_t) + 20;
  const int c = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  const int d = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0));
  show(bind(c, (struct sockaddr *)&hidden, size));
  show(bind(d, (struct sockaddr *)&hidden, size));
  show(sendto(a, "hidden", 6, 0, (struct sockaddr *)&hidden, size));
  show(sendto(a, "hidden", 6, 0, (struct sockaddr *)&hidden, size + 1));
  show_receive(c, 0);
  close(c);
  show(sendto(a, "hidden", 6, 0, (struct sockaddr *)&hidden, size));
  show(bind(d, (struct sockaddr *)&hidden, sizeof(sa_family_t)));
  struct sockaddr_un given;
  socklen_t length = sizeof given;
  show(getsockname(d, (struct sockaddr *)&given, &length));
  show(length);
  expect(given.sun_path[0] == '\0');
  show(sendto(a, "automatic", 9, 0, (struct sockaddr *)&given, length));
  show_receive(d, 0);
  return 0;
}
