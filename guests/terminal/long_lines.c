// termios(3), canonical mode: a line has at most 4095 bytes and its end; what is typed beyond is
// lost.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

int main(void) {
  open_pty();
  change_flags(0, 0, ECHO, 0);
  char typed[5000];
  for (size_t i = 0; i < sizeof typed; i++) typed[i] = (char)('a' + i % 26);
  type_bytes(typed, sizeof typed);
  type_text("\n");
  char line[5000];
  const long size = must(read(pty_slave, line, sizeof line));
  printf("%ld %d\n", size, line[size - 1] == '\n');
  expect(memcmp(line, typed, 4094) == 0);
  type_text("next\n");
  show_read(100);
  return 0;
}
