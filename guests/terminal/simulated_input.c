// ioctl_tty(2): TIOCSTI types as the keyboard does; TIOCSIG on the master sends a keyboard signal
// to the foreground group, and touches no input.
// covers: ioctl read
#include "guest.h"
#include "pty.h"

#ifndef TIOCSIG
#define TIOCSIG _IOW('T', 0x36, int)
#endif

static volatile sig_atomic_t caught;

static void handler(int number) { caught = number; }

// Kernels since 6.2 may keep TIOCSTI to root (dev.tty.legacy_tiocsti): there the keyboard types.
static void simulate(const char *text) {
  for (; *text != '\0'; text++) {
    if (ioctl(pty_slave, TIOCSTI, text) == 0) continue;
    if (errno != EIO) printf("TIOCSTI: %s\n", errno_name(errno));
    type_bytes(text, 1);
  }
}

static void show_signal(const char *what) {
  for (int i = 0; i < 5000 && caught == 0; i++) sleep_ms(1);
  printf("%s: %s\n", what, signal_name(caught));
  caught = 0;
}

static void in_session(void) {
  must(setsid());
  open_pty();
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  change_flags(0, 0, ECHO, 0);
  simulate("first\n");
  show_read(100);
  simulate("wrong\177\177\177\177\177right\n");
  show_read(100);
  expect(ioctl(pty_slave, TIOCSTI, memory_edge()) == -1 && (errno == EFAULT || errno == EIO));
  for (int i = 0; i < 3; i++) {
    static const int kSignals[] = {SIGINT, SIGQUIT, SIGTSTP};
    install_handler(kSignals[i], handler, 0);
  }
  simulate("lost\003");
  show_signal("typed");
  simulate("kept\n");
  must(ready(pty_slave, 5000) ? 0 : -1);
  show(ioctl(pty_master, TIOCSIG, SIGINT));
  show_signal("TIOCSIG");
  show(ioctl(pty_master, TIOCSIG, SIGQUIT));
  show_signal("TIOCSIG");
  show(ioctl(pty_master, TIOCSIG, SIGTSTP));
  show_signal("TIOCSIG");
  show_read(100);
  show(ioctl(pty_master, TIOCSIG, SIGTERM));
  show(ioctl(pty_master, TIOCSIG, 0));
  show(ioctl(pty_slave, TIOCSIG, SIGINT));
  // Without ISIG no key sends a signal; TIOCSIG still does.
  change_flags(0, 0, ISIG, 0);
  simulate("\003\n");
  show_read(100);
  show(caught);
  show(ioctl(pty_master, TIOCSIG, SIGINT));
  show_signal("TIOCSIG");
}

int main(void) {
  print_status("session", in_child(in_session));
  return 0;
}
