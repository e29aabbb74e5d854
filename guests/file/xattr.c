// xattr(7): user attributes set, read, listed and removed by path, link and descriptor; 0 as size
// asks for the size; ERANGE, E2BIG, ENODATA, EEXIST. On a file system without them each call says
// EOPNOTSUPP, on the host as under kemu.
// covers: setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
// covers: removexattr lremovexattr fremovexattr
#include "guest.h"
#include <sys/xattr.h>

// The user attributes alone: a security module adds names of its own.
static void list_users(const char *names, long size) {
  int count = 0;
  for (long at = 0; at < size; at += (long)strlen(names + at) + 1)
    if (strncmp(names + at, "user.", 5) == 0) printf("  %d: %s\n", count++, names + at);
}

static void sizes(int fd) {
  char value[16] = "";
  show(fsetxattr(fd, "user.size", "12345", 5, 0));
  show(fgetxattr(fd, "user.size", NULL, 0));
  show(fgetxattr(fd, "user.size", value, 4));
  show(fgetxattr(fd, "user.size", value, 5));
  show(syscall(SYS_fgetxattr, fd, "user.size", 16L, 5L));
  show(fgetxattr(fd, "user.size", memory_edge() - 3, 5));
  show(fgetxattr(fd, "user.size", memory_edge() - 5, 5));
  show(fsetxattr(fd, "user.size", memory_edge() - 3, 5, 0));
  show(syscall(SYS_fsetxattr, fd, "user.size", value, 65537L, 0));
  show(fsetxattr(fd, "user.empty", NULL, 0, 0));
  show(fgetxattr(fd, "user.empty", value, sizeof value));
  show(fremovexattr(fd, "user.empty"));
  show(fremovexattr(fd, "user.size"));
}

static void modes(void) {
  show(setxattr("file", "user.mode", "a", 1, XATTR_REPLACE));
  show(setxattr("file", "user.mode", "a", 1, XATTR_CREATE));
  show(setxattr("file", "user.mode", "b", 1, XATTR_CREATE));
  show(setxattr("file", "user.mode", "c", 1, XATTR_REPLACE));
  show(setxattr("file", "user.mode", "c", 1, 4));
  char value[4] = "";
  show(getxattr("file", "user.mode", value, sizeof value));
  printf("%s\n", value);
  show(removexattr("file", "user.mode"));
  show(removexattr("file", "user.mode"));
  show(getxattr("file", "user.mode", value, sizeof value));
}

static void links(void) {
  char names[4096];
  show(setxattr("link", "user.through", "1", 1, 0));
  show(getxattr("file", "user.through", names, sizeof names));
  show(lgetxattr("link", "user.through", names, sizeof names));
  show(lsetxattr("link", "user.own", "1", 1, 0));
  show(lremovexattr("link", "user.own"));
  show(setxattr("directory", "user.of.directory", "22", 2, 0));
  list_users(names, listxattr("directory", names, sizeof names));
  list_users(names, llistxattr("link", names, sizeof names));
  list_users(names, listxattr("link", names, sizeof names));
  show(lremovexattr("file", "user.through"));
}

int main(void) {
  enter_scratch();
  write_file("file", "x", 0600);
  must(symlink("file", "link"));
  must(mkdir("directory", 0700));
  const int fd = (int)must(open("file", O_RDWR));
  sizes(fd);
  modes();
  links();
  char names[4096];
  show(setxattr("file", "user.one", "1", 1, 0));
  list_users(names, flistxattr(fd, names, sizeof names));
  const long size = flistxattr(fd, NULL, 0);
  expect(size == flistxattr(fd, names, sizeof names));
  if (size > 1) show(flistxattr(fd, names, 1));
  const int path = (int)must(open("file", O_PATH));
  show(fgetxattr(path, "user.one", names, sizeof names));
  show(fsetxattr(path, "user.one", "2", 1, 0));
  show(flistxattr(path, names, sizeof names));
  show(fremovexattr(path, "user.one"));
  show(removexattr("missing", "user.one"));
  show(removexattr("file", ""));
  show(lremovexattr("missing", "user.one"));
  show(fremovexattr(9999, "user.one"));
  leave_scratch();
  return 0;
}
