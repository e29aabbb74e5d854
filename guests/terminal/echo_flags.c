// termios(3): what ECHO, ECHOE, ECHOK, ECHOKE, ECHONL, ECHOCTL and ECHOPRT show of what is typed.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

static void try_flags(const char *name, tcflag_t clear, tcflag_t set) {
  puts(name);
  open_pty();
  change_flags(0, 0, clear, set);
  type_text("abc\177\177d\n");
  show_read(100);
  show_screen();
  type_text("kill me\025again\n");
  show_read(100);
  show_screen();
  type_text("c\001\033\177t\tx\n");
  show_read(100);
  show_screen();
  type_text("two words\027\027w\n");
  show_read(100);
  show_screen();
  close(pty_slave);
  close(pty_master);
}

int main(void) {
  try_flags("as it is", 0, 0);
  try_flags("no ECHO", ECHO, 0);
  try_flags("ECHONL alone", ECHO, ECHONL);
  try_flags("no ECHOE", ECHOE, 0);
  try_flags("no ECHOKE", ECHOKE, 0);
  try_flags("no ECHOK, no ECHOKE", ECHOK | ECHOKE, 0);
  try_flags("no ECHOCTL", ECHOCTL, 0);
  try_flags("ECHOPRT", 0, ECHOPRT);
  try_flags("no IEXTEN", IEXTEN, 0);
  return 0;
}
