// socketpair(2), unix(7): a stream's bytes run together, datagrams and packets stay apart; a pair
// has no names; descriptors' flags; SO_TYPE and kin; ioctls; what comes after the end.
// covers: socketpair socket read write readv writev fcntl fstat getsockopt getsockname getpeername
#include "guest.h"
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static int option(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  must(getsockopt(fd, SOL_SOCKET, name, &value, &size));
  return value;
}

static void show_names(int fd) {
  struct sockaddr_un address;
  socklen_t size = sizeof address;
  show(getsockname(fd, (struct sockaddr *)&address, &size));
  show(size);
  expect(address.sun_family == AF_UNIX);
  size = sizeof address;
  show(getpeername(fd, (struct sockaddr *)&address, &size));
  show(size);
}

static void try_type(const char *name, int type) {
  printf("--- %s\n", name);
  int fds[2];
  show(socketpair(AF_UNIX, type, 0, fds));
  expect(option(fds[0], SO_TYPE) == type);
  show(option(fds[0], SO_DOMAIN));
  show(option(fds[0], SO_PROTOCOL));
  show(option(fds[0], SO_ACCEPTCONN));
  show(option(fds[0], SO_ERROR));
  show_names(fds[0]);
  struct stat status;
  show(fstat(fds[0], &status));
  expect(S_ISSOCK(status.st_mode));
  char text[64], link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fds[0]);
  const ssize_t length = must(readlink(link, text, sizeof text - 1));
  text[length] = '\0';
  expect(strncmp(text, "socket:[", 8) == 0);
  show(lseek(fds[0], 0, SEEK_SET));
  show(pread(fds[0], text, 1, 0));
  show(write(fds[0], "one", 3));
  show(write(fds[0], "three", 5));
  int count = -1;
  show(ioctl(fds[1], FIONREAD, &count));
  show(count);
  struct iovec pieces[2] = {{text, 2}, {text + 2, 30}};
  show(readv(fds[1], pieces, 2));
  show(fcntl(fds[1], F_SETFL, O_NONBLOCK));
  show(read(fds[1], text, 8));
  show(read(fds[1], text, 8));
  pieces[0].iov_len = 3;
  pieces[1].iov_len = 4;
  show(writev(fds[1], pieces, 2));
  show(read(fds[0], text, 0));
  show(read(fds[0], text, 5));
  show(write(fds[0], "", 0));
  close(fds[0]);
  if (type != SOCK_DGRAM) show(read(fds[1], text, 8));
  signal(SIGPIPE, SIG_IGN);
  show_ok(write(fds[1], "x", 1));
  close(fds[1]);
}

int main(void) {
  try_type("stream", SOCK_STREAM);
  try_type("datagram", SOCK_DGRAM);
  try_type("seqpacket", SOCK_SEQPACKET);
  int fds[2];
  show(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
  show(fcntl(fds[0], F_GETFD));
  expect(fcntl(fds[1], F_GETFL) == (O_RDWR | O_NONBLOCK));
  char byte;
  show(read(fds[0], &byte, 1));
  show(socketpair(AF_UNIX, SOCK_STREAM, 5, fds));
  show(socketpair(AF_UNIX, SOCK_RDM, 0, fds));
  show(socketpair(AF_UNIX, SOCK_STREAM | 0x10, 0, fds));
  show(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)-1));
  show_ok(socket(AF_UNIX, 99, 0));
  show_ok(socket(AF_UNIX, SOCK_STREAM, 0));
  return 0;
}
