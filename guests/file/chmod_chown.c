// chmod(2), chown(2): all twelve bits of a file of one's own can be set; giving a file to oneself
// is always allowed and takes the set-id bits of a program away.
// covers: fchmodat fchmod fchownat fchown
#include "guest.h"

static int mode_of(const char *path) {
  struct stat about;
  must(stat(path, &about));
  return about.st_mode & 07777;
}

int main(void) {
  enter_scratch();
  write_file("file", "x", 0644);
  must(symlink("file", "link"));
  static const mode_t kModes[] = {0, 0777, 0600, 01000, 02755, 04755, 06711, 07777};
  for (size_t i = 0; i < sizeof kModes / sizeof kModes[0]; i++) {
    show(chmod("file", kModes[i]));
    printf("%04o\n", mode_of("file"));
  }
  show(chmod("link", 0640));
  printf("%04o\n", mode_of("file"));
  const int fd = (int)must(open("file", O_RDONLY));
  show(fchmod(fd, 06755));
  printf("%04o\n", mode_of("file"));
  show(chown("file", geteuid(), getegid()));
  printf("%04o\n", mode_of("file"));
  show(fchmod(fd, 06755));
  show(fchown(fd, -1, getegid()));
  printf("%04o\n", mode_of("file"));
  show(chown("file", -1, -1));
  show(lchown("link", geteuid(), getegid()));
  show(fchownat(AT_FDCWD, "file", geteuid(), -1, 0));
  show(fchownat(fd, "", geteuid(), -1, AT_EMPTY_PATH));
  show(chmod("missing", 0600));
  show(chmod("file/x", 0600));
  show(fchmod(9999, 0600));
  show(chown("missing", 0, 0));
  show(fchown(9999, 0, 0));
  show(fchownat(AT_FDCWD, "file", -1, -1, 0x8000));
  show(syscall(SYS_fchmod, open("file", O_PATH), 0600));
  show(syscall(SYS_fchmodat, AT_FDCWD, 16L, 0600));
  leave_scratch();
  return 0;
}
