// pts(4), ttyname(3), ptsname(3): a pty's node is /dev/pts/N, a character device 136:N that belongs
// to the group tty; a locked one cannot be opened; TIOCGPTPEER opens it without a name.
// covers: ioctl openat fstat newfstatat readlinkat
#include "guest.h"
#include "pty.h"
#include <sys/sysmacros.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
#ifndef TIOCGPTLCK
#define TIOCGPTLCK _IOR('T', 0x39, int)
#endif

int main(void) {
  const int master = (int)must(open("/dev/ptmx", O_RDWR | O_NOCTTY));
  unsigned number;
  must(ioctl(master, TIOCGPTN, &number));
  char name[64];
  snprintf(name, sizeof name, "/dev/pts/%u", number);
  expect(strcmp(name, ptsname(master)) == 0);
  int locked = -1;
  must(ioctl(master, TIOCGPTLCK, &locked));
  printf("locked %d\n", locked);
  show_ok(open(name, O_RDWR | O_NOCTTY));
  must(unlockpt(master));
  must(ioctl(master, TIOCGPTLCK, &locked));
  printf("locked %d\n", locked);
  const int slave = (int)must(open(name, O_RDWR | O_NOCTTY));
  struct stat status;
  must(fstat(slave, &status));
  expect(S_ISCHR(status.st_mode));
  expect(major(status.st_rdev) == 136 && minor(status.st_rdev) == number);
  expect(status.st_uid == geteuid());
  struct stat by_name;
  must(stat(name, &by_name));
  expect(by_name.st_ino == status.st_ino && by_name.st_dev == status.st_dev);
  char found[64];
  show(ttyname_r(slave, found, sizeof found));
  expect(strcmp(found, name) == 0);
  const int peer = (int)must(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY));
  show(isatty(peer));
  show(ttyname_r(peer, found, sizeof found));
  expect(strcmp(found, name) == 0);
  show(isatty(master));
  show(ioctl(slave, TIOCGPTN, &number));
  show(chmod(name, 0600));
  must(stat(name, &by_name));
  printf("%o\n", by_name.st_mode & 07777);
  must(close(master));
  show(access(name, F_OK));
  return 0;
}
