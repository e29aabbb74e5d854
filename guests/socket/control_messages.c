// ip(7), socket(7): IP_PKTINFO, IP_RECVTTL, IP_RECVTOS and SO_TIMESTAMP with received datagrams,
// IP_TTL and IP_TOS with sent ones, MSG_CTRUNC, and the error queue of IP_RECVERR.
// covers: sendmsg recvmsg setsockopt
#include "guest.h"
#include "inet.h"
#include <linux/errqueue.h>

static void print_control(struct msghdr *message) {
  bool info = false, stamped = false;
  int ttl = -1, tos = -1;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMP)
      stamped = c->cmsg_len == CMSG_LEN(16);
    if (c->cmsg_level != IPPROTO_IP) continue;
    if (c->cmsg_type == IP_TTL) memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
    if (c->cmsg_type == IP_TOS) tos = *CMSG_DATA(c);
    if (c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo from;
      memcpy(&from, CMSG_DATA(c), sizeof from);
      info = from.ipi_addr.s_addr == htonl(INADDR_LOOPBACK);
    }
  }
  printf("packet information %d, time %d, ttl %d, tos %#x\n", info, stamped, ttl, (unsigned)tos);
}

static void send_with(int fd, struct sockaddr_in to, int type, int value) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  control.header.cmsg_len = CMSG_LEN(sizeof value);
  control.header.cmsg_level = IPPROTO_IP;
  control.header.cmsg_type = type;
  memcpy(CMSG_DATA(&control.header), &value, sizeof value);
  struct iovec part = {"text", 4};
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  show_socket(sendmsg(fd, &message, 0));
}

static void receive(int fd, size_t room, int flags) {
  union {
    struct cmsghdr header;
    char bytes[512];
  } control;
  char buffer[16];
  struct iovec part = {buffer, sizeof buffer};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = room};
  show_socket(recvmsg(fd, &message, flags));
  printf("flags %#x\n", (unsigned)message.msg_flags);
  print_control(&message);
}

static void error_queue(void) {
  const int fd = new_udp(), gone = new_udp(), on = 1;
  const struct sockaddr_in nowhere = name_of(gone);
  must(close(gone));
  must(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on));
  show_socket(sendto(fd, "lost", 4, 0, (struct sockaddr *)&nowhere, sizeof nowhere));
  expect((wait_events(fd, POLLIN) & POLLERR) != 0);
  char buffer[16], control[512];
  struct sockaddr_in about = {0};
  struct iovec part = {buffer, sizeof buffer};
  struct msghdr message = {.msg_name = &about,
                           .msg_namelen = sizeof about,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  show_socket(recvmsg(fd, &message, MSG_ERRQUEUE));
  expect((message.msg_flags & MSG_ERRQUEUE) != 0);
  expect(same_address(about, nowhere));
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  struct sock_extended_err error;
  memcpy(&error, CMSG_DATA(c), sizeof error);
  printf("%s from %d\n", socket_error_name((int)error.ee_errno), error.ee_origin);
  show_socket(recvmsg(fd, &message, MSG_ERRQUEUE));
}

int main(void) {
  const int a = new_udp(), b = new_udp(), on = 1;
  must(setsockopt(b, IPPROTO_IP, IP_PKTINFO, &on, sizeof on));
  must(setsockopt(b, IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
  must(setsockopt(b, IPPROTO_IP, IP_RECVTOS, &on, sizeof on));
  must(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on));
  send_with(a, name_of(b), IP_TTL, 77);
  receive(b, 512, 0);
  send_with(a, name_of(b), IP_TOS, 0x10);
  receive(b, 512, 0);
  send_with(a, name_of(b), IP_TTL, 0);
  send_with(a, name_of(b), IP_TTL, 5);
  receive(b, 0, 0);
  send_with(a, name_of(b), IP_TTL, 5);
  receive(b, 20, 0);
  error_queue();
  return 0;
}
