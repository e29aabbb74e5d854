// termios(3), credentials(7): a background group that reads its terminal stops with SIGTTIN, one
// that writes with SIGTTOU if TOSTOP is set; who ignores SIGTTIN gets EIO, who ignores SIGTTOU may
// write; changing attributes from the background stops, too.
// covers: ioctl read write setsid setpgid wait4
#include "guest.h"
#include "pty.h"

static void background(const char *name, void (*body)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    must(setpgid(0, 0));
    body();
    fflush(stdout);
    _exit(3);
  }
  int status;
  must(waitpid(child, &status, WUNTRACED));
  if (WIFSTOPPED(status)) {
    printf("%s: stopped by %s\n", name, signal_name(WSTOPSIG(status)));
    must(kill(child, SIGKILL));
    must(waitpid(child, &status, 0));
  } else {
    printf("%s: status %d\n", name, WEXITSTATUS(status));
  }
}

static void reads(void) { show_read(10); }
static void reads_ignoring(void) {
  signal(SIGTTIN, SIG_IGN);
  show_read(10);
}
static void writes(void) { show(write(pty_slave, "x", 1)); }
static void writes_ignoring(void) {
  signal(SIGTTOU, SIG_IGN);
  show(write(pty_slave, "x", 1));
}
static void sets(void) { change_flags(0, 0, 0, 0); }
static void takes(void) { show(tcsetpgrp(pty_slave, getpid())); }

static void in_session(void) {
  must(setsid());
  open_pty();
  must(ioctl(pty_slave, TIOCSCTTY, 0));
  background("read", reads);
  background("read, ignoring", reads_ignoring);
  background("write", writes);
  change_flags(0, 0, 0, TOSTOP);
  background("write with TOSTOP", writes);
  background("write with TOSTOP, ignoring", writes_ignoring);
  background("set", sets);
  background("tcsetpgrp", takes);
  fflush(stdout);
}

int main(void) {
  print_status("session", in_child(in_session));
  return 0;
}
