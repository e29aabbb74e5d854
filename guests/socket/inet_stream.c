// tcp(7): bind to a port of the kernel's choice, listen, connect, accept4 with its flags, names of
// both ends, bytes in both directions by every call, end of file.
// covers: socket bind listen connect accept accept4 getsockname getpeername sendto recvfrom
// covers: sendmsg recvmsg read write readv writev
#include "guest.h"
#include "inet.h"
#include <sys/uio.h>

static void names(int client, int server, int listener) {
  struct sockaddr_in peer = {0};
  socklen_t size = sizeof peer;
  show(getpeername(server, (struct sockaddr *)&peer, &size));
  expect(size == sizeof peer);
  expect(same_address(peer, name_of(client)));
  expect(same_address(name_of(server), name_of(listener)));
  size = 4;
  show(getsockname(client, (struct sockaddr *)&peer, &size));
  expect(size == sizeof peer);
}

static void bytes(int client, int server) {
  char buffer[64] = {0};
  show(write(client, "hello", 5));
  show(recv(server, buffer, 3, MSG_PEEK));
  show(recv(server, buffer, sizeof buffer, 0));
  printf("%s\n", buffer);
  show(send(server, "answer", 6, MSG_NOSIGNAL));
  show(read(client, buffer, 4));
  show(recv(client, buffer, sizeof buffer, MSG_DONTWAIT));
  show(recv(client, buffer, sizeof buffer, MSG_DONTWAIT));
  struct iovec parts[2] = {{"ab", 2}, {"cde", 3}};
  show(writev(client, parts, 2));
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  show(sendmsg(client, &message, 0));
  char first[4], second[16] = {0};
  struct iovec places[2] = {{first, sizeof first}, {second, sizeof second - 1}};
  message.msg_iov = places;
  show(recv(server, buffer, 10, MSG_WAITALL));
  show(writev(client, parts, 2));
  show(recvmsg(server, &message, 0));
  printf("%.4s %s %d\n", first, second, message.msg_flags);
  struct sockaddr_in from;
  memset(&from, 0x55, sizeof from);
  socklen_t size = sizeof from;
  show(write(client, "x", 1));
  show(recvfrom(server, buffer, 1, 0, (struct sockaddr *)&from, &size));
  printf("address of %u bytes\n", (unsigned)size);
}

int main(void) {
  const int listener = new_listener(4);
  expect(name_of(listener).sin_port != 0);
  const int client = (int)must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  expect(fcntl(client, F_GETFD) == FD_CLOEXEC);
  show(connect_to(client, name_of(listener)));
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  const int server =
      (int)must(accept4(listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  expect(same_address(peer, name_of(client)));
  expect((fcntl(server, F_GETFL) & O_NONBLOCK) != 0);
  expect(fcntl(server, F_GETFD) == FD_CLOEXEC);
  char byte;
  show(read(server, &byte, 1));
  must(fcntl(server, F_SETFL, 0));
  show(syscall(SYS_accept4, listener, NULL, NULL, 0x1000));
  must(fcntl(listener, F_SETFL, O_NONBLOCK));
  show(accept(listener, NULL, NULL));
  names(client, server, listener);
  bytes(client, server);
  must(close(client));
  show(read(server, &byte, 1));
  show(read(server, &byte, 1));
  struct stat status;
  show(fstat(server, &status));
  expect(S_ISSOCK(status.st_mode));
  show_ok(lseek(server, 0, SEEK_SET));
  return 0;
}
