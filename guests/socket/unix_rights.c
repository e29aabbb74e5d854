// unix(7), SCM_RIGHTS: open files go to another process and share their offset; close-on-exec;
// MSG_CTRUNC when they do not fit; EBADF and EINVAL; a stream's read stops behind them; a socket
// may be sent over itself.
// covers: sendmsg recvmsg socketpair
// libc: glibc
#include "guest.h"
#include <sys/socket.h>

enum { kMost = 300 };

static long send_fds(int to, const char *text, const int *fds, int count) {
  static union {
    char bytes[CMSG_SPACE(kMost * sizeof(int))];
    struct cmsghdr align;
  } control;
  memset(&control, 0, sizeof control);
  struct iovec piece = {(void *)text, strlen(text)};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control};
  message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
  control.align.cmsg_level = SOL_SOCKET;
  control.align.cmsg_type = SCM_RIGHTS;
  control.align.cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
  memcpy(CMSG_DATA(&control.align), fds, (size_t)count * sizeof(int));
  return sendmsg(to, &message, 0);
}

// How many descriptors came; the first is kept in `first`, the others are closed.
static void receive_fds(int from, size_t room, int flags, int *first) {
  union {
    char bytes[CMSG_SPACE(kMost * sizeof(int))];
    struct cmsghdr align;
  } control;
  char text[64] = "";
  struct iovec piece = {text, sizeof text - 1};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = room};
  const long got = recvmsg(from, &message, flags);
  int count = 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header && got >= 0;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const int here = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int i = 0; i < here; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(header) + (size_t)i * sizeof fd, sizeof fd);
      if (count++ == 0 && first != NULL) {
        *first = fd;
      } else {
        close(fd);
      }
    }
  }
  printf("got %ld \"%s\" files %d control %zu%s\n", got, text, count,
         (size_t)message.msg_controllen, message.msg_flags & MSG_CTRUNC ? " cut" : "");
}

static void share(int type) {
  int pair[2], file = -1;
  must(socketpair(AF_UNIX, type, 0, pair));
  const int shared = (int)must(open("data", O_RDWR | O_CREAT | O_TRUNC, 0644));
  must(write(shared, "0123456789", 10));
  must(lseek(shared, 3, SEEK_SET));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    close(shared);
    receive_fds(pair[1], CMSG_SPACE(sizeof(int)), MSG_CMSG_CLOEXEC, &file);
    show(fcntl(file, F_GETFD));
    char digit;
    must(read(file, &digit, 1));
    printf("read %c\n", digit);
    _exit(0);
  }
  must(send_fds(pair[0], "take it", &shared, 1));
  print_status("child", wait_for(child));
  show(lseek(shared, 0, SEEK_CUR));
  const int two[2] = {shared, pair[0]};
  show(send_fds(pair[0], "two", two, 2));
  show(write(pair[0], "none", 4));
  receive_fds(pair[1], CMSG_SPACE(sizeof(int)), 0, NULL);
  receive_fds(pair[1], CMSG_SPACE(sizeof(int)), 0, NULL);
  show(send_fds(pair[0], "two", two, 2));
  receive_fds(pair[1], CMSG_LEN(sizeof(int)), 0, NULL);
  show(send_fds(pair[0], "two", two, 2));
  receive_fds(pair[1], 0, 0, NULL);
  show(send_fds(pair[0], "peeked", two, 1));
  receive_fds(pair[1], CMSG_SPACE(sizeof(int)), MSG_PEEK, &file);
  close(file);
  receive_fds(pair[1], CMSG_SPACE(sizeof(int)), 0, &file);
  expect(lseek(file, 0, SEEK_CUR) == 4);
  close(file);
  const int bad[2] = {shared, 999};
  show(send_fds(pair[0], "bad", bad, 2));
  int many[kMost];
  for (int i = 0; i < kMost; i++) many[i] = shared;
  show(send_fds(pair[0], "many", many, 254));
  show(send_fds(pair[0], "many", many, 253));
  receive_fds(pair[1], CMSG_SPACE(253 * sizeof(int)), 0, NULL);
  close(pair[0]);
  close(pair[1]);
  close(shared);
}

int main(void) {
  enter_scratch();
  share(SOCK_STREAM);
  share(SOCK_DGRAM);
  share(SOCK_SEQPACKET);
  // Files that nobody takes are closed with the socket: the pipe's reader finds its end.
  for (int i = 0; i < 100; i++) {
    int pair[2], channel[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    must(pipe(channel));
    must(send_fds(pair[0], "itself", &pair[1], 1));
    must(send_fds(pair[1], "itself", &pair[0], 1));
    must(send_fds(pair[0], "writer", &channel[1], 1));
    close(pair[0]);
    close(pair[1]);
    close(channel[1]);
    // Closing any other socket lets the kernel find those that hold only each other.
    int other[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, other));
    close(other[0]);
    close(other[1]);
    char byte;
    if (i == 99) show(read(channel[0], &byte, 1));
    close(channel[0]);
  }
  return 0;
}
