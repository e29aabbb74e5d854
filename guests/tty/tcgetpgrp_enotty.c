// tcgetpgrp(3), tty(4): ENOTTY where there is no terminal; a new session has none, and /dev/tty is
// ENXIO there.
// covers: ioctl setsid openat
#include "guest.h"
#include <termios.h>

static void new_session(void) {
  must(setsid());
  show_ok(open("/dev/tty", O_RDWR));
  int channel[2];
  must(pipe(channel));
  show(tcgetpgrp(channel[0]));
}

int main(void) {
  int channel[2];
  must(pipe(channel));
  show(tcgetpgrp(channel[0]));
  show(tcsetpgrp(channel[0], getpgrp()));
  show(tcgetsid(channel[0]));
  show(tcgetpgrp(open("/dev/null", O_RDWR)));
  show(tcsetpgrp(open("/dev/null", O_RDWR), getpgrp()));
  show(tcgetpgrp(9999));
  print_status("new session", in_child(new_session));
  return 0;
}
