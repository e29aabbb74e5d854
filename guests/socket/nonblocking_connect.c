// connect(2) with O_NONBLOCK: EINPROGRESS, then POLLOUT and SO_ERROR; EISCONN afterwards; a refused
// one; a second attempt on the same socket; blocking connects.
// covers: connect getsockopt
#include "guest.h"
#include "inet.h"

static void succeeds(void) {
  const int listener = new_listener(1);
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  const int result = connect_to(fd, name_of(listener));
  expect(result == 0 || errno == EINPROGRESS);
  expect((wait_events(fd, POLLOUT) & (POLLOUT | POLLERR | POLLHUP)) == POLLOUT);
  printf("error: %s\n", pending_error(fd));
  if (result != 0) (void)connect_to(fd, name_of(listener));
  show_socket(connect_to(fd, name_of(listener)));
  const int server = (int)must(accept(listener, NULL, NULL));
  char byte;
  show(read(fd, &byte, 1));
  must(write(server, "x", 1));
  expect((wait_events(fd, POLLIN) & POLLIN) != 0);
  show(read(fd, &byte, 1));
}

static void refused(void) {
  const struct sockaddr_in nowhere = deaf_port();
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  const int result = connect_to(fd, nowhere);
  if (result == -1 && errno == EINPROGRESS) {
    expect((wait_events(fd, POLLOUT) & POLLERR) != 0);
    printf("error: %s\n", pending_error(fd));
    printf("error: %s\n", pending_error(fd));
  } else {
    printf("error: %s\nerror: 0\n", socket_error_name(errno));
  }
}

int main(void) {
  succeeds();
  refused();
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  show_socket(connect_to(fd, deaf_port()));
  const int listener = new_listener(1);
  show_socket(connect_to(fd, name_of(listener)));
  show_socket(connect_to(fd, name_of(listener)));
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  show_socket(connect(fd, &nobody, sizeof nobody));
  char byte;
  show_socket(send(fd, &byte, 1, MSG_NOSIGNAL));
  show_socket(recv(fd, &byte, 1, 0));
  return 0;
}
