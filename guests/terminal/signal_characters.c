// termios(3), ISIG: VINTR, VQUIT and VSUSP signal the foreground group and flush what was typed
// ahead, unless NOFLSH; without ISIG they are bytes like others.
// covers: ioctl read write setsid
#include "guest.h"
#include "pty.h"

static volatile sig_atomic_t last;
static void note(int number) { last = number; }

static void try_key(const char *keys) {
  last = 0;
  type_text(keys);
  show_read(100);
  printf("%s\n", signal_name(last));
}

static void in_session(void) {
  must(setsid());
  open_pty();
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  signal(SIGINT, note);
  signal(SIGQUIT, note);
  signal(SIGTSTP, note);
  try_key("typed\003ahead\n");
  try_key("typed\034ahead\n");
  try_key("typed\032ahead\n");
  show_screen();
  change_flags(0, 0, 0, NOFLSH);
  try_key("typed\003ahead\n");
  show_screen();
  change_flags(0, 0, ISIG, 0);
  try_key("typed\003ahead\n");
  show_screen();
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_lflag |= ISIG;
  attributes.c_cc[VINTR] = 'q';
  attributes.c_cc[VQUIT] = 0;
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
  try_key("qwe\034rty\n");
  fflush(stdout);
}

int main(void) {
  print_status("session", in_child(in_session));
  return 0;
}
