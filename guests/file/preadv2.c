// preadv2(2), pwritev2(2): -1 as offset is the file's own and moves it; RWF_APPEND writes at the
// end, RWF_DSYNC and RWF_SYNC write through, RWF_HIPRI is a hint; unknown flags are EOPNOTSUPP.
// covers: preadv2 pwritev2
#include "guest.h"
#include <sys/uio.h>

static long readv2(int fd, void *to, size_t size, long offset, int flags) {
  const struct iovec piece = {to, size};
  return syscall(SYS_preadv2, fd, &piece, 1L, offset, 0L, flags);
}

static long writev2(int fd, const char *text, long offset, int flags) {
  const struct iovec piece = {(void *)text, strlen(text)};
  return syscall(SYS_pwritev2, fd, &piece, 1L, offset, 0L, flags);
}

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  char text[32] = "";
  show(writev2(fd, "0123456789", -1, 0));
  show(lseek(fd, 0, SEEK_CUR));
  show(writev2(fd, "ab", 2, 0x2));
  show(writev2(fd, "cd", 6, 0x4));
  show(lseek(fd, 0, SEEK_CUR));
  show(writev2(fd, "XY", 0, 0x10));
  show(lseek(fd, 0, SEEK_CUR));
  show(lseek(fd, 3, SEEK_SET));
  show(writev2(fd, "Z", -1, 0x10));
  show(lseek(fd, 0, SEEK_CUR));
  show(readv2(fd, text, sizeof text, 0, 0));
  printf("%s\n", text);
  show(lseek(fd, 1, SEEK_SET));
  show(readv2(fd, text, 3, -1, 1));
  show(lseek(fd, 0, SEEK_CUR));
  show(readv2(fd, text, 3, 100, 0));
  show(readv2(fd, text, 3, -2, 0));
  show(readv2(fd, text, 3, 0, 0x40000));
  show(writev2(fd, "x", 0, 0x40000));
  show(writev2(fd, "x", -2, 0));
  show(readv2(fd, (void *)16L, 3, 0, 0));
  show(readv2(9999, text, 3, 0, 0));
  int ends[2];
  must(pipe(ends));
  show(writev2(ends[1], "pipe", -1, 0));
  show(writev2(ends[1], "pipe", 0, 0));
  show(readv2(ends[0], text, 4, 0, 0));
  show(readv2(ends[0], text, 4, -1, 0));
  show(readv2(ends[1], text, 4, -1, 0));
  show(writev2(ends[0], "x", -1, 0));
  leave_scratch();
  return 0;
}
