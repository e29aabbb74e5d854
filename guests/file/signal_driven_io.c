// fcntl(2) F_SETOWN, F_SETOWN_EX, F_SETSIG with O_ASYNC, and FIOASYNC: the owner of a pipe's or a
// socket's end gets SIGIO, or the signal chosen with si_code, si_band and si_fd, when bytes come or
// go; the owner can be a process, a thread or a group; ESRCH and EINVAL for what is none.
// covers: fcntl ioctl
#include "guest.h"
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef FIOSETOWN
#define FIOSETOWN 0x8901
#define SIOCSPGRP 0x8902
#define FIOGETOWN 0x8903
#define SIOCGPGRP 0x8904
#endif

static volatile sig_atomic_t count, code, band, fd_told;

static void note(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  count++;
  code = info->si_code;
  band = (sig_atomic_t)info->si_band;
  fd_told = info->si_fd;
}

static void told(const char *what, int fd) {
  printf("%s: %s", what, count > 0 ? "told" : "silence");
  if (count > 0 && code != SI_KERNEL)
    printf(", code %d, band %#x, own fd %d", (int)code, (unsigned)band, fd_told == fd);
  printf("\n");
  count = 0;
}

static void owners(int fd) {
  struct f_owner_ex owner = {-1, -1};
  show(syscall(SYS_fcntl, fd, F_GETOWN));
  show(fcntl(fd, F_SETOWN, getpid()));
  expect(fcntl(fd, F_GETOWN) == getpid());
  show(fcntl(fd, F_GETOWN_EX, &owner));
  expect(owner.type == F_OWNER_PID && owner.pid == getpid());
  owner.type = F_OWNER_PGRP;
  owner.pid = getpgrp();
  show(fcntl(fd, F_SETOWN_EX, &owner));
  expect(fcntl(fd, F_GETOWN_EX, &owner) == 0 && owner.type == F_OWNER_PGRP);
  show(fcntl(fd, F_SETOWN, -getpgrp()));
  expect(fcntl(fd, F_GETOWN_EX, &owner) == 0 && owner.type == F_OWNER_PGRP);
  expect(owner.pid == getpgrp());
  owner.type = 7;
  show(fcntl(fd, F_SETOWN_EX, &owner));
  show(syscall(SYS_fcntl, fd, F_SETOWN_EX, 16L));
  show(syscall(SYS_fcntl, fd, F_GETOWN_EX, memory_edge() - 4));
  show(fcntl(fd, F_SETOWN, INT_MIN));
  show(fcntl(fd, F_SETOWN, 0x3ffffff));
  show(fcntl(fd, F_SETOWN, -0x3ffffff));
  show(fcntl(fd, F_SETSIG, 65));
  show(fcntl(fd, F_SETSIG, -1));
  show(fcntl(fd, F_GETSIG));
  show(fcntl(fd, F_SETOWN, 0));
  show(syscall(SYS_fcntl, fd, F_GETOWN));
  owner.type = F_OWNER_TID;
  owner.pid = getpid();
  show(fcntl(fd, F_SETOWN_EX, &owner));
}

// An owner that was waited for is none any more.
static void dead_owner(int fd) {
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    pause();
    _exit(0);
  }
  must(fcntl(fd, F_SETOWN, child));
  expect(fcntl(fd, F_GETOWN) == child);
  must(kill(child, SIGKILL));
  print_status("child", wait_for(child));
  show(syscall(SYS_fcntl, fd, F_GETOWN));
}

static void reader(const int *ends) {
  char byte[8] = "x";
  must(write(ends[1], byte, 1));
  told("not asked for", ends[0]);
  must(fcntl(ends[0], F_SETFL, O_ASYNC));
  expect((fcntl(ends[0], F_GETFL) & O_ASYNC) != 0);
  must(write(ends[1], byte, 1));
  told("bytes came", ends[0]);
  must(fcntl(ends[0], F_SETSIG, SIGRTMIN + 3));
  expect(fcntl(ends[0], F_GETSIG) == SIGRTMIN + 3);
  must(write(ends[1], byte, 1));
  told("chosen signal", ends[0]);
  must(read(ends[0], byte, sizeof byte));
  install_info_handler(SIGCHLD, note, 0);
  must(fcntl(ends[0], F_SETSIG, SIGCHLD));
  must(write(ends[1], byte, 1));
  told("a signal with codes of its own", ends[0]);
  install_handler(SIGCHLD, SIG_DFL, 0);
  must(fcntl(ends[0], F_SETFL, 0));
  must(write(ends[1], byte, 1));
  told("no longer", ends[0]);
  must(read(ends[0], byte, sizeof byte));
}

static void writer(const int *ends) {
  char bytes[4096] = "";
  must(fcntl(ends[1], F_SETOWN, getpid()));
  must(fcntl(ends[1], F_SETSIG, SIGRTMIN + 3));
  int on = 1;
  show(ioctl(ends[1], FIOASYNC, &on));
  expect((fcntl(ends[1], F_GETFL) & O_ASYNC) != 0);
  must(write(ends[1], bytes, sizeof bytes));
  told("own write", ends[1]);
  must(read(ends[0], bytes, sizeof bytes));
  told("room came", ends[1]);
  on = 0;
  show(ioctl(ends[1], FIOASYNC, &on));
  expect((fcntl(ends[1], F_GETFL) & O_ASYNC) != 0);
}

static void others(const int *ends) {
  must(fcntl(ends[0], F_SETSIG, SIGRTMIN + 3));
  must(fcntl(ends[0], F_SETFL, O_ASYNC));
  const pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(write(ends[1], "y", 1));
    _exit(count == 0 ? 0 : 1);
  }
  print_status("child", wait_for(child));
  told("by a child", ends[0]);
  char byte;
  must(read(ends[0], &byte, 1));
  must(fcntl(ends[0], F_SETOWN, 0));
  must(write(ends[1], "z", 1));
  told("nobody owns it", ends[0]);
  must(fcntl(ends[0], F_SETOWN, -getpgrp()));
  must(write(ends[1], "z", 1));
  told("the group", ends[0]);
  must(close(ends[1]));
  told("other end closed", ends[0]);
  must(close(ends[0]));
}

static void sockets(void) {
  int pair[2], owner = 0;
  char byte;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  owner = getpid();
  show(ioctl(pair[0], FIOSETOWN, &owner));
  owner = 0;
  show(ioctl(pair[0], SIOCGPGRP, &owner));
  expect(owner == getpid());
  owner = -getpgrp();
  show(ioctl(pair[0], SIOCSPGRP, &owner));
  show(ioctl(pair[0], FIOGETOWN, &owner));
  expect(owner == -getpgrp());
  owner = 0x3ffffff;
  show(ioctl(pair[0], FIOSETOWN, &owner));
  show(ioctl(pair[0], FIOSETOWN, 16L));
  must(fcntl(pair[0], F_SETSIG, SIGRTMIN + 3));
  must(fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK));
  must(write(pair[1], "x", 1));
  told("socket: bytes came", pair[0]);
  must(read(pair[0], &byte, 1));
  count = 0;
  must(close(pair[1]));
  told("socket: the peer went", pair[0]);
  must(close(pair[0]));
}

static void files(void) {
  enter_scratch();
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  int on = 1;
  show(ioctl(file, FIOASYNC, &on));
  show(fcntl(file, F_SETFL, O_ASYNC));
  expect((fcntl(file, F_GETFL) & O_ASYNC) != 0);
  show(ioctl(file, FIOSETOWN, &on));
  show(fcntl(file, F_SETOWN, getpid()));
  expect(fcntl(file, F_GETOWN) == getpid());
  leave_scratch();
}

int main(void) {
  int ends[2];
  // The group is the program's own: nobody else gets its signals.
  if (getpgrp() != getpid()) must(setpgid(0, 0));
  must(pipe(ends));
  install_info_handler(SIGIO, note, 0);
  install_info_handler(SIGRTMIN + 3, note, 0);
  owners(ends[0]);
  reader(ends);
  writer(ends);
  dead_owner(ends[1]);
  must(fcntl(ends[0], F_SETOWN, getpid()));
  others(ends);
  sockets();
  files();
  return 0;
}
