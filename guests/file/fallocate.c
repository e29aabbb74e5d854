// fallocate(2): reserves and grows, keeps the size when told to, punches holes of zeros; EBADF,
// EINVAL, ENODEV and ESPIPE otherwise.
// covers: fallocate fadvise64
#include "guest.h"

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 1
#define FALLOC_FL_PUNCH_HOLE 2
#endif

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  struct stat about;
  show(fallocate(fd, 0, 0, 10000));
  must(fstat(fd, &about));
  show(about.st_size);
  show(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 50000));
  must(fstat(fd, &about));
  show(about.st_size);
  show(fallocate(fd, 0, 100, 5));
  static char text[10000];
  memset(text, 'x', sizeof text);
  must(pwrite(fd, text, sizeof text, 0));
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4000, 2000));
  must(pread(fd, text, sizeof text, 0));
  int zeros = 0;
  for (size_t i = 0; i < sizeof text; i++) zeros += text[i] == 0;
  show(zeros);
  printf("%c%d%d%c\n", text[3999], text[4000], text[5999], text[6000]);
  show(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10));
  show(fallocate(fd, 0, -1, 10));
  show(fallocate(fd, 0, 0, 0));
  show(fallocate(fd, 0x8000, 0, 10));
  show(fallocate((int)must(open("file", O_RDONLY)), 0, 0, 10));
  show(fallocate(9999, 0, 0, 10));
  int channel[2];
  must(pipe(channel));
  show(fallocate(channel[1], 0, 0, 10));
  show(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
  show(posix_fadvise(fd, 0, 0, 77) == EINVAL);
  show(posix_fadvise(channel[0], 0, 0, POSIX_FADV_NORMAL) == ESPIPE);
  show(posix_fadvise(9999, 0, 0, POSIX_FADV_NORMAL) == EBADF);
  leave_scratch();
  return 0;
}
