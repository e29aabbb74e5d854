// readv(2), writev(2): the array and every buffer may end at the edge; a bad array is EFAULT, a bad
// buffer ends the transfer there and is EFAULT only when it is the first.
// covers: readv writev preadv pwritev
#include "guest.h"
#include "edge.h"
#include <sys/uio.h>

int main(void) {
  enter_scratch();
  const int file = (int)must(open("file", O_RDWR | O_CREAT, 0600));
  must(write(file, "0123456789abcdef", 16));
  char text[16] = "data to write..";
  const struct iovec two[2] = {{text, 4}, {text + 8, 4}};
  at_edges(sizeof two, two, syscall(SYS_preadv, file, p, 2L, 0L, 0L));
  at_edges(sizeof two, two, syscall(SYS_pwritev, file, p, 2L, 0L, 0L));
  at_edges(sizeof two, two, syscall(SYS_writev, file, p, 2L));
  must(lseek(file, 0, SEEK_SET));
  at_edges(sizeof two, two, syscall(SYS_readv, file, p, 2L));
  char *end = memory_edge();
  const struct iovec second_bad[2] = {{text, 4}, {end, 4}};
  const struct iovec first_bad[2] = {{end, 4}, {text, 4}};
  const struct iovec empty_bad[2] = {{end, 0}, {text, 4}};
  const struct iovec exact[2] = {{end - 8, 4}, {end - 4, 4}};
  show(preadv(file, second_bad, 2, 0));
  show(preadv(file, first_bad, 2, 0));
  show(preadv(file, empty_bad, 2, 0));
  show(preadv(file, exact, 2, 0));
  show(pwritev(file, second_bad, 2, 0));
  show(pwritev(file, first_bad, 2, 0));
  show(pwritev(file, empty_bad, 2, 0));
  show(pwritev(file, exact, 2, 0));
  leave_scratch();
  return 0;
}
