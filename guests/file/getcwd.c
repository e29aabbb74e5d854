// getcwd(2): the length with its terminator, ERANGE when the buffer is short, ENOENT in a directory
// that has been removed.
// covers: getcwd chdir
#include "guest.h"

int main(void) {
  enter_scratch();
  char path[PATH_MAX];
  const long length = syscall(SYS_getcwd, path, sizeof path);
  expect(length == (long)strlen(path) + 1);
  expect(path[0] == '/');
  expect(syscall(SYS_getcwd, path, length) == length);
  show(syscall(SYS_getcwd, path, length - 1));
  show(syscall(SYS_getcwd, path, 1L));
  show(syscall(SYS_getcwd, path, 0L));
  show(syscall(SYS_getcwd, 16L, 100L) == -1 ? -1 : 0);
  must(mkdir("deep", 0755));
  must(chdir("deep"));
  expect(syscall(SYS_getcwd, path, sizeof path) == length + 5);
  must(rmdir("../deep"));
  show(syscall(SYS_getcwd, path, sizeof path));
  must(chdir("/"));
  show(syscall(SYS_getcwd, path, sizeof path));
  must(chdir("/dev/../dev/."));
  show(syscall(SYS_getcwd, path, sizeof path));
  printf("%s\n", path);
  leave_scratch();
  return 0;
}
