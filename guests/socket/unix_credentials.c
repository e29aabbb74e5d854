// unix(7): SO_PEERCRED, SO_PASSCRED and SCM_CREDENTIALS; a process does not pretend to be another.
// covers: sendmsg recvmsg getsockopt setsockopt
#include "guest.h"
#include <sys/socket.h>
#include <sys/un.h>

typedef union {
  char bytes[CMSG_SPACE(sizeof(struct ucred))];
  struct cmsghdr align;
} Control;

static long send_as(int fd, pid_t pid, uid_t uid) {
  Control control = {0};
  struct iovec piece = {"x", 1};
  struct msghdr message = {.msg_iov = &piece,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  const struct ucred who = {pid, uid, getgid()};
  control.align.cmsg_level = SOL_SOCKET;
  control.align.cmsg_type = SCM_CREDENTIALS;
  control.align.cmsg_len = CMSG_LEN(sizeof who);
  memcpy(CMSG_DATA(&control.align), &who, sizeof who);
  return sendmsg(fd, &message, 0);
}

static void receive(int fd, pid_t expected) {
  Control control = {0};
  char text[8];
  struct iovec piece = {text, sizeof text};
  struct msghdr message = {.msg_iov = &piece,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  show(recvmsg(fd, &message, MSG_DONTWAIT));
  const struct cmsghdr *const header = CMSG_FIRSTHDR(&message);
  if (header == NULL) {
    printf("no credentials\n");
    return;
  }
  struct ucred who;
  memcpy(&who, CMSG_DATA(header), sizeof who);
  expect(header->cmsg_type == SCM_CREDENTIALS);
  expect(who.pid == expected);
  expect(who.uid == getuid());
  expect(who.gid == getgid());
}

static struct ucred peer_of(int fd) {
  struct ucred who;
  socklen_t size = sizeof who;
  must(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size));
  return who;
}

static void pretend(void) {
  int pair[2];
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  if (getuid() == 0) must(setresuid(1000, 1000, 1000));
  show(send_as(pair[0], getpid(), 0));
  show(send_as(pair[0], 1, getuid()));
  show(send_as(pair[0], getpid(), getuid()));
}

int main(void) {
  enter_scratch();
  int pair[2], on = 1;
  must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  expect(peer_of(pair[0]).pid == getpid());
  expect(peer_of(pair[1]).uid == geteuid());
  const int alone = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  expect(peer_of(alone).pid == 0);
  expect(peer_of(alone).uid == (uid_t)-1);
  show(send_as(pair[0], getpid(), getuid()));
  receive(pair[1], getpid());
  must(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  show(send_as(pair[0], getpid(), getuid()));
  receive(pair[1], getpid());
  show(write(pair[0], "x", 1));
  receive(pair[1], getpid());
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(write(pair[0], "x", 1));
    _exit(0);
  }
  wait_for(child);
  receive(pair[1], child);
  print_status("pretender", in_child(pretend));

  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "server"};
  const int listener = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(bind(listener, (struct sockaddr *)&address, sizeof address));
  must(listen(listener, 1));
  const pid_t client = (pid_t)must(fork());
  if (client == 0) {
    must(connect(alone, (struct sockaddr *)&address, sizeof address));
    _exit(peer_of(alone).pid == getppid() ? 0 : 1);
  }
  const int accepted = (int)must(accept(listener, NULL, NULL));
  expect(peer_of(accepted).pid == client);
  print_status("client", wait_for(client));
  return 0;
}
