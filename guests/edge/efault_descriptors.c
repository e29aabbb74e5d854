// pipe2(2), fcntl(2), ioctl(2) and others: what they write may end at the edge of memory; where it
// cannot be written no descriptor is left open.
// covers: pipe2 fcntl ioctl sendfile copy_file_range eventfd2
#include "guest.h"
#include "edge.h"
#include <sys/eventfd.h>
#include <sys/ioctl.h>

static int lowest_free(void) {
  const int fd = (int)must(dup(1));
  must(close(fd));
  return fd;
}

static long make_pipe(int *pair) {
  const int before = lowest_free();
  const long result = syscall(SYS_pipe2, pair, 0);
  const int error = errno;
  if (result == 0) {
    must(close(pair[0]));
    must(close(pair[1]));
  }
  printf("[leaked %d] ", lowest_free() - before);
  errno = error;
  return result;
}

int main(void) {
  enter_scratch();
  at_edges(2 * sizeof(int), NULL, make_pipe(p));
  int channel[2];
  must(pipe(channel));
  at_edges(sizeof(int), NULL, syscall(SYS_ioctl, channel[0], FIONREAD, p));
  const int off = 0;
  at_edges(sizeof off, &off, syscall(SYS_ioctl, channel[0], FIONBIO, p));
  write_file("in", "0123456789", 0600);
  const int in = (int)must(open("in", O_RDWR));
  const int out = (int)must(open("out", O_RDWR | O_CREAT, 0600));
  const struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  at_edges(sizeof range, &range, syscall(SYS_fcntl, in, F_GETLK, p));
  at_edges(sizeof range, &range, syscall(SYS_fcntl, in, F_SETLK, p));
  const off_t offset = 2;
  at_edges(sizeof offset, &offset, syscall(SYS_sendfile, out, in, p, 4L));
  at_edges(sizeof offset, &offset, syscall(SYS_copy_file_range, in, p, out, NULL, 4L, 0));
  at_edges(sizeof offset, &offset, syscall(SYS_copy_file_range, in, NULL, out, p, 1L, 0));
  const int event = (int)must(eventfd(0, EFD_NONBLOCK));
  const uint64_t one = 1;
  must(write(event, &one, sizeof one));
  at_edges(sizeof one, &one, syscall(SYS_write, event, p, 8L));
  at_edges(sizeof one, NULL, (must(write(event, &one, 8)), syscall(SYS_read, event, p, 8L)));
  leave_scratch();
  return 0;
}
