// readv(2), writev(2): gather and scatter in order, skip empty parts, report partial counts; EINVAL
// for negative sums or too many parts, EFAULT when nothing could be moved.
// covers: readv writev
#include "guest.h"
#include <sys/uio.h>

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  struct iovec parts[1025];
  parts[0] = (struct iovec){"one ", 4};
  parts[1] = (struct iovec){NULL, 0};
  parts[2] = (struct iovec){"two ", 4};
  parts[3] = (struct iovec){"three", 5};
  show(writev(fd, parts, 4));
  show(lseek(fd, 0, SEEK_SET));
  char a[3] = "", b[7] = "", c[20] = "";
  parts[0] = (struct iovec){a, 2};
  parts[1] = (struct iovec){b, 6};
  parts[2] = (struct iovec){c, 19};
  show(readv(fd, parts, 3));
  printf("[%s] [%s] [%s]\n", a, b, c);
  show(readv(fd, parts, 3));
  show(readv(fd, parts, 0));
  show(writev(fd, parts, 0));
  show(syscall(SYS_writev, fd, parts, -1L));
  for (int i = 0; i < 1025; i++) parts[i] = (struct iovec){"x", 1};
  show(writev(fd, parts, 1024));
  show(writev(fd, parts, 1025));
  show(lseek(fd, 0, SEEK_END));
  parts[1].iov_len = (size_t)-1;
  show(writev(fd, parts, 2));
  parts[1] = (struct iovec){(void *)16, 5};
  show(writev(fd, parts, 2));
  show(writev(fd, parts + 1, 1));
  show(syscall(SYS_writev, fd, 16L, 2L));
  show(syscall(SYS_writev, fd, 16L, 0L));
  show(writev(9999, parts, 1));
  int channel[2];
  must(pipe(channel));
  parts[0] = (struct iovec){"pipe", 4};
  parts[1] = (struct iovec){"line", 4};
  show(writev(channel[1], parts, 2));
  parts[0] = (struct iovec){c, 3};
  parts[1] = (struct iovec){b, 6};
  show(readv(channel[0], parts, 2));
  printf("%.3s %.5s\n", c, b);
  parts[0] = (struct iovec){c, 4};
  leave_scratch();
  return 0;
}
