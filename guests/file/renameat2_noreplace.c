// renameat2(2): RENAME_NOREPLACE refuses an existing name with EEXIST, RENAME_EXCHANGE swaps two;
// both together are EINVAL.
// covers: renameat2
#include "guest.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE 2
#endif

static long move(const char *from, const char *to, unsigned flags) {
  return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void show_file(const char *path) {
  char text[20] = "";
  const int fd = open(path, O_RDONLY);
  if (fd == -1) {
    printf("%s: %s\n", path, errno_name(errno));
    return;
  }
  must(read(fd, text, sizeof text - 1));
  printf("%s: %s\n", path, text);
  must(close(fd));
}

int main(void) {
  enter_scratch();
  write_file("one", "first", 0644);
  write_file("two", "second", 0644);
  show(move("one", "two", RENAME_NOREPLACE));
  show(move("one", "three", RENAME_NOREPLACE));
  show_file("one");
  show_file("three");
  show(move("two", "three", RENAME_EXCHANGE));
  show_file("two");
  show_file("three");
  show(move("two", "missing", RENAME_EXCHANGE));
  show(move("two", "three", RENAME_EXCHANGE | RENAME_NOREPLACE));
  show(move("two", "three", 0x100));
  show(move("two", "three", 0));
  show_file("two");
  show_file("three");
  leave_scratch();
  return 0;
}
