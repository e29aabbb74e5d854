// udp(7): datagrams with their senders' addresses, empty and cut ones, peers by connect(2) and
// their end by AF_UNSPEC, the error a closed port sends back, too long a datagram.
// covers: socket bind connect sendto recvfrom sendmsg recvmsg getpeername
#include "guest.h"
#include "inet.h"

static long send_to(int fd, const char *text, struct sockaddr_in to) {
  return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof to);
}

static void addressed(int a, int b) {
  char buffer[16] = {0};
  struct sockaddr_in from = {0};
  socklen_t size = sizeof from;
  show_socket(send_to(a, "first", name_of(b)));
  show_socket(send_to(a, "second", name_of(b)));
  show_socket(send_to(a, "", name_of(b)));
  show(recvfrom(b, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size));
  expect(size == sizeof from && same_address(from, name_of(a)));
  printf("%s\n", buffer);
  show(recv(b, buffer, 3, MSG_PEEK | MSG_TRUNC));
  struct iovec part = {buffer, 3};
  struct msghdr message = {.msg_name = &from, .msg_namelen = 6, .msg_iov = &part, .msg_iovlen = 1};
  show(recvmsg(b, &message, 0));
  expect((message.msg_flags & MSG_TRUNC) != 0);
  expect(message.msg_namelen == sizeof from);
  show(recv(b, buffer, sizeof buffer, 0));
  show(recv(b, buffer, sizeof buffer, MSG_DONTWAIT));
}

static void peers(int a, int b) {
  char buffer[16];
  const int stranger = new_udp();
  show_socket(send(a, "x", 1, 0));
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  show_socket(getpeername(a, (struct sockaddr *)&peer, &size));
  show_socket(connect_to(a, name_of(b)));
  show_socket(getpeername(a, (struct sockaddr *)&peer, &size));
  expect(same_address(peer, name_of(b)));
  show_socket(send(a, "to the peer", 11, 0));
  show(recv(b, buffer, sizeof buffer, 0));
  show_socket(send_to(stranger, "not heard", name_of(a)));
  show_socket(send_to(b, "heard", name_of(a)));
  show(recv(a, buffer, sizeof buffer, 0));
  show(recv(a, buffer, sizeof buffer, MSG_DONTWAIT));
  const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  show_socket(connect(a, &nobody, sizeof nobody));
  show_socket(getpeername(a, (struct sockaddr *)&peer, &size));
}

static void refused(void) {
  const int fd = new_udp();
  const int gone = new_udp();
  const struct sockaddr_in nowhere = name_of(gone);
  must(close(gone));
  show_socket(connect_to(fd, nowhere));
  show_socket(send(fd, "x", 1, 0));
  expect((wait_events(fd, POLLIN) & POLLERR) != 0);
  show_socket(send(fd, "x", 1, 0));
  char byte;
  (void)wait_events(fd, POLLIN);
  (void)!recv(fd, &byte, 1, MSG_DONTWAIT);
  printf("then %s\n", pending_error(fd));
}

int main(void) {
  const int a = new_udp(), b = new_udp();
  addressed(a, b);
  peers(a, b);
  refused();
  static char large[70000];
  struct sockaddr_in to = name_of(b);
  show_socket(sendto(a, large, sizeof large, 0, (struct sockaddr *)&to, sizeof to));
  show_socket(sendto(a, large, 65507, 0, (struct sockaddr *)&to, sizeof to));
  static char room[70000];
  show(recv(b, room, sizeof room, 0));
  show_socket(listen(a, 1));
  show_socket(accept(a, NULL, NULL));
  return 0;
}
