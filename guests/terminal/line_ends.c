// termios(3), canonical mode: lines end at a newline, VEOF, VEOL or VEOL2; VEOF at a line's start
// is an end of file, elsewhere it hands out what is there; a read gets one line at most, and the
// rest of a line stays for the next.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

int main(void) {
  open_pty();
  change_flags(0, 0, ECHO, 0);
  type_text("one\ntwo\n");
  show_read(100);
  show_read(2);
  show_read(100);
  type_text("half\004");
  show_read(100);
  type_text("\004");
  show_read(100);
  type_text("abc\004def\n");
  show_read(3);
  show_read(100);
  struct termios attributes;
  must(tcgetattr(pty_slave, &attributes));
  attributes.c_cc[VEOL] = ';';
  attributes.c_cc[VEOL2] = '!';
  must(tcsetattr(pty_slave, TCSANOW, &attributes));
  type_text("a;b!c\n");
  show_read(100);
  show_read(100);
  show_read(100);
  type_text("zero\n");
  show_read(0);
  show_read(100);
  return 0;
}
