// pidfd_open(2): a process as a descriptor, closed at exec, readable for poll and epoll once the
// process has ended; waitid(P_PIDFD) waits for it and nobody else, and with PIDFD_NONBLOCK it does
// not block.
// covers: pidfd_open waitid
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
enum { kNonBlock = O_NONBLOCK };

static int gate[2];

static pid_t start(int status) {
  must(pipe(gate));
  const pid_t child = (pid_t)must(fork());
  if (child != 0) {
    must(close(gate[0]));
    return child;
  }
  must(close(gate[1]));
  char byte;
  if (read(gate[0], &byte, 1) != 0) _exit(99);
  _exit(status);
}

static void show_info(int pidfd) {
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "Pid:", 4) == 0)
      printf("Pid line: %s\n", atoi(line + 4) > 0 ? "a pid" : "none");
  if (file) fclose(file);
}

int main(void) {
  show(syscall(SYS_pidfd_open, 0, 0));
  show(syscall(SYS_pidfd_open, -5, 0));
  show(syscall(SYS_pidfd_open, 0x3fffffff, 0));
  show(syscall(SYS_pidfd_open, getpid(), 1));

  const pid_t child = start(7);
  const int pidfd = (int)must(syscall(SYS_pidfd_open, child, 0));
  expect(fcntl(pidfd, F_GETFD) == FD_CLOEXEC);
  expect((fcntl(pidfd, F_GETFL) & O_ACCMODE) == O_RDWR);
  char byte;
  show(read(pidfd, &byte, 1));
  show(write(pidfd, &byte, 1));
  show_info(pidfd);
  struct pollfd poller = {pidfd, POLLIN, 0};
  show(poll(&poller, 1, 0));
  const int epoll = (int)must(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN};
  show(epoll_ctl(epoll, EPOLL_CTL_ADD, pidfd, &event));
  show(epoll_wait(epoll, &event, 1, 0));
  siginfo_t info = {0};
  show(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG));
  expect(info.si_pid == 0);

  must(close(gate[1]));
  show(epoll_wait(epoll, &event, 1, -1));
  show(poll(&poller, 1, -1));
  expect((poller.revents & POLLIN) != 0);
  show(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOWAIT));
  show(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED));
  expect(info.si_pid == child);
  printf("code %d status %d\n", info.si_code == CLD_EXITED, info.si_status);
  show(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED));
  show_info(pidfd);
  expect(poll(&poller, 1, 0) == 1 && (poller.revents & POLLIN) != 0);

  show(waitid(P_PIDFD, (id_t)epoll, &info, WEXITED));
  show(waitid(P_PIDFD, 9999, &info, WEXITED));
  show(waitid(P_PIDFD, (id_t)-1, &info, WEXITED));

  const pid_t other = start(0);
  const int patient = (int)must(syscall(SYS_pidfd_open, other, kNonBlock));
  expect((fcntl(patient, F_GETFL) & O_NONBLOCK) != 0);
  show(waitid(P_PIDFD, (id_t)patient, &info, WEXITED));
  must(close(gate[1]));
  struct pollfd ended = {patient, POLLIN, 0};
  show(poll(&ended, 1, -1));
  show(waitid(P_PIDFD, (id_t)patient, &info, WEXITED));
  const int own = (int)must(syscall(SYS_pidfd_open, getpid(), 0));
  show(waitid(P_PIDFD, (id_t)own, &info, WEXITED));
  return 0;
}
