// truncate(2), ftruncate(2): cut and extend with zeros, leave offsets alone, need a writable
// descriptor; EINVAL, EISDIR, ENOENT, EBADF otherwise.
// covers: truncate ftruncate
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("file", "0123456789", 0644);
  const int fd = (int)must(open("file", O_RDWR));
  must(lseek(fd, 8, SEEK_SET));
  show(ftruncate(fd, 4));
  show(lseek(fd, 0, SEEK_CUR));
  show(write(fd, "ab", 2));
  char text[20];
  show(pread(fd, text, sizeof text, 0));
  for (int i = 0; i < 10; i++) printf("%c", text[i] == 0 ? '0' : text[i]);
  printf("\n");
  show(truncate("file", 15));
  show(lseek(fd, 0, SEEK_END));
  show(truncate("file", 0));
  show(read(fd, text, 1));
  show(ftruncate(fd, 1L << 33));
  struct stat about;
  must(fstat(fd, &about));
  printf("%ld\n", (long)about.st_size);
  expect(about.st_blocks < 1000);
  show(ftruncate(fd, -1));
  show(truncate("file", -1));
  show(truncate("missing", 0));
  show(truncate(".", 0));
  show(truncate("file/x", 0));
  show(truncate("", 0));
  show(ftruncate((int)must(open("file", O_RDONLY)), 0));
  show(ftruncate(9999, 0));
  int channel[2];
  must(pipe(channel));
  show(ftruncate(channel[1], 0));
  leave_scratch();
  return 0;
}
