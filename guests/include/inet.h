// Sockets on the loopback for the guest programs, with ports the kernel chooses: nothing that two
// programs running at once could quarrel about. Include it after guest.h.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static inline struct sockaddr_in loopback_port(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The address a socket was given.
static inline struct sockaddr_in name_of(int fd) {
  struct sockaddr_in address = {0};
  socklen_t size = sizeof address;
  must(getsockname(fd, (struct sockaddr *)&address, &size));
  return address;
}

static inline bool same_address(struct sockaddr_in a, struct sockaddr_in b) {
  return a.sin_family == b.sin_family && a.sin_port == b.sin_port &&
         a.sin_addr.s_addr == b.sin_addr.s_addr;
}

static inline int bind_loopback(int fd) {
  const struct sockaddr_in address = loopback_port(0);
  return bind(fd, (const struct sockaddr *)&address, sizeof address);
}

static inline int connect_to(int fd, struct sockaddr_in address) {
  return connect(fd, (const struct sockaddr *)&address, sizeof address);
}

// A TCP socket that listens on a port of the kernel's choice.
static inline int new_listener(int backlog) {
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  must(bind_loopback(fd));
  must(listen(fd, backlog));
  return fd;
}

static inline int new_udp(void) {
  const int fd = (int)must(socket(AF_INET, SOCK_DGRAM, 0));
  must(bind_loopback(fd));
  return fd;
}

// A port nobody listens on: its socket is bound and does not.
static inline struct sockaddr_in deaf_port(void) {
  const int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  must(bind_loopback(fd));
  return name_of(fd);
}

struct tcp_pair {
  int client;
  int server;
};

static inline struct tcp_pair connected_pair(void) {
  struct tcp_pair pair;
  const int listener = new_listener(1);
  pair.client = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  must(connect_to(pair.client, name_of(listener)));
  pair.server = (int)must(accept(listener, NULL, NULL));
  must(close(listener));
  return pair;
}

// Until `fd` has one of `events`, at most ten seconds: what it has of them, errors and hang-ups.
static inline int wait_events(int fd, short events) {
  struct pollfd entry = {.fd = fd, .events = events};
  must(poll(&entry, 1, 10000));
  return entry.revents;
}

static inline const char *socket_error_name(int error) {
  switch (error) {
    case ECONNREFUSED: return "ECONNREFUSED";
    case ECONNRESET: return "ECONNRESET";
    case ENOTCONN: return "ENOTCONN";
    case EISCONN: return "EISCONN";
    case EINPROGRESS: return "EINPROGRESS";
    case EALREADY: return "EALREADY";
    case EDESTADDRREQ: return "EDESTADDRREQ";
    case EMSGSIZE: return "EMSGSIZE";
    case EADDRINUSE: return "EADDRINUSE";
    case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
    case ENOPROTOOPT: return "ENOPROTOOPT";
    case EPROTONOSUPPORT: return "EPROTONOSUPPORT";
    case ESOCKTNOSUPPORT: return "ESOCKTNOSUPPORT";
    case EPROTOTYPE: return "EPROTOTYPE";
    case ENETUNREACH: return "ENETUNREACH";
    default: return errno_name(error);
  }
}

// show() with the errors of sockets by name.
#define show_socket(call) show_socket_result(#call, (long)(call))

static inline long show_socket_result(const char *text, long value) {
  const int error = errno;
  if (value == -1) {
    printf("%s = -1 %s\n", text, socket_error_name(error));
  } else {
    printf("%s = %ld\n", text, value);
  }
  errno = error;
  return value;
}

// SO_ERROR, by name.
static inline const char *pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
  return socket_error_name(error);
}
