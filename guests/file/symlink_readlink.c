// symlink(2), readlink(2): the text is kept as given and cut to the buffer without a terminator;
// forty links in a path are followed, the forty-first is ELOOP.
// covers: symlinkat readlinkat
#include "guest.h"

int main(void) {
  enter_scratch();
  show(symlink("some/where else", "link"));
  char text[64];
  memset(text, '.', sizeof text);
  show(readlink("link", text, sizeof text));
  printf("%.20s\n", text);
  memset(text, '.', sizeof text);
  show(readlink("link", text, 4));
  printf("%.8s\n", text);
  show(syscall(SYS_readlinkat, AT_FDCWD, "link", text, 0));
  show(syscall(SYS_readlinkat, AT_FDCWD, "link", text, -1));
  show(symlink("x", "link"));
  show(symlink("", "empty"));
  show(symlink("x", ""));
  show(symlink("x", "missing/link"));
  write_file("file", "", 0644);
  show(readlink("file", text, sizeof text));
  show(readlink("missing", text, sizeof text));
  show(readlink("file/x", text, sizeof text));
  show(readlink(".", text, sizeof text));
  char name[20], target[20];
  must(symlink("file", "l0"));
  for (int i = 1; i <= 45; i++) {
    snprintf(name, sizeof name, "l%d", i);
    snprintf(target, sizeof target, "l%d", i - 1);
    must(symlink(target, name));
  }
  show_ok(open("l38", O_RDONLY));
  show_ok(open("l39", O_RDONLY));
  show_ok(open("l40", O_RDONLY));
  const int fd = (int)must(open("link", O_PATH | O_NOFOLLOW));
  show(readlinkat(fd, "", text, sizeof text));
  must(mkdir("folder", 0755));
  write_file("folder/inside", "", 0644);
  must(symlink("folder", "to-folder"));
  must(symlink("../file", "folder/up"));
  show_ok(open("to-folder/inside", O_RDONLY));
  show_ok(open("to-folder/up", O_RDONLY));
  show_ok(open("to-folder/../file", O_RDONLY));
  show_ok(open("link/x", O_RDONLY));
  show_ok(open("l1/", O_RDONLY));
  leave_scratch();
  return 0;
}
