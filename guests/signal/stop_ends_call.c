// signal(7), "Interruption of system calls and library functions by stop signals": which calls fail
// with EINTR after SIGSTOP and SIGCONT though no signal is handled, and which go on.
// covers: recvfrom sendto accept connect epoll_pwait rt_sigtimedwait ppoll pselect6 read recvmsg
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>

static int pair[2];
static int listener;
static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "server"};

static void limit(int fd, int option) {
  const struct timeval time = {20, 0};
  must(setsockopt(fd, SOL_SOCKET, option, &time, sizeof time));
}

static void fill(int fd) {
  static char bytes[4096];
  while (send(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
  }
}

static long receives(void) {
  char byte;
  limit(pair[0], SO_RCVTIMEO);
  return recv(pair[0], &byte, 1, 0);
}
static long reads_socket(void) {
  char byte;
  limit(pair[0], SO_RCVTIMEO);
  return read(pair[0], &byte, 1);
}
static long receives_message(void) {
  char byte;
  struct iovec vector = {&byte, 1};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
  limit(pair[0], SO_RCVTIMEO);
  return recvmsg(pair[0], &header, 0);
}
static long sends(void) {
  limit(pair[0], SO_SNDTIMEO);
  fill(pair[0]);
  return send(pair[0], "x", 1, 0);
}
static long accepts(void) {
  limit(listener, SO_RCVTIMEO);
  return accept(listener, NULL, NULL);
}
static long connects(void) {
  for (;;) {
    const int client = (int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    if (connect(client, (struct sockaddr *)&address, sizeof address) == -1) break;
  }
  const int late = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  limit(late, SO_SNDTIMEO);
  return connect(late, (struct sockaddr *)&address, sizeof address);
}
static long waits_for_events(void) {
  struct epoll_event event;
  return epoll_wait((int)must(epoll_create1(0)), &event, 1, -1);
}
static long waits_for_events_limited(void) {
  struct epoll_event event;
  return epoll_wait((int)must(epoll_create1(0)), &event, 1, 20000);
}
// musl's own sigwaitinfo goes on after EINTR.
static long waits_for_signal(void) {
  const sigset_t set = set_of(SIGUSR1);
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  return syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8);
}
static long waits_for_signal_limited(void) {
  const sigset_t set = set_of(SIGUSR1);
  const struct timespec time = {20, 0};
  must(sigprocmask(SIG_BLOCK, &set, NULL));
  return syscall(SYS_rt_sigtimedwait, &set, NULL, &time, 8);
}

// These go on, and end when something comes.
static long receives_for_ever(void) {
  char byte;
  return recv(pair[0], &byte, 1, 0);
}
static long polls(void) {
  struct pollfd wanted = {pair[0], POLLIN, 0};
  return poll(&wanted, 1, -1);
}
static long polls_limited(void) {
  struct pollfd wanted = {pair[0], POLLIN, 0};
  return poll(&wanted, 1, 20000);
}
static long selects(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(pair[0], &set);
  struct timeval time = {20, 0};
  return select(pair[0] + 1, &set, NULL, NULL, &time);
}

static char state_of(pid_t pid) {
  char path[64], line[256] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  const int fd = (int)must(open(path, O_RDONLY));
  must(read(fd, line, sizeof line - 1));
  close(fd);
  return strrchr(line, ')')[2];
}

static void stop_during(const char *what, long (*call)(void), bool feeds) {
  int ends[2];
  must(pipe(ends));
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    errno = 0;
    const long value = call();
    dprintf(ends[1], "%ld %s", value, errno_name(value == -1 ? errno : 0));
    _exit(0);
  }
  while (state_of(pid) != 'S') sleep_ms(1);
  must(kill(pid, SIGSTOP));
  int status;
  must(waitpid(pid, &status, WUNTRACED));
  must(kill(pid, SIGCONT));
  must(waitpid(pid, &status, WCONTINUED));
  if (feeds) must(send(pair[1], "x", 1, 0));
  wait_for(pid);
  char text[64] = "";
  must(read(ends[0], text, sizeof text - 1));
  printf("%s: %s\n", what, text);
  close(ends[0]);
  close(ends[1]);
  char byte;
  if (feeds) (void)recv(pair[0], &byte, 1, MSG_DONTWAIT);
}

int main(void) {
  enter_scratch();
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  listener = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(bind(listener, (struct sockaddr *)&address, sizeof address));
  must(listen(listener, 1));
  stop_during("recv", receives_for_ever, true);
  stop_during("poll", polls, true);
  stop_during("poll with a time", polls_limited, true);
  stop_during("select", selects, true);
  stop_during("epoll_wait", waits_for_events, false);
  stop_during("epoll_wait with a time", waits_for_events_limited, false);
  stop_during("sigwaitinfo", waits_for_signal, false);
  stop_during("sigtimedwait", waits_for_signal_limited, false);
  stop_during("recv with SO_RCVTIMEO", receives, false);
  stop_during("read with SO_RCVTIMEO", reads_socket, false);
  stop_during("recvmsg with SO_RCVTIMEO", receives_message, false);
  stop_during("accept with SO_RCVTIMEO", accepts, false);
  stop_during("connect with SO_SNDTIMEO", connects, false);
  stop_during("send with SO_SNDTIMEO", sends, false);
  leave_scratch();
  return 0;
}
