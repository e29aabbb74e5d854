// unix(7), SO_PASSCRED: what sendfile(2) and splice(2) put into a socket carries the credentials of
// who called them, as what sendmsg(2) sends does.
// covers: sendfile splice recvmsg setsockopt
#include "guest.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

static int pair[2];
static pid_t sender;

static void receive_one(const char *what) {
  char bytes[16] = "", control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec vector = {bytes, sizeof bytes};
  struct msghdr header = {.msg_iov = &vector,
                          .msg_iovlen = 1,
                          .msg_control = control,
                          .msg_controllen = sizeof control};
  const long size = recvmsg(pair[0], &header, 0);
  const struct cmsghdr *first = CMSG_FIRSTHDR(&header);
  printf("%s: %ld %s, %s\n", what, size, bytes, first == NULL ? "unsigned" : "signed");
  if (first == NULL) return;
  struct ucred user;
  memcpy(&user, CMSG_DATA(first), sizeof user);
  expect(user.pid == sender && user.uid == getuid() && user.gid == getgid());
}

static void send_by(const char *what, void (*body)(void)) {
  sender = (pid_t)must(fork());
  if (sender == 0) {
    body();
    _exit(0);
  }
  print_status(what, wait_for(sender));
  receive_one(what);
}

static void by_sendfile(void) {
  const int file = (int)must(open("file", O_RDONLY));
  must(sendfile(pair[1], file, NULL, 100));
}

static void by_splice(void) {
  int ends[2];
  must(pipe(ends));
  must(write(ends[1], "pipe", 4));
  must(splice(ends[0], NULL, pair[1], NULL, 100, 0));
}

static void by_write(void) { must(write(pair[1], "bytes", 5)); }

int main(void) {
  const int on = 1;
  enter_scratch();
  write_file("file", "file", 0644);
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  must(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  send_by("write", by_write);
  send_by("sendfile", by_sendfile);
  send_by("splice", by_splice);
  leave_scratch();
  return 0;
}
