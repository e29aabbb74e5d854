// The C library's openpty(3), login_tty(3) and forkpty(3): a child with a pty as its controlling
// terminal and as its three standard files, in a session of its own, with the size and attributes
// that were given; its end is the master's EIO.
// covers: ioctl setsid dup3 openat
#include "guest.h"

#include <sys/ioctl.h>
#include <termios.h>

// The name of the header that declares them, <pty.h>, is one of this project's own.
int openpty(int *, int *, char *, const struct termios *, const struct winsize *);
pid_t forkpty(int *, char *, const struct termios *, const struct winsize *);
int login_tty(int);

static void tell(void) {
  struct winsize size;
  struct termios attributes;
  must(ioctl(0, TIOCGWINSZ, &size));
  must(tcgetattr(0, &attributes));
  printf("terminals %d %d %d, same %d\n", isatty(0), isatty(1), isatty(2),
         strcmp(ttyname(0), ttyname(2)) == 0);
  printf("leader %d, foreground %d, session %d\n", getsid(0) == getpid(), tcgetpgrp(0) == getpid(),
         tcgetsid(0) == getpid());
  printf("%d rows, %d columns, echo %d\n", size.ws_row, size.ws_col,
         (attributes.c_lflag & ECHO) != 0);
  fflush(stdout);
  char line[80];
  if (fgets(line, sizeof line, stdin)) printf("read %s", line);
  fflush(stdout);
}

// Types when the child has said its three lines, so that the echo comes behind them.
static void follow(int master, pid_t child) {
  char byte;
  int lines = 0;
  ssize_t got;
  while ((got = read(master, &byte, 1)) == 1) {
    if (byte != '\r') putchar(byte);
    if (byte == '\n' && ++lines == 3) must(write(master, "from outside\n", 13));
  }
  guest_print_result("the end", got);
  print_status("child", wait_for(child));
  must(close(master));
}

int main(void) {
  const struct winsize size = {.ws_row = 33, .ws_col = 77};
  struct termios attributes;
  int master, slave;
  fflush(stdout);
  must(openpty(&master, &slave, NULL, NULL, &size));
  must(tcgetattr(slave, &attributes));
  attributes.c_lflag &= (tcflag_t)~ECHO;
  pid_t child = (pid_t)must(fork());
  if (child == 0) {
    must(close(master));
    must(login_tty(slave));
    tell();
    exit(3);
  }
  must(close(slave));
  follow(master, child);

  fflush(stdout);
  child = (pid_t)must(forkpty(&master, NULL, &attributes, &size));
  if (child == 0) {
    tell();
    exit(4);
  }
  follow(master, child);
  return 0;
}
