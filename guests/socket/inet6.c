// ipv6(7): the loopback by IPv6, IPV6_V6ONLY, and IPv4 peers mapped into IPv6. Where the machine
// has no IPv6 it says so and no more.
// covers: socket bind listen connect accept setsockopt getsockopt
#include "guest.h"
#include "inet.h"

static int bind6(int fd, struct in6_addr to, int port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  address.sin6_addr = to;
  return bind(fd, (struct sockaddr *)&address, sizeof address);
}

static struct sockaddr_in6 name6(int fd) {
  struct sockaddr_in6 address = {0};
  socklen_t size = sizeof address;
  must(getsockname(fd, (struct sockaddr *)&address, &size));
  expect(size == sizeof address);
  return address;
}

static void stream(void) {
  const int listener = (int)must(socket(AF_INET6, SOCK_STREAM, 0));
  must(bind6(listener, in6addr_loopback, 0));
  must(listen(listener, 1));
  struct sockaddr_in6 at = name6(listener);
  const int client = (int)must(socket(AF_INET6, SOCK_STREAM, 0));
  show_socket(connect(client, (struct sockaddr *)&at, sizeof at));
  struct sockaddr_in6 peer;
  socklen_t size = sizeof peer;
  const int server = (int)must(accept(listener, (struct sockaddr *)&peer, &size));
  expect(IN6_IS_ADDR_LOOPBACK(&peer.sin6_addr));
  char buffer[8];
  show(write(client, "six", 3));
  show(read(server, buffer, sizeof buffer));
  show_socket(connect(client, (struct sockaddr *)&at, 20));
}

static void mapped(int only) {
  const int listener = (int)must(socket(AF_INET6, SOCK_STREAM, 0));
  must(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only));
  int value = -1;
  socklen_t size = sizeof value;
  show(getsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &value, &size));
  printf("v6only %d\n", value);
  must(bind6(listener, in6addr_any, 0));
  must(listen(listener, 1));
  const int client = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  const int port = ntohs(name6(listener).sin6_port);
  if (show_socket(connect_to(client, loopback_port(port))) == -1) return;
  struct sockaddr_in6 peer;
  size = sizeof peer;
  must(accept(listener, (struct sockaddr *)&peer, &size));
  expect(IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr));
}

int main(void) {
  const int probe = socket(AF_INET6, SOCK_DGRAM, 0);
  if (probe == -1 || bind6(probe, in6addr_loopback, 0) == -1) {
    printf("no IPv6\n");
    return 0;
  }
  stream();
  mapped(0);
  mapped(1);
  return 0;
}
