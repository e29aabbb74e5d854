// fsync(2), fdatasync(2), sync(2): succeed on files and directories; a pipe is EINVAL.
// covers: fsync fdatasync sync syncfs
#include "guest.h"

int main(void) {
  enter_scratch();
  const int fd = (int)must(open("file", O_RDWR | O_CREAT, 0644));
  must(write(fd, "x", 1));
  show(fsync(fd));
  show(fdatasync(fd));
  show(syncfs(fd));
  const int directory = (int)must(open(".", O_RDONLY));
  show(fsync(directory));
  int channel[2];
  must(pipe(channel));
  show(fsync(channel[1]));
  show(fsync(9999));
  show(fdatasync(9999));
  show(syncfs(9999));
  leave_scratch();
  return 0;
}
