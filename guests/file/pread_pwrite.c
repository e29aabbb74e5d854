// pread(2), pwrite(2): work at the place given and leave the offset alone; a negative place is
// EINVAL, a pipe ESPIPE, a directory EISDIR.
// covers: pread64 pwrite64 preadv pwritev lseek
#include "guest.h"
#include <sys/uio.h>

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(write(fd, "0123456789", 10));
  char text[32] = "";
  show(pread(fd, text, 4, 3));
  printf("%s\n", text);
  show(pwrite(fd, "AB", 2, 5));
  show(pwrite(fd, "end", 3, 20));
  show(lseek(fd, 0, SEEK_CUR));
  memset(text, '.', sizeof text);
  show(pread(fd, text, sizeof text, 0));
  for (int i = 0; i < 24; i++) printf("%c", text[i] == 0 ? '0' : text[i]);
  printf("\n");
  show(pread(fd, text, 4, 1000));
  show(pread(fd, text, 4, -1));
  show(pwrite(fd, text, 4, -1));
  char first[3] = "", second[4] = "";
  const struct iovec parts[] = {{first, 2}, {second, 3}};
  show(preadv(fd, parts, 2, 1));
  printf("%s %s\n", first, second);
  show(pwritev(fd, parts, 2, 30));
  show(preadv(fd, parts, 2, -1));
  show(lseek(fd, 0, SEEK_END));
  int channel[2];
  must(pipe(channel));
  show(pread(channel[0], text, 1, 0));
  show(pwrite(channel[1], text, 1, 0));
  show(pread((int)must(open(".", O_RDONLY | O_DIRECTORY)), text, 1, 0));
  const int append = (int)must(open("file", O_WRONLY | O_APPEND));
  show(pwrite(append, "Z", 1, 0));
  show(lseek(fd, 0, SEEK_END));
  leave_scratch();
  return 0;
}
