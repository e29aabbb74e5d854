// mknod(2): makes fifos and plain files without privilege, with the permission the mask leaves;
// EEXIST, ENOENT and EINVAL otherwise.
// covers: mknodat
#include "guest.h"

static void show_mode(const char *path) {
  struct stat about;
  must(lstat(path, &about));
  printf("%s: %o\n", path, about.st_mode);
}

int main(void) {
  enter_scratch();
  umask(022);
  show(mknod("fifo", S_IFIFO | 0666, 0));
  show_mode("fifo");
  show(mknod("file", S_IFREG | 0640, 0));
  show_mode("file");
  show(mknod("plain", 0600, 0));
  show_mode("plain");
  show(mknod("fifo", S_IFIFO | 0666, 0));
  show(mknod("missing/x", S_IFIFO | 0666, 0));
  show(mknod("odd", S_IFLNK | 0666, 0));
  show(mknod("folder", S_IFDIR | 0666, 0));
  show(mknod("", S_IFIFO | 0666, 0));
  show(mknodat(9999, "x", S_IFIFO, 0));
  show(syscall(SYS_mknodat, AT_FDCWD, 16L, S_IFIFO, 0));
  leave_scratch();
  return 0;
}
