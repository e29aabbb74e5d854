// socket(7), ip(7), tcp(7): options that programs set and ask for, cut and short values, unknown
// options and levels.
// covers: setsockopt getsockopt
#include "guest.h"
#include "inet.h"

static void set_and_get(const char *name, int fd, int level, int option, int value) {
  int got = -1;
  socklen_t size = sizeof got;
  const int set = setsockopt(fd, level, option, &value, sizeof value);
  printf("%s: set %s", name, set == 0 ? "ok" : socket_error_name(errno));
  const int asked = getsockopt(fd, level, option, &got, &size);
  printf(", get %s: %d, %u bytes\n", asked == 0 ? "ok" : socket_error_name(errno), got,
         (unsigned)size);
}
#define both(fd, level, option, value) set_and_get(#option, fd, level, option, value)

static void ask(const char *name, int fd, int level, int option) {
  int got = -1;
  socklen_t size = sizeof got;
  const int asked = getsockopt(fd, level, option, &got, &size);
  printf("%s: %s: %d\n", name, asked == 0 ? "ok" : socket_error_name(errno), got);
}
#define one(fd, level, option) ask(#option, fd, level, option)

static void times_and_sizes(int fd) {
  struct timeval time = {2, 500000}, got = {0};
  socklen_t size = sizeof got;
  show(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  show(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &size));
  printf("%ld s %ld us\n", (long)got.tv_sec, (long)got.tv_usec);
  show_socket(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, 4));
  struct linger linger = {1, 7};
  show(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  linger = (struct linger){0};
  size = sizeof linger;
  show(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size));
  printf("linger %d %d\n", linger.l_onoff, linger.l_linger);
  int room = 20000;
  show(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room));
  size = sizeof room;
  show(getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, &size));
  printf("receive buffer %d\n", room);
}

static void wrong(int fd) {
  int value = 1;
  socklen_t size = sizeof value;
  show_socket(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, 2));
  show_socket(setsockopt(fd, SOL_SOCKET, 12345, &value, sizeof value));
  show_socket(getsockopt(fd, SOL_SOCKET, 12345, &value, &size));
  show_socket(setsockopt(fd, IPPROTO_TCP, 12345, &value, sizeof value));
  show_socket(getsockopt(fd, 12345, 1, &value, &size));
  show_socket(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, (void *)8, sizeof value));
  show_socket(getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, (void *)8, &size));
  show_socket(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, (socklen_t *)8));
  size = (socklen_t)-1;
  show_socket(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size));
  value = -1;
  size = 1;
  show_socket(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size));
  printf("%#x in %u bytes\n", (unsigned)value, (unsigned)size);
  show_socket(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, sizeof value));
}

int main(void) {
  const int tcp = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  const int udp = (int)must(socket(AF_INET, SOCK_DGRAM, 0));
  one(tcp, SOL_SOCKET, SO_TYPE);
  one(udp, SOL_SOCKET, SO_TYPE);
  one(tcp, SOL_SOCKET, SO_DOMAIN);
  one(tcp, SOL_SOCKET, SO_PROTOCOL);
  one(tcp, SOL_SOCKET, SO_ACCEPTCONN);
  one(new_listener(1), SOL_SOCKET, SO_ACCEPTCONN);
  one(tcp, SOL_SOCKET, SO_ERROR);
  both(tcp, SOL_SOCKET, SO_REUSEADDR, 1);
  both(tcp, SOL_SOCKET, SO_REUSEPORT, 1);
  both(tcp, SOL_SOCKET, SO_KEEPALIVE, 5);
  both(tcp, SOL_SOCKET, SO_OOBINLINE, 1);
  both(udp, SOL_SOCKET, SO_BROADCAST, 1);
  both(tcp, SOL_SOCKET, SO_PRIORITY, 3);
  both(tcp, SOL_SOCKET, SO_RCVLOWAT, 2);
  both(udp, SOL_SOCKET, SO_TIMESTAMP, 1);
  both(tcp, IPPROTO_IP, IP_TOS, 0x10);
  both(tcp, IPPROTO_IP, IP_TTL, 33);
  both(tcp, IPPROTO_IP, IP_TTL, 300);
  both(udp, IPPROTO_IP, IP_PKTINFO, 1);
  both(udp, IPPROTO_IP, IP_MULTICAST_TTL, 4);
  both(udp, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  both(udp, IPPROTO_IP, IP_RECVERR, 1);
  both(tcp, IPPROTO_TCP, TCP_NODELAY, 1);
  both(tcp, IPPROTO_TCP, TCP_CORK, 1);
  both(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 40);
  both(tcp, IPPROTO_TCP, TCP_KEEPINTVL, 4);
  both(tcp, IPPROTO_TCP, TCP_KEEPCNT, 4);
  both(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, 4000);
  both(tcp, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
  both(udp, IPPROTO_TCP, TCP_NODELAY, 1);
  times_and_sizes(tcp);
  wrong(tcp);
  return 0;
}
