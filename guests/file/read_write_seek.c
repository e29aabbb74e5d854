// read(2), write(2), lseek(2): the offset moves by what was moved, seeks beyond the end make a hole
// of zeros, and read at the end is 0; ESPIPE, EINVAL, EBADF, EISDIR and EOVERFLOW otherwise.
// covers: read write lseek openat
#include "guest.h"

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  char text[64] = "";
  show(write(fd, "hello world", 11));
  show(read(fd, text, 10));
  show(lseek(fd, 6, SEEK_SET));
  show(read(fd, text, sizeof text));
  printf("%.5s\n", text);
  show(lseek(fd, 0, SEEK_CUR));
  show(lseek(fd, -3, SEEK_END));
  show(lseek(fd, 1, SEEK_CUR));
  show(read(fd, text, 1));
  printf("%c\n", text[0]);
  show(lseek(fd, 100, SEEK_SET));
  show(read(fd, text, 1));
  show(write(fd, "!", 1));
  show(lseek(fd, 0, SEEK_END));
  show(lseek(fd, 11, SEEK_SET));
  show(read(fd, text, 64));
  int zeros = 0;
  for (int i = 0; i < 64; i++) zeros += text[i] == 0;
  show(zeros);
  show(lseek(fd, -1, SEEK_SET));
  show(lseek(fd, -1000, SEEK_CUR));
  show(lseek(fd, 0, 77));
  show(lseek(fd, 0, SEEK_CUR));
  show(lseek(fd, LONG_MAX, SEEK_CUR));
  show(lseek(fd, 0, SEEK_DATA));
  show(lseek(fd, 101, SEEK_DATA));
  show(lseek(fd, 101, SEEK_HOLE));
  show(lseek(fd, 0, SEEK_HOLE) <= 101);
  show(read(fd, text, 0));
  show(write(fd, text, 0));
  int channel[2];
  must(pipe(channel));
  show(lseek(channel[0], 0, SEEK_CUR));
  show(read(channel[1], text, 1));
  show(write(channel[0], text, 1));
  show(read(9999, text, 1));
  show(write(-1, text, 1));
  show(lseek(9999, 0, SEEK_SET));
  const int directory = (int)must(open(".", O_RDONLY));
  show(read(directory, text, 1));
  show(read(fd, NULL, 0));
  show(syscall(SYS_lseek, fd, 0L, SEEK_SET));
  show(syscall(SYS_read, fd, 16L, 4L));
  show(syscall(SYS_write, fd, 16L, 4L));
  show(lseek(fd, 0, SEEK_CUR));
  leave_scratch();
  return 0;
}
