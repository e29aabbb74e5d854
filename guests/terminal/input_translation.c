// termios(3), c_iflag: ICRNL, INLCR, IGNCR, ISTRIP and IUCLC; IUTF8 makes an erase take a whole
// character.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

static void try_flags(const char *name, tcflag_t clear, tcflag_t set, const char *typed) {
  puts(name);
  open_pty();
  change_flags(clear, set, 0, 0);
  type_text(typed);
  show_read(100);
  show_screen();
  close(pty_slave);
  close(pty_master);
}

int main(void) {
  try_flags("ICRNL", 0, ICRNL, "a\rb\n");
  try_flags("no ICRNL", ICRNL, 0, "a\rb\n");
  try_flags("IGNCR", 0, IGNCR, "a\rb\n");
  try_flags("INLCR", ICRNL, INLCR, "a\nb\004");
  try_flags("INLCR and ICRNL", 0, INLCR, "a\nb\r");
  try_flags("ISTRIP", 0, ISTRIP, "\341\342\n");
  try_flags("IUCLC", 0, IUCLC, "ABc1\n");
  try_flags("bytes", 0, 0, "\303\251\303\251\177x\n");
  try_flags("IUTF8", 0, IUTF8, "\303\251\303\251\177x\n");
  try_flags("IUTF8, a word", 0, IUTF8, "a \303\251b\027x\n");
  return 0;
}
