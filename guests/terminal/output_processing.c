// termios(3), c_oflag: OPOST, ONLCR, OCRNL, ONOCR, ONLRET, OLCUC and XTABS with its columns.
// covers: ioctl write
#include "guest.h"
#include "pty.h"

static void try_flags(const char *name, tcflag_t clear, tcflag_t set, const char *text) {
  open_pty();
  change_output(clear, set);
  puts(name);
  must(write(pty_slave, text, strlen(text)));
  show_screen();
  close(pty_slave);
  close(pty_master);
}

int main(void) {
  try_flags("ONLCR", 0, 0, "one\ntwo\r\nthree");
  try_flags("no ONLCR", ONLCR, 0, "one\ntwo\n");
  try_flags("no OPOST", OPOST, 0, "one\ntwo\t.\n");
  try_flags("OCRNL", 0, OCRNL, "one\rtwo\r");
  try_flags("ONOCR", 0, ONOCR, "\rone\r\rtwo");
  try_flags("ONLRET", ONLCR, ONLRET | ONOCR, "one\n\rtwo\r");
  try_flags("OLCUC", 0, OLCUC, "Mixed Case 1");
  try_flags("XTABS", 0, XTABS, "\t1\t12345678\t9\b\b\t.\n\tx\r\ty");
  try_flags("XTABS and control", 0, XTABS, "\001\002a\t\033[m\t.");
  return 0;
}
