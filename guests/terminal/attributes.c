// ioctl_tty(2): the attributes of a fresh pty, from both sides, in both generations; a pty keeps
// eight bits and no parity, its speed is what is set; queues, line discipline, breaks and drains.
// covers: ioctl
#include "guest.h"
#include "pty.h"

static void show_attributes(int fd) {
  struct termios a;
  must(tcgetattr(fd, &a));
  printf("%o %o %o %o\n", a.c_iflag, a.c_oflag, a.c_cflag & 0177777, a.c_lflag);
  for (int i = 0; i < 17; i++) printf("%d ", a.c_cc[i]);
  printf("\nspeeds %d %d\n", cfgetispeed(&a) == cfgetospeed(&a), cfgetospeed(&a) == B38400);
}

int main(void) {
  open_pty();
  show_attributes(pty_slave);
  show_attributes(pty_master);
  struct termios a;
  must(tcgetattr(pty_slave, &a));
  a.c_cflag = (a.c_cflag & ~(tcflag_t)CSIZE) | CS5 | PARENB;
  cfsetospeed(&a, B9600);
  must(tcsetattr(pty_master, TCSADRAIN, &a));
  must(tcgetattr(pty_slave, &a));
  expect(cfgetospeed(&a) == B9600);
  printf("%o\n", a.c_cflag & 0177777);
  type_text("typed ahead\n");
  must(ready(pty_slave, 5000) ? 0 : -1);
  int count = -1;
  must(ioctl(pty_slave, FIONREAD, &count));
  printf("%d waiting\n", count);
  must(tcsetattr(pty_slave, TCSAFLUSH, &a));
  must(ioctl(pty_slave, FIONREAD, &count));
  printf("%d waiting\n", count);
  must(ioctl(pty_slave, TIOCOUTQ, &count));
  printf("%d going out\n", count);
  must(ioctl(pty_slave, TIOCGETD, &count));
  printf("discipline %d\n", count);
  show(tcsendbreak(pty_slave, 0));
  show(tcdrain(pty_slave));
  show(tcflush(pty_slave, 7));
  show(tcflow(pty_slave, 7));
  show(ioctl(pty_slave, TCGETS, NULL));
  show(ioctl(pty_slave, TCSETS, NULL));
  show(ioctl(pty_slave, 0x12345678, NULL));
  show(lseek(pty_slave, 0, SEEK_SET));
  return 0;
}
