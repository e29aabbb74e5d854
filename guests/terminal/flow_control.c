// termios(3), IXON, IXANY, tcflow(3): VSTOP holds output back, VSTART lets it go on, with IXANY any
// byte does; output that cannot go is EAGAIN to a writer that will not wait.
// covers: ioctl write
#include "guest.h"
#include "pty.h"

static void try_write(void) {
  show(write(pty_slave, "x", 1));
  struct pollfd wanted = {pty_slave, POLLOUT, 0};
  printf("writable %d\n", poll(&wanted, 1, 0));
}

// The line discipline has seen what was typed when a line comes out behind it.
static void type_and_settle(const char *keys) {
  type_text(keys);
  must(ready(pty_slave, 5000) ? 0 : -1);
  show_read(100);
}

int main(void) {
  open_pty();
  change_flags(0, 0, ECHO, 0);
  must(fcntl(pty_slave, F_SETFL, O_RDWR | O_NONBLOCK));
  try_write();
  type_and_settle("\023a\n");
  try_write();
  type_and_settle("\021b\n");
  try_write();
  change_flags(0, IXANY, 0, 0);
  type_and_settle("\023\n");
  try_write();
  change_flags(IXON | IXANY, 0, 0, 0);
  type_and_settle("\023c\021\n");
  try_write();
  must(tcflow(pty_slave, TCOOFF));
  try_write();
  must(tcflow(pty_slave, TCOON));
  try_write();
  return 0;
}
