// ioctl_tty(2), setsid(2): a session leader gets a terminal by TIOCSCTTY or by opening it without
// O_NOCTTY; /dev/tty is it; TIOCGSID, TIOCGPGRP and TIOCSPGRP; TIOCNOTTY gives it up.
// covers: ioctl setsid openat setpgid
#include "guest.h"
#include "pty.h"

static void by_open(void) {
  must(setsid());
  open_pty();
  show_ok(open("/dev/tty", O_RDWR));
  show(tcgetpgrp(pty_slave));
  show(tcgetpgrp(pty_master));
  show(tcgetsid(pty_master));
  must(close(open(ptsname(pty_master), O_WRONLY)));
  show_ok(open("/dev/tty", O_RDWR));
  const int second = (int)must(open(ptsname(pty_master), O_RDWR));
  show_ok(open("/dev/tty", O_RDWR));
  expect(tcgetpgrp(second) == getpid());
  expect(tcgetsid(second) == getpid());
  expect(tcgetpgrp(pty_master) == getpid());
  expect(tcgetsid(pty_master) == getpid());
  fflush(stdout);
}

static void by_request(void) {
  must(setsid());
  open_pty();
  show(ioctl(pty_slave, TIOCNOTTY));
  show(ioctl(pty_slave, TIOCSCTTY, 0));
  show(ioctl(pty_slave, TIOCSCTTY, 0));
  const int tty = (int)must(open("/dev/tty", O_RDWR));
  expect(tcgetsid(tty) == getpid());
  show(tcsetpgrp(tty, 0x3fffffff));
  show(tcsetpgrp(tty, -1));
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  must(setpgid(child, child));
  show(tcsetpgrp(tty, child));
  expect(tcgetpgrp(tty) == child);
  must(kill(child, SIGKILL));
  must(waitpid(child, NULL, 0));
  signal(SIGHUP, SIG_IGN);
  signal(SIGCONT, SIG_IGN);
  show(ioctl(tty, TIOCNOTTY));
  show_ok(open("/dev/tty", O_RDWR));
  show(tcgetsid(pty_slave));
  show(ioctl(pty_master, TIOCNOTTY));
  fflush(stdout);
}

static void not_leader(void) {
  open_pty();
  show(ioctl(pty_slave, TIOCSCTTY, 0));
  fflush(stdout);
}

int main(void) {
  print_status("by open", in_child(by_open));
  print_status("by request", in_child(by_request));
  print_status("not a leader", in_child(not_leader));
  return 0;
}
