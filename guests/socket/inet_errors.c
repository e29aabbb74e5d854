// socket(2), bind(2), connect(2), listen(2), send(2): what is wrong with families, types, addresses
// and states, and EFAULT.
// covers: socket socketpair bind listen connect accept getpeername sendto recvfrom sendmsg recvmsg
#include "guest.h"
#include "inet.h"

static void creation(void) {
  int pair[2];
  show_socket(socket(AF_INET, 7, 0));
  show_socket(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  show_socket(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
  show_socket(socket(AF_INET, SOCK_STREAM, -1));
  show_socket(socket(AF_INET, SOCK_STREAM | 0x100, 0));
  show_socket(socket(AF_INET, 99, 0));
  show_socket(socketpair(AF_INET, SOCK_STREAM, 0, pair));
}

static void addresses(void) {
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in address = loopback_port(0);
  struct sockaddr *const at = (struct sockaddr *)&address;
  show_socket(bind(fd, at, 8));
  show_socket(bind(fd, at, 1000));
  show_socket(bind(fd, (struct sockaddr *)8, sizeof address));
  show_socket(bind(fd, at, (socklen_t)-1));
  address.sin_family = AF_UNIX;
  show_socket(bind(fd, at, sizeof address));
  show_socket(connect(fd, at, sizeof address));
  address.sin_family = AF_INET;
  show_socket(connect(fd, at, 1));
  show_socket(connect(fd, at, 8));
  show_socket(connect(fd, (struct sockaddr *)8, sizeof address));
  show_socket(bind(fd, at, sizeof address));
  show_socket(bind(fd, at, sizeof address));
  const int other = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  address = name_of(fd);
  must(listen(fd, 1));
  show_socket(bind(other, at, sizeof address));
}

static void states(void) {
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  char byte = 0;
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  show_socket(accept(fd, NULL, NULL));
  show_socket(getpeername(fd, (struct sockaddr *)&peer, &size));
  show_socket(recv(fd, &byte, 1, 0));
  show_socket(send(fd, &byte, 1, MSG_NOSIGNAL));
  show_socket(shutdown(fd, SHUT_RDWR));
  must(bind_loopback(fd));
  show_socket(listen(fd, -1));
  show_socket(connect_to(fd, name_of(fd)));
  show_socket(recv(fd, &byte, 1, 0));
  struct tcp_pair pair = connected_pair();
  show_socket(listen(pair.client, 1));
  show_socket(accept(pair.client, NULL, NULL));
  show_socket(bind_loopback(pair.client));
}

static void faults(void) {
  struct tcp_pair pair = connected_pair();
  char buffer[8];
  show_socket(send(pair.client, (void *)8, 4, 0));
  must(write(pair.server, "abcd", 4));
  show_socket(recv(pair.client, (void *)8, 4, 0));
  show_socket(recv(pair.client, buffer, 4, 0));
  const int udp = new_udp();
  show_socket(sendto(udp, buffer, 4, 0, (struct sockaddr *)8, sizeof(struct sockaddr_in)));
  show_socket(syscall(SYS_sendmsg, udp, 8, 0));
  show_socket(syscall(SYS_recvmsg, udp, 8, MSG_DONTWAIT));
  show_socket(getsockname(udp, (struct sockaddr *)8, (socklen_t *)16));
}

int main(void) {
  creation();
  addresses();
  states();
  faults();
  return 0;
}
