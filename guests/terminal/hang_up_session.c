// pty(7), credentials(7): when the master is closed the leader of the session gets SIGHUP and
// SIGCONT and has no controlling terminal any more.
// covers: ioctl setsid openat
#include "guest.h"
#include "pty.h"

static volatile sig_atomic_t hung_up;
static volatile sig_atomic_t continued;
static void note(int number) {
  if (number == SIGHUP) hung_up++;
  if (number == SIGCONT) continued++;
}

static void in_session(void) {
  must(setsid());
  open_pty();
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  signal(SIGHUP, note);
  signal(SIGCONT, note);
  show_ok(open("/dev/tty", O_RDWR));
  must(close(pty_master));
  printf("%d %d\n", hung_up, continued);
  show_ok(open("/dev/tty", O_RDWR));
  show(tcgetpgrp(pty_slave));
  fflush(stdout);
}

int main(void) {
  print_status("session", in_child(in_session));
  return 0;
}
