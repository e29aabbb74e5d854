// pty(7): a read that is blocked in the slave when the master is closed ends with EIO; who comes
// later reads an end of file. poll(2) tells of the hang-up.
// covers: read ppoll close
#include "guest.h"
#include "pty.h"

static char state_of(pid_t pid) {
  char path[64], line[256] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  const int fd = (int)must(open(path, O_RDONLY));
  must(read(fd, line, sizeof line - 1));
  close(fd);
  return strrchr(line, ')')[2];
}

// A child that is blocked while this process closes the master.
static void close_during(const char *what, void (*body)(void)) {
  open_pty();
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    signal(SIGHUP, SIG_IGN);
    must(close(pty_master));
    printf("%s\n", what);
    body();
    _exit(0);
  }
  while (state_of(pid) != 'S') sleep_ms(1);
  must(close(pty_master));
  print_status(what, wait_for(pid));
  must(close(pty_slave));
}

static void reads(void) {
  show_read(100);
  show_read(100);
  show(write(pty_slave, "x", 1));
}

static void reads_raw(void) {
  change_flags(0, 0, ICANON, 0);
  reads();
}

static void reads_timed(void) {
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_lflag &= ~(tcflag_t)ICANON;
  attributes.c_cc[VMIN] = 0;
  attributes.c_cc[VTIME] = 200;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
  reads();
}

static void reads_part(void) {
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_lflag &= ~(tcflag_t)ICANON;
  attributes.c_cc[VMIN] = 5;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
  reads();
}

static void leads_session(void) {
  must(setsid());
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  reads();
}

static void polls(void) {
  struct pollfd wanted = {pty_slave, POLLIN, 0};
  show(poll(&wanted, 1, -1));
  expect((wanted.revents & POLLHUP) != 0);
  show_read(100);
}

static void writes(void) {
  static char bytes[1 << 16];
  expect(write(pty_slave, bytes, sizeof bytes) > 0);
  show(write(pty_slave, bytes, sizeof bytes));
}

int main(void) {
  close_during("a line", reads);
  close_during("bytes", reads_raw);
  close_during("bytes within a time", reads_timed);
  close_during("many bytes", reads_part);
  close_during("controlling", leads_session);
  close_during("poll", polls);
  close_during("write", writes);
  return 0;
}
