// socket(7), SO_RCVTIMEO and SO_SNDTIMEO: EAGAIN when the time is over; signal(7): EINTR then even
// with SA_RESTART, while calls without a time limit go on; SIGPIPE and MSG_NOSIGNAL.
// covers: setsockopt getsockopt accept recvfrom sendto
#include "guest.h"
#include <sys/socket.h>
#include <sys/un.h>

static volatile sig_atomic_t caught;
static int wake_fd;

static void handler(int number) { caught = number; }
static void feeder(int number) {
  caught = number;
  must(write(wake_fd, "z", 1));
}

static void set_time(int fd, int option, long seconds, long microseconds) {
  const struct timeval time = {seconds, microseconds};
  must(setsockopt(fd, SOL_SOCKET, option, &time, sizeof time));
}

static void alarm_in(long microseconds) {
  const struct itimerval timer = {{0, 0}, {0, microseconds}};
  must(setitimer(ITIMER_REAL, &timer, NULL));
}

int main(void) {
  enter_scratch();
  int pair[2];
  char byte;
  static char large[1 << 20];
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  set_time(pair[0], SO_RCVTIMEO, 0, 20000);
  struct timeval time;
  socklen_t size = sizeof time;
  show(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, &size));
  show(time.tv_sec);
  show(time.tv_usec);
  show(recv(pair[0], &byte, 1, 0));
  show(read(pair[0], &byte, 1));
  set_time(pair[0], SO_SNDTIMEO, 0, 20000);
  const long part = send(pair[0], large, sizeof large, 0);
  expect(part > 0 && part < (long)sizeof large);
  show(send(pair[0], "x", 1, 0));
  time.tv_usec = 1000000;
  show(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  show(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, 4));

  install_handler(SIGALRM, handler, SA_RESTART);
  set_time(pair[0], SO_RCVTIMEO, 20, 0);
  alarm_in(20000);
  show(recv(pair[0], &byte, 1, 0));
  expect(caught == SIGALRM);
  install_handler(SIGALRM, feeder, SA_RESTART);
  set_time(pair[0], SO_RCVTIMEO, 0, 0);
  wake_fd = pair[1];
  alarm_in(20000);
  show(recv(pair[0], &byte, 1, 0));
  printf("%c\n", byte);
  install_handler(SIGALRM, handler, 0);
  alarm_in(20000);
  show(recv(pair[0], &byte, 1, 0));

  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "server"};
  const int listener = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  must(bind(listener, (struct sockaddr *)&address, sizeof address));
  must(listen(listener, 1));
  set_time(listener, SO_RCVTIMEO, 0, 20000);
  show(accept(listener, NULL, NULL));
  set_time(listener, SO_RCVTIMEO, 0, 0);
  alarm_in(20000);
  show(accept(listener, NULL, NULL));
  for (int i = 0; i < 2; i++) {
    const int client = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
    must(connect(client, (struct sockaddr *)&address, sizeof address));
  }
  const int late = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));
  set_time(late, SO_SNDTIMEO, 0, 20000);
  show(connect(late, (struct sockaddr *)&address, sizeof address));

  install_handler(SIGPIPE, handler, 0);
  close(pair[1]);
  caught = 0;
  show(send(pair[0], "x", 1, MSG_NOSIGNAL));
  show((int)caught);
  show(send(pair[0], "x", 1, 0));
  expect(caught == SIGPIPE);
  caught = 0;
  must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  close(pair[1]);
  show(send(pair[0], "x", 1, MSG_NOSIGNAL));
  return 0;
}
