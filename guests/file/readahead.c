// readahead(2): succeeds on a readable file and changes nothing a program can see; EBADF without
// permission to read, EINVAL for what is no file.
// covers: readahead
#include "guest.h"

int main(void) {
  enter_scratch();
  write_file("file", "0123456789", 0600);
  const int fd = (int)must(open("file", O_RDONLY));
  show(readahead(fd, 0, 4096));
  show(readahead(fd, 100000, 10));
  show(lseek(fd, 0, SEEK_CUR));
  show(readahead(open("file", O_WRONLY), 0, 10));
  int channel[2];
  must(pipe(channel));
  show(readahead(channel[0], 0, 10));
  show(readahead(9999, 0, 10));
  leave_scratch();
  return 0;
}
