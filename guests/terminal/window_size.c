// ioctl_tty(2), TIOCSWINSZ and TIOCGWINSZ: both sides share the size; a change sends SIGWINCH to
// the foreground group, setting the same again does not.
// covers: ioctl setsid
#include "guest.h"
#include "pty.h"

static volatile sig_atomic_t changes;
static void note(int number) {
  (void)number;
  changes++;
}

static void show_size(int fd) {
  struct winsize size;
  must(ioctl(fd, TIOCGWINSZ, &size));
  printf("%d %d %d %d, changes %d\n", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel,
         changes);
}

static void in_session(void) {
  must(setsid());
  open_pty();
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  signal(SIGWINCH, note);
  show_size(pty_slave);
  const struct winsize size = {24, 80, 1, 2};
  must(ioctl(pty_master, TIOCSWINSZ, &size));
  show_size(pty_slave);
  must(ioctl(pty_master, TIOCSWINSZ, &size));
  show_size(pty_master);
  const struct winsize other = {25, 80, 1, 2};
  must(ioctl(pty_slave, TIOCSWINSZ, &other));
  show_size(pty_master);
  show(ioctl(pty_master, TIOCSWINSZ, NULL));
  fflush(stdout);
}

int main(void) {
  print_status("session", in_child(in_session));
  return 0;
}
