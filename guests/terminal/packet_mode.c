// ioctl_tty(2), TIOCPKT: each read of the master begins with a status byte: data, or what happened
// to the other side.
// covers: ioctl read
#include "guest.h"
#include "pty.h"

static void show_packet(void) {
  char bytes[100];
  must(ready(pty_master, 5000) ? 0 : -1);
  const long size = read(pty_master, bytes, sizeof bytes);
  show_bytes("packet", bytes, size);
}

int main(void) {
  open_pty();
  int on = 1;
  must(ioctl(pty_master, TIOCPKT, &on));
  must(write(pty_slave, "data", 4));
  show_packet();
  must(ioctl(pty_slave, TCFLSH, TCIFLUSH));
  show_packet();
  must(ioctl(pty_slave, TCXONC, TCOOFF));
  show_packet();
  must(ioctl(pty_slave, TCXONC, TCOON));
  show_packet();
  change_flags(IXON, 0, 0, 0);
  show_packet();
  change_flags(0, IXON, 0, 0);
  show_packet();
  change_flags(0, 0, 0, EXTPROC);
  show_packet();
  on = 0;
  must(ioctl(pty_master, TIOCPKT, &on));
  must(write(pty_slave, "plain", 5));
  show_packet();
  return 0;
}
