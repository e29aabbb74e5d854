// /proc/net/{tcp,tcp6,udp,udp6} have a line for each socket this program has open, with its
// addresses, its state and queues, its owner and the inode number that fstat(2) and /proc/self/fd
// tell (proc_pid_net(5)).
// covers: socket bind listen connect getsockname fstat
#include "guest.h"
#include "inet.h"

static void line_of(const char *table, const char *title, int fd) {
  char path[64], link[64], expected[64];
  struct stat status;
  must(fstat(fd, &status));
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  const ssize_t size = must(readlink(path, link, sizeof link - 1));
  link[size] = '\0';
  snprintf(expected, sizeof expected, "socket:[%lu]", (unsigned long)status.st_ino);
  snprintf(path, sizeof path, "/proc/self/net/%s", table);
  FILE *file = fopen(path, "r");
  char line[512];
  int found = 0;
  while (file && fgets(line, sizeof line, file)) {
    char local[40], remote[40];
    unsigned local_port, remote_port, state, uid;
    unsigned long sent, received, inode;
    const int fields =
        sscanf(line, " %*d: %39[0-9A-F]:%4X %39[0-9A-F]:%4X %2X %8lX:%8lX %*X:%*X %*X %u %*d %lu",
               local, &local_port, remote, &remote_port, &state, &sent, &received, &uid, &inode);
    if (fields != 9 || inode != status.st_ino) continue;
    found++;
    struct sockaddr_storage own = {0}, peer = {0};
    socklen_t length = sizeof own;
    must(getsockname(fd, (struct sockaddr *)&own, &length));
    length = sizeof peer;
    const int connected = getpeername(fd, (struct sockaddr *)&peer, &length) == 0;
    // The port stands at one place in both families' addresses.
    const unsigned own_port = ntohs(((struct sockaddr_in *)&own)->sin_port);
    const unsigned peer_port = connected ? ntohs(((struct sockaddr_in *)&peer)->sin_port) : 0;
    printf("%s: %s from %s to %s, state %u, ports %s, unread %s, owner %s\n", title, table, local,
           remote, state, local_port == own_port && remote_port == peer_port ? "right" : "wrong",
           received ? "some" : "none", uid == getuid() ? "right" : "wrong");
  }
  if (file) fclose(file);
  printf("%s: %d lines, link %s\n", title, found, strcmp(link, expected) == 0 ? "right" : "wrong");
}

int main(void) {
  const int listener = new_listener(4);
  line_of("tcp", "listener", listener);
  const int client = (int)must(socket(AF_INET, SOCK_STREAM, 0));
  line_of("tcp", "unbound", client);
  must(connect_to(client, name_of(listener)));
  struct pollfd queued = {.fd = listener, .events = POLLIN};
  must(poll(&queued, 1, -1));
  line_of("tcp", "listener with one in its queue", listener);
  const int server = (int)must(accept(listener, NULL, NULL));
  must(write(client, "some", 4));
  struct pollfd arrived = {.fd = server, .events = POLLIN};
  must(poll(&arrived, 1, -1));
  line_of("tcp", "client", client);
  line_of("tcp", "server", server);
  must(shutdown(client, SHUT_WR));
  char byte;
  while (read(server, &byte, 1) == 1)
    ;
  line_of("tcp", "half closed", server);

  const int datagram = (int)must(socket(AF_INET, SOCK_DGRAM, 0));
  line_of("udp", "unbound", datagram);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  must(bind(datagram, (struct sockaddr *)&here, sizeof here));
  line_of("udp", "bound", datagram);
  const int sender = (int)must(socket(AF_INET, SOCK_DGRAM, 0));
  must(connect_to(sender, name_of(datagram)));
  line_of("udp", "connected", sender);

  const int six = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 here6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  if (six == -1 || bind(six, (struct sockaddr *)&here6, sizeof here6) == -1) {
    printf("no IPv6\n");
    return 0;
  }
  line_of("udp6", "bound", six);
  const int stream6 = (int)must(socket(AF_INET6, SOCK_STREAM, 0));
  must(bind(stream6, (struct sockaddr *)&here6, sizeof here6));
  must(listen(stream6, 1));
  line_of("tcp6", "listener", stream6);
  return 0;
}
