// xattr(7): an attribute's name is one of a known family, neither empty nor longer than 255 bytes;
// other families are EOPNOTSUPP, bad paths and descriptors what they are elsewhere.
// covers: getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr
#include "guest.h"
#include <sys/xattr.h>

int main(void) {
  enter_scratch();
  write_file("file", "x", 0600);
  must(symlink("missing", "dangling"));
  const int fd = (int)must(open("file", O_RDWR));
  char name[300], value[10];
  memset(name, 'n', sizeof name);
  name[256] = 0;
  show(getxattr("file", "nonsense.name", value, sizeof value));
  show(lgetxattr("dangling", "nonsense.name", value, sizeof value));
  show(fgetxattr(fd, "nonsense.name", value, sizeof value));
  show(setxattr("file", "nonsense.name", "x", 1, 0));
  show(lsetxattr("file", "nonsense.name", "x", 1, 0));
  show(fsetxattr(fd, "nonsense.name", "x", 1, 0));
  show(getxattr("file", "", value, sizeof value));
  show(getxattr("file", name, value, sizeof value));
  show(setxattr("file", "", "x", 1, 0));
  show(setxattr("file", name, "x", 1, 0));
  show(setxattr("file", "nonsense.name", "x", 1, 77));
  show(getxattr("missing", "user.x", value, sizeof value));
  show(getxattr("dangling", "user.x", value, sizeof value));
  show(getxattr("file/x", "user.x", value, sizeof value));
  show(setxattr("missing", "user.x", "x", 1, 0));
  show(fgetxattr(9999, "user.x", value, sizeof value));
  show(fsetxattr(9999, "user.x", "x", 1, 0));
  show(listxattr("missing", value, sizeof value));
  show(llistxattr("missing", value, sizeof value));
  show(flistxattr(9999, value, sizeof value));
  show(syscall(SYS_getxattr, 16L, "user.x", value, sizeof value));
  show(syscall(SYS_getxattr, "file", 16L, value, sizeof value));
  show(syscall(SYS_listxattr, 16L, value, sizeof value));
  leave_scratch();
  return 0;
}
